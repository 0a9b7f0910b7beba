// Takes the bytes of one scan to a validated document, or to the one reason why it is none.
//
//   bytes ──► clean (P1–P6) ──► dispatch (which family?) ──► that family's reader
import type { DecodeText } from "../host.ts";
import { readBareNumber } from "./bare-number.ts";
import { readCardQr } from "./card-qr.ts";
import { readDg13Hex } from "./chip-dg13.ts";
import { type CleanScan, cleanScan } from "./clean.ts";
import { type ReadingContext, type ReadingOptions, readingContext } from "./context.ts";
import { dispatch, type Family } from "./dispatch.ts";
import { rejected } from "./draft.ts";
import { readInsuranceQr } from "./insurance-qr.ts";
import { readMrz } from "./mrz.ts";
import type { Reading } from "./patient-document.ts";
import { readReaderJson } from "./reader-message.ts";
import { resembles } from "./resembles.ts";
import { seen } from "./text-survey.ts";

const readers: Readonly<Record<Family, (scan: CleanScan, context: ReadingContext) => Reading>> = {
  "card-qr": readCardQr,
  "insurance-qr": readInsuranceQr,
  mrz: readMrz,
  "chip-hex": readDg13Hex,
  "reader-message": readReaderJson,
  number: readBareNumber,
};

/** Families that are written in several lines (P5). */
const severalLines: ReadonlySet<Family> = new Set(["mrz", "reader-message"]);

/**
 * Reads one scan: what a scanner delivered, or what somebody typed into a field.
 * `today` is yyyy-MM-dd in Asia/Ho_Chi_Minh. Never throws; time and memory grow with the payload only.
 */
export function readDocument(
  payload: Uint8Array,
  today: string,
  decodeText: DecodeText,
  options?: ReadingOptions,
): Reading {
  const context = readingContext(today, decodeText, options);
  const { observer } = context;
  const scan = cleanScan(payload, decodeText, observer);
  if (scan.kind === "dirty") return rejected(scan.reason, resembles(scan.text));
  const row = dispatch(scan.text, scan.pipes);
  const { destination } = row;
  observer?.dispatched(row);
  const family = destination.kind === "family" ? destination.family : undefined;
  if (hasLineBreaks(scan) && (family === undefined || !severalLines.has(family))) {
    observer?.cleaned("P5", "control-char");
    return rejected("control-char", resembles(scan.text));
  }
  if (destination.kind === "refused") return rejected(destination.reason, destination.resembles);
  return readers[destination.family](scan, context);
}

const hasLineBreaks = ({ text, bits }: CleanScan): boolean => (bits & seen.toClean) !== 0 && /[\r\n]/.test(text);
