// Takes the bytes of one scan to a validated document, or to the one reason why it is none.
//
//   bytes ──► clean (P1–P6) ──► dispatch (which family?) ──► that family's reader
import type { DecodeText } from "../host.ts";
import { readBareNumber } from "./bare-number.ts";
import { dateOfToday } from "./calendar.ts";
import { readCardQr } from "./card-qr.ts";
import { cleanScan } from "./clean.ts";
import { dispatch, squeeze } from "./dispatch.ts";
import { rejected } from "./draft.ts";
import type { Reading } from "./patient-document.ts";
import { resembles } from "./resembles.ts";
import { seen } from "./text-survey.ts";

/**
 * Reads one scan: what a scanner delivered, or what somebody typed into a field.
 * `today` is yyyy-MM-dd in Asia/Ho_Chi_Minh. Never throws; time and memory grow with the payload only.
 */
export function readDocument(payload: Uint8Array, today: string, decodeText: DecodeText): Reading {
  const scan = cleanScan(payload, decodeText);
  if (scan.kind === "dirty") return rejected(scan.reason, resembles(scan.text));
  const destination = dispatch(scan.text, scan.pipes);
  if ((scan.bits & seen.toClean) !== 0 && /[\r\n]/.test(scan.text))
    return rejected("control-char", resembles(scan.text)); // P5
  if (destination.kind === "refused") return rejected(destination.reason, destination.resembles);
  if (destination.family === "card-qr") return readCardQr(scan, dateOfToday(today));
  if (destination.family === "number") return readBareNumber(squeeze(scan.text), dateOfToday(today));
  return rejected("unknown-format", "none");
}
