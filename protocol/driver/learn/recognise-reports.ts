// Recognises a HID bar code reader by the reports that it sends for the test code.
import { asciiBytes, joinBytes } from "../../bytes/ascii.ts";
import { HidPosAssembler } from "../../frame/hid-pos/assembler.ts";
import { type HidPosLayout, hidPosLayouts } from "../../frame/hid-pos/layout.ts";
import { defaultScanBytesMax } from "../../frame/plain-framing.ts";
import { hidLayouts } from "../profile.ts";
import { type Arrival, burstsOf } from "./bursts.ts";
import { type Findings, findingsOf } from "./findings.ts";
import { readBurst, type TestCodeReading } from "./read-burst.ts";
import type { RemarkCode } from "./remarks.ts";

/** `declared`: the layout that the report descriptor gives; without one the two known layouts are tried. */
export function recogniseReports(arrivals: readonly Arrival[], declared: HidPosLayout | undefined): Findings {
  const tried = [
    ...(declared === undefined ? [] : [{ layout: undefined, findings: underLayout(arrivals, declared) }]),
    ...hidLayouts.map((layout) => ({ layout, findings: underLayout(arrivals, hidPosLayouts[layout]) })),
  ];
  const [best] = tried.filter(({ findings }) => findings.codes > 0).sort((a, b) => b.findings.codes - a.findings.codes);
  const { layout, findings } = best ?? { layout: undefined, findings: tried[0]?.findings ?? findingsOf([], [], 0) };
  const remarks = findings.remarks.filter((code) => code !== "no-end"); // reports say themselves where a scan ends
  return { ...findings, protocol: "hidpos", layout, remarks };
}

function underLayout(arrivals: readonly Arrival[], layout: HidPosLayout): Findings {
  const readings: TestCodeReading[] = [];
  const others: RemarkCode[] = [];
  const bursts = burstsOf(arrivals);
  for (const burst of bursts) {
    const sink = {
      scan: ({ bytes, aim }: { readonly bytes: Uint8Array; readonly aim: string | undefined }) => {
        const reading = readBurst(aim === undefined ? bytes : joinBytes(asciiBytes(aim), bytes));
        if (reading.kind === "test-code") readings.push(reading);
        else others.push(reading.remark);
      },
      answer: () => undefined,
      discarded: () => void others.push("garbage"),
    };
    const framing = { terminators: [], aim: "none", scanBytesMax: defaultScanBytesMax } as const;
    const assembler = new HidPosAssembler({ layout, framing, isCommandPending: () => false }, sink);
    for (const { bytes } of burst.arrivals) assembler.push(bytes);
    assembler.idle();
  }
  return findingsOf(readings, others, Math.max(0, ...bursts.map(({ gapMsMax }) => gapMsMax)));
}
