// Puts the readings of several scans of the test code together: what the reader does, and what is wrong with it.
import { joinBytes } from "../../bytes/ascii.ts";
import type { Terminator } from "../../frame/plain-framing.ts";
import type { HidLayout } from "../profile.ts";
import { type Arrival, burstsOf } from "./bursts.ts";
import { type LearntProtocol, readBurst, type TestCodeReading } from "./read-burst.ts";
import { type RemarkCode, remarks as remarkTable } from "./remarks.ts";

export interface Findings {
  /** Scans in which the test code was found. */
  readonly codes: number;
  /** Bursts of anything else. */
  readonly others: number;
  readonly protocol: LearntProtocol | "hidpos";
  readonly layout: HidLayout | undefined;
  readonly stxEtx: boolean;
  /** Of the last scan that had one. */
  readonly aim: string | undefined;
  readonly codeId: string;
  readonly end: readonly Terminator[];
  /** Longest silence within a scan, milliseconds. */
  readonly gapMsMax: number;
  /** Each once, in the order of the table. */
  readonly remarks: readonly RemarkCode[];
}

/** Faults stand between this reader and its first patient. */
export const hasFault = ({ remarks }: Findings): boolean =>
  remarks.some((code) => remarkTable[code].weight === "fault");

/** Bytes of a burst that are looked at: the test code has 99, and a reader in continuous mode repeats it a few times. */
const burstBytesMax = 16_384;

/** Bytes of a serial line or a TCP connection, as they came. */
export function recognise(arrivals: readonly Arrival[]): Findings {
  const bursts = burstsOf(arrivals).map(({ arrivals: own, gapMsMax }) => ({
    gapMsMax,
    reading: readBurst(joinBytes(...own.map(({ bytes }) => bytes)).subarray(0, burstBytesMax)),
  }));
  const read = bursts.flatMap(({ reading, gapMsMax }) => (reading.kind === "test-code" ? [{ reading, gapMsMax }] : []));
  const others = bursts.flatMap(({ reading }) => (reading.kind === "other" ? [reading.remark] : []));
  return findingsOf(
    read.map(({ reading }) => reading),
    others,
    Math.max(0, ...read.map(({ gapMsMax }) => gapMsMax)),
  );
}

/** `others`: why each burst was none of the test code. */
export function findingsOf(
  readings: readonly TestCodeReading[],
  others: readonly RemarkCode[],
  gapMsMax: number,
): Findings {
  const first = readings[0];
  const ends = new Set(readings.map(({ end }) => end.join()));
  const leads = new Set(readings.map(({ stxEtx, codeId, protocol }) => `${protocol} ${stxEtx} ${codeId}`));
  const end = [...new Set(readings.flatMap((reading) => reading.end))];
  const found: RemarkCode[] = readings.flatMap((reading) => reading.remarks);
  if (first === undefined) found.push(...(others.length === 0 ? (["nothing-arrived"] as const) : others));
  if (others.includes("telnet")) found.push("telnet");
  if (ends.size > 1) found.push("ends-differ");
  if (leads.size > 1) found.push("prefix-varies");
  const isCut = found.includes("cut-short");
  if (first?.protocol === "plain" && !first.stxEtx && end.length === 0 && !isCut) found.push("no-end");
  return {
    codes: readings.length,
    others: others.length,
    protocol: first?.protocol ?? "plain",
    layout: undefined,
    stxEtx: first?.stxEtx ?? false,
    aim: readings.findLast(({ aim }) => aim !== undefined)?.aim,
    codeId: first?.codeId ?? "",
    end,
    gapMsMax,
    remarks: (Object.keys(remarkTable) as RemarkCode[]).filter((code) => found.includes(code)),
  };
}
