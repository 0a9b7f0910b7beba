// GM65-class frames over USB HID: report id, length, frame, zeros up to 64 bytes.

export const gm65ReportBytes = 64;
export const gm65OutputReport = 0x04;
export const gm65InputReport = 0x02;
/** Report id and length. */
const headBytes = 2;

/** The frame must have at most 62 bytes. */
export function wrapGm65(reportId: number, frame: Uint8Array): Uint8Array {
  const report = new Uint8Array(gm65ReportBytes);
  report[0] = reportId;
  report[1] = frame.length;
  report.set(frame, headBytes);
  return report;
}

/** The frame in the report that begins at `at`; undefined where no such report stands there. */
export function unwrapGm65(bytes: Uint8Array, at: number): Uint8Array | undefined {
  const length = bytes[at + 1] ?? 0;
  const inner = bytes[at + headBytes];
  const isOutput = bytes[at] === gm65OutputReport && inner === 0x7e;
  const isInput = bytes[at] === gm65InputReport && inner === 0x02;
  if (!(isOutput || isInput) || length === 0 || length > gm65ReportBytes - headBytes) return undefined;
  if (bytes[at + headBytes + 1] !== 0 || at + headBytes + length > bytes.length) return undefined;
  return bytes.subarray(at + headBytes, at + headBytes + length);
}
