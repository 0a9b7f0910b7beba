// Reads one hexadecimal text field of an insurance card, repairing what input methods did to it: FORMATS §6.1.
import { bytesOfHex } from "../bytes/hex.ts";
import { isUtf8 } from "../bytes/utf8.ts";
import type { DecodeText } from "../host.ts";
import { isName } from "./name.ts";
import { mayBeTelexHex, telexAlternatives } from "./telex.ts";
import { seen, surveyText } from "./text-survey.ts";
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
  const sound = textOfHex(raw, use, decodeText);
  if (sound !== undefined) return sound;
  const repaired = repairTelex(raw, use, decodeText);
  if (repaired !== undefined) return { ...repaired, warning: "telex-repaired" };
  const bits = surveyText(raw);
  return isPlainText(raw, bits, use) ? { text: raw, bits, warning: "plain-text-field" } : undefined;
}

/** Whole bytes, strict UTF-8, and no control, format or unassigned character. */
function textOfHex(hex: string, use: HexFieldUse, decodeText: DecodeText): HexField | undefined {
  const bytes = bytesOfHex(hex);
  if (bytes === undefined || !isUtf8(bytes)) return undefined;
  const text = decodeText(bytes, 0, bytes.length);
  const bits = surveyText(text);
  if ((bits & seen.unprintable) !== 0) return undefined;
  return use === "place" || isName(text, bits) ? { text, bits } : undefined;
}

/** The one text that all readings of the damage agree on. */
function repairTelex(raw: string, use: HexFieldUse, decodeText: DecodeText): HexField | undefined {
  let only: HexField | undefined;
  for (const hex of telexAlternatives(raw.normalize("NFC"))) {
    const field = textOfHex(hex, use, decodeText);
    if (field === undefined || field.text === only?.text) continue;
    if (only !== undefined) return undefined;
    only = field;
  }
  return only;
}

/** Some programs print the text itself. Digits in a "name" tell of damaged hexadecimal instead. */
function isPlainText(raw: string, bits: number, use: HexFieldUse): boolean {
  if (use === "name") return isName(raw, bits) && !/\p{Nd}/u.test(raw);
  return [...raw.normalize("NFC")].some((character) => !mayBeTelexHex(character));
}
