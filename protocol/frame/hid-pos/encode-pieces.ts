// Cuts a scan into the reports that a HID bar code reader sends for it; the assembler's counterpart, for simulated readers.
import type { PieceLayout } from "./layout.ts";

export interface EncodedScan {
  readonly bytes: Uint8Array;
  /** `]Q1` and the like; empty, and in layouts without a place for it, none. */
  readonly aim: string;
  /** 0 for none. */
  readonly codeId: number;
}

/** At least one report, also for no bytes at all. */
export function encodePieces(layout: PieceLayout, { bytes, aim, codeId }: EncodedScan): Uint8Array[] {
  const reports: Uint8Array[] = [];
  for (let at = 0; at === 0 || at < bytes.length; at += layout.dataBytesMax) {
    const piece = bytes.subarray(at, at + layout.dataBytesMax);
    const report = new Uint8Array(layout.reportBytes);
    if (layout.reportId !== 0) report[0] = layout.reportId;
    report[layout.countAt] = piece.length;
    layout.aimAt?.forEach((place, index) => {
      report[place] = aim.charCodeAt(index) || 0;
    });
    report.set(piece, layout.dataAt);
    if (layout.code !== undefined) report[layout.code.at] = codeId;
    if (at + piece.length < bytes.length) report[layout.moreAt] = (report[layout.moreAt] ?? 0) | layout.moreMask;
    reports.push(report);
  }
  return reports;
}
