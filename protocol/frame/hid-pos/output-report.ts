// Reports that go to a HID bar code reader: commands in their maker's language, standard beeps, the switch out of keyboard mode.
import type { BeepLayout, CommandLayout } from "./layout.ts";

/** Honeywell and Youjie: a composite that types as a keyboard sends its scans to HID POS from now on (feature report FE). */
export const useHidPos: Uint8Array = Uint8Array.of(0xfe, 0x01);

/** Bytes of a command that fit into one report; longer ones are not known to be taken in pieces. */
export function commandBytesMax({ reportId, reportBytes }: CommandLayout): number {
  return reportBytes - idBytes(reportId) - 1;
}

/** The report, padded with zeros to its length; undefined when the command does not fit, or holds nothing. */
export function encodeCommand(layout: CommandLayout, command: Uint8Array): Uint8Array | undefined {
  if (command.length === 0 || command.length > commandBytesMax(layout)) return undefined;
  const report = emptyReport(layout);
  const lengthAt = idBytes(layout.reportId);
  report[lengthAt] = command.length;
  report.set(command, lengthAt + 1);
  return report;
}

/** The command in a report that may have lost its padding; undefined for other reports, and when its length is a lie. */
export function decodeCommand(layout: CommandLayout, report: Uint8Array): Uint8Array | undefined {
  const lengthAt = idBytes(layout.reportId);
  if (lengthAt > 0 && report[0] !== layout.reportId) return undefined;
  const length = report[lengthAt] ?? 0;
  if (length === 0 || length > commandBytesMax(layout) || report.length > layout.reportBytes) return undefined;
  const command = report.subarray(lengthAt + 1, lengthAt + 1 + length);
  return command.length === length ? command : undefined;
}

export function encodeBeep(layout: BeepLayout): Uint8Array {
  const report = emptyReport(layout);
  report[layout.at] = layout.mask;
  return report;
}

function emptyReport({ reportId, reportBytes }: CommandLayout): Uint8Array {
  const report = new Uint8Array(reportBytes);
  if (reportId !== 0) report[0] = reportId;
  return report;
}

/** hidraw wants a leading 0 for unnumbered reports; that is the port's matter. */
const idBytes = (reportId: number): number => (reportId === 0 ? 0 : 1);
