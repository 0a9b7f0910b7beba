// Reads one hexadecimal text field of an insurance card, repairing what input methods did to it: FORMATS §6.1.
import { notHex, writeHex } from "../bytes/hex.ts";
import type { DecodeText } from "../host.ts";
import { scanBytesMax } from "./cleaning-rules.ts";
import { isName } from "./name.ts";
import { nfc } from "./nfc.ts";
import { hasOtherThanTelexHex, writeTelexHex } from "./telex.ts";
import { noText, seen, surveyBytes, surveyText } from "./text-survey.ts";
import type { WarningCode } from "./warnings.ts";

/** The four steps for people. */
export const hexRule =
  "hex của UTF-8; hỏng do gõ Telex thì sửa khi chắc chắn; nếu không, chữ thường | hexadecimal UTF-8; Telex damage reversed where it is certain; else plain text";

/** What a field is to hold: a name must be one (N3, N4), a place may be any text. */
export type HexFieldUse = "name" | "place";

export interface HexField {
  readonly text: string;
  /** `surveyText(text)`. */
  readonly bits: number;
  /** How the text was won, if not from sound hexadecimal. */
  readonly warning?: WarningCode;
}

/** The text of a field that is not absent, or undefined where it can't be read. The four steps stand in this order. */
export function readHexField(raw: string, use: HexFieldUse, decodeText: DecodeText): HexField | undefined {
  const sound = textOf(writeHex(raw, scratch), use, decodeText);
  if (sound !== undefined) return sound;
  const arrived = beyondAscii.test(raw) ? nfc(raw) : raw;
  const repaired = beyondAscii.test(arrived) ? textOf(writeTelexHex(arrived, scratch), use, decodeText) : undefined;
  if (repaired !== undefined) return { ...repaired, warning: "telex-repaired" };
  const mayBePlain = use === "name" ? !/\p{Nd}/u.test(raw) : hasOtherThanTelexHex(arrived);
  if (!mayBePlain) return undefined;
  const bits = surveyText(raw);
  return use === "place" || isName(raw, bits) ? { text: raw, bits, warning: "plain-text-field" } : undefined;
}

/** As every letter that Telex writes is. */
const beyondAscii = /[\u0080-\uffff]/;

/** Bytes of one field: no scan writes more. Nothing in here outlives the call that wrote it. */
const scratch = new Uint8Array(Math.ceil(scanBytesMax / 2));

/** What the first `length` bytes of `scratch` write: strict UTF-8, and no control, format or unassigned character. */
function textOf(length: number, use: HexFieldUse, decodeText: DecodeText): HexField | undefined {
  if (length === notHex) return undefined;
  const bits = surveyBytes(scratch, length);
  if (bits === noText || (bits & seen.unprintable) !== 0) return undefined;
  const text = decodeText(scratch, 0, length);
  return use === "place" || isName(text, bits) ? { text, bits } : undefined;
}
