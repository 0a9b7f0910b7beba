// The family `mrz`: machine-readable zones as bare lines, in messages of Elyctis and in blocks of 3M (READERS chapter 8).
import type { ElyctisMessage } from "../../protocol/frame/elyctis/elyctis-message.ts";
import { linesOf, type MrzFrame, MrzFramer } from "../../protocol/frame/mrz/mrz-framer.ts";
import { readZone, withCheckDigits } from "../../protocol/frame/mrz/zone.ts";
import { encodeRte6701 } from "../../protocol/frame/rte6701/rte6701-block.ts";
import { type DecodeInput, type Family, type FrameReport, type Members, UnfitLine } from "./family.ts";
import { flagMember, hexOf, listMember, numberMember, payloadMember, textMember } from "./members.ts";

const lineEnds = { none: "", cr: "\r", lf: "\n", crlf: "\r\n" } as const;
type LineEnd = keyof typeof lineEnds;
const isLineEnd = (name: string): name is LineEnd => name in lineEnds;

/** The end of the line in counts as silence. Check digits are computed when encoding, unless the line calls them wrong. */
export const mrz: Family = {
  decode(input) {
    const text = input.parts.flatMap(({ bytes }) => [...bytes]);
    return decodeMrz(input, ({ body }) => reportZone(linesOf(body), body.length)).map((report) =>
      report.kind === "frame" ? { ...report, lineEnd: lineEndOf(text) } : report,
    );
  },
  encode(members) {
    const zone = readZone(lineMembers(members) ?? linesOf(payloadMember(members) ?? new Uint8Array()));
    if (zone === undefined) throw new UnfitLine("`lines`: 3 × 30, 2 × 36 hoặc 2 × 44 ký tự | or 2 × 44 characters");
    const computed = readZone([withCheckDigits(zone.lines.join(""), zone.size)])?.lines;
    const lines = flagMember(members, "valid") === false ? zone.lines : (computed ?? zone.lines);
    const flag = numberMember(members, "flag");
    if (flag !== undefined) return hexOf(encodeRte6701({ flag, lines }));
    const lineEnd = textMember(members, "lineEnd") ?? "none";
    if (!isLineEnd(lineEnd)) throw new UnfitLine(`\`lineEnd\`: ${Object.keys(lineEnds).join(", ")}`);
    return hexOf(new TextEncoder().encode(lines.join(lineEnds[lineEnd])));
  },
};

/** What the framer makes of all byte strings, one after the other. */
export function decodeMrz({ parts }: DecodeInput, elyctis: (message: ElyctisMessage) => FrameReport): FrameReport[] {
  const reports: FrameReport[] = [];
  const report = (frame: MrzFrame, bytes: number): FrameReport => {
    switch (frame.kind) {
      case "elyctis":
        return elyctis(frame);
      case "rte6701":
        return withFlag(reportZone(frame.lines, bytes), frame.flag);
      case "text":
        return reportZone(frame.lines, bytes);
    }
  };
  const framer = new MrzFramer({
    frame: (frame, bytes) => void reports.push(report(frame, bytes)),
    discarded: (why, bytes) => void reports.push({ kind: "discarded", why, bytes }),
  });
  for (const { bytes } of parts) framer.push(bytes);
  const isWhole = !framer.isPending;
  const whole = reports.length;
  framer.idle();
  return isWhole ? reports : reports.map((each, index) => (index < whole ? each : asIncomplete(each)));
}

/** Silence in the midst of a frame: the rest may be in the next line in. */
const asIncomplete = (report: FrameReport): FrameReport =>
  report.kind === "discarded" && report.why !== "bad-checksum" ? { kind: "incomplete", bytes: report.bytes } : report;

function reportZone(lines: readonly string[], bytes: number): FrameReport {
  const members = zoneMembers(lines);
  if (members === undefined) return { kind: "discarded", why: "bad-length", bytes };
  if (members.valid === false) return { kind: "discarded", why: "bad-checksum", bytes, ...members };
  return { kind: "frame", payloadHex: hexOf(new TextEncoder().encode(members.lines.join(""))), ...members };
}

const withFlag = (report: FrameReport, flag: number): FrameReport =>
  report.kind === "frame" ? { ...report, flag } : report;

/** Undefined where the lines are no zone. */
export function zoneMembers(lines: readonly string[]) {
  const zone = readZone(lines);
  return zone && { lines: zone.lines, checkDigits: zone.checkDigits, valid: zone.isValid, size: zone.size };
}

/** `lines` of a line in; undefined where it has none. */
export function lineMembers(members: Members): string[] | undefined {
  const lines = listMember(members, "lines");
  if (lines === undefined) return undefined;
  return lines.map((line) => {
    if (typeof line !== "string") throw new UnfitLine("`lines`: danh sách chuỗi | a list of strings");
    return line;
  });
}

/** The first line end among the bytes. */
function lineEndOf(bytes: readonly number[]): LineEnd {
  const cr = bytes.indexOf(0x0d);
  const lf = bytes.indexOf(0x0a);
  if (cr < 0) return lf < 0 ? "none" : "lf";
  return lf === cr + 1 ? "crlf" : "cr";
}
