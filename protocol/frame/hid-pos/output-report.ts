// Reports that go to a HID bar code reader: commands in their maker's language, standard beeps, the switch out of keyboard mode.
import type { BeepLayout, CommandLayout } from "./layout.ts";

const idBytes = 1;
const lengthBytes = 1;

/** Honeywell and Youjie: a composite that types as a keyboard sends its scans to HID POS from now on (feature report FE). */
export const useHidPos: Uint8Array = Uint8Array.of(0xfe, 0x01);

/** Bytes of a command that fit into one report; longer ones are not known to be taken in pieces. */
export function commandBytesMax({ reportId, reportBytes }: CommandLayout): number {
  return reportBytes - (reportId === 0 ? 0 : idBytes) - lengthBytes;
}

/**
 * The report, padded with zeros to its length; undefined when the command does not fit, or holds nothing. Begins with the
 * report id, as hidraw wants it: 0 where reports are not numbered, which the device then never sees.
 */
export function encodeCommand(layout: CommandLayout, command: Uint8Array): Uint8Array | undefined {
  if (command.length === 0 || command.length > commandBytesMax(layout)) return undefined;
  const report = emptyReport(layout);
  report[idBytes] = command.length;
  report.set(command, idBytes + lengthBytes);
  return report;
}

/** The command in a report that may have lost its padding; undefined for other reports, and when its length is a lie. */
export function decodeCommand(layout: CommandLayout, report: Uint8Array): Uint8Array | undefined {
  const length = report[idBytes] ?? 0;
  if (report[0] !== layout.reportId || length === 0 || length > commandBytesMax(layout)) return undefined;
  if (report.length > emptyReport(layout).length) return undefined;
  const command = report.subarray(idBytes + lengthBytes, idBytes + lengthBytes + length);
  return command.length === length ? command : undefined;
}

export function encodeBeep(layout: BeepLayout): Uint8Array {
  const report = emptyReport(layout);
  const at = layout.reportId === 0 ? layout.at + idBytes : layout.at;
  report[at] = layout.mask;
  return report;
}

function emptyReport({ reportId, reportBytes }: CommandLayout): Uint8Array {
  const report = new Uint8Array(reportId === 0 ? reportBytes + idBytes : reportBytes);
  report[0] = reportId;
  return report;
}
