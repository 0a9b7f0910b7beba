// Walks over a stream in which commands, answers and scans follow each other, and lines up their reports.
import type { Cut } from "../../protocol/frame/cut.ts";
import type { DecodeInput, FrameReport, Members } from "./family.ts";
import { hexOf } from "./members.ts";

/** What stands at one place. `takesAnswer`: an answer that follows is told in the same frame; `isAnswer`: such an answer. */
export interface Standing {
  readonly bytesUsed: number;
  readonly report: FrameReport;
  readonly takesAnswer?: boolean;
  readonly isAnswer?: boolean;
}

export type StandingAt = (bytes: Uint8Array, at: number) => Standing | "incomplete" | undefined;

export const streamOf = ({ parts }: DecodeInput): Uint8Array => Buffer.concat(parts.map(({ bytes }) => bytes));

/** `text` reads what lies between frames. An answer without its command is a frame of its own, with `direction`. */
export function walk(bytes: Uint8Array, standingAt: StandingAt, text: (bytes: Uint8Array) => readonly FrameReport[]) {
  const reports: FrameReport[] = [];
  let textStart = 0;
  let asked = false;
  const endText = (at: number) => {
    if (at === textStart) return;
    asked = false;
    reports.push(...text(bytes.subarray(textStart, at)));
  };
  for (let at = 0; at < bytes.length; ) {
    const standing = standingAt(bytes, at);
    if (standing === undefined) {
      at += 1;
      continue;
    }
    endText(at);
    if (standing === "incomplete") return [...reports, { kind: "incomplete" as const, bytes: bytes.length - at }];
    const last = reports.at(-1);
    const { report } = standing;
    if (asked && standing.isAnswer && last?.kind === "frame" && report.kind === "frame") {
      const { kind: _kind, payloadHex: _payload, ...answer } = report;
      reports[reports.length - 1] = { ...answer, ...last };
    } else
      reports.push(standing.isAnswer && report.kind === "frame" ? { ...report, direction: "device-to-host" } : report);
    asked = standing.takesAnswer === true;
    at += standing.bytesUsed;
    textStart = at;
  }
  endText(bytes.length);
  return reports;
}

/** A pure cutter's outcome as a standing: undefined where it finds only noise. */
export function standingOf<Frame>(
  cut: Cut<Frame>,
  report: (frame: Frame) => FrameReport,
  marks: Pick<Standing, "takesAnswer" | "isAnswer"> = {},
): Standing | "incomplete" | undefined {
  if (cut.kind === "incomplete") return "incomplete";
  const { bytesUsed } = cut;
  if (cut.kind === "frame") return { bytesUsed, report: report(cut.frame), ...marks };
  if (cut.why === "noise") return undefined;
  return { bytesUsed, report: { kind: "discarded", why: cut.why, bytes: bytesUsed } };
}

export const frame = (payload: Uint8Array, members: Members): FrameReport => ({
  kind: "frame",
  payloadHex: hexOf(payload),
  ...members,
});
