// Tells a line that a patient's code could have left from one that a reader could answer with.
import { dispatch, squeeze } from "../../document/dispatch.ts";

/** A card's code has eleven or more, a version text with serial number and all rarely more than a few. */
const digitsMin = 8;
const numberCharactersMax = 20;

/**
 * Whether a line without a mark of its own may be a document: it must not be kept as a reader's version then. In doubt it
 * may: a reader without a version works, and a patient's number in a record of readers does not go away.
 */
export function resemblesDocument(line: string): boolean {
  const text = line.trim();
  if (text.startsWith("]") || /[|$<]/.test(text)) return true;
  if (isNumber(squeeze(text))) return true;
  const { destination } = dispatch(text, []);
  if (destination.kind === "family") return destination.family !== "number"; // judged above: `QD2400 SW 3.1` is none
  return destination.reason !== "unknown-format";
}

/** Nine digits in a row, or letters and digits as insurance cards carry them (document/bare-number.ts). */
function isNumber(squeezed: string): boolean {
  if (/\d{9}/.test(squeezed)) return true;
  const digits = squeezed.replace(/\D/g, "").length;
  return digits >= digitsMin && squeezed.length <= numberCharactersMax && /^[A-Z]{2}\d[0-9A-Z]+$/.test(squeezed);
}
