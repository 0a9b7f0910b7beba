// Reads one hexadecimal text field of an insurance card, repairing what input methods did to it: FORMATS §6.1.
import { bytesOfHex } from "../bytes/hex.ts";
import { isUtf8 } from "../bytes/utf8.ts";
import type { DecodeText } from "../host.ts";
import { isName } from "./name.ts";
import { mayBeTelexHex, telexAlternatives } from "./telex.ts";
import type { WarningCode } from "./warnings.ts";

/** The four steps for people. */
export const hexRule =
  "hex của UTF-8; hỏng do gõ Telex thì sửa khi chắc chắn; nếu không, chữ thường | hexadecimal UTF-8; Telex damage reversed where it is certain; else plain text";

/** What a field is to hold: a name must be one (N3, N4), a place may be any text. */
export type HexFieldUse = "name" | "place";

export interface HexField {
  readonly text: string;
  /** How the text was won, if not from sound hexadecimal. */
  readonly warning?: WarningCode;
}

/** The text of a field that is not absent, or undefined where it can't be read. The four steps stand in this order. */
export function readHexField(raw: string, use: HexFieldUse, decodeText: DecodeText): HexField | undefined {
  const sound = textOfHex(raw, use, decodeText);
  if (sound !== undefined) return { text: sound };
  const repaired = repairTelex(raw, use, decodeText);
  if (repaired !== undefined) return { text: repaired, warning: "telex-repaired" };
  return isPlainText(raw, use) ? { text: raw, warning: "plain-text-field" } : undefined;
}

/** Whole bytes, strict UTF-8, and no control, format or unassigned character. */
function textOfHex(hex: string, use: HexFieldUse, decodeText: DecodeText): string | undefined {
  const bytes = bytesOfHex(hex);
  if (bytes === undefined || !isUtf8(bytes)) return undefined;
  const text = decodeText(bytes, 0, bytes.length);
  if (/\p{C}/u.test(text)) return undefined;
  return use === "place" || isName(text) ? text : undefined;
}

/** The one text that all readings of the damage agree on. */
function repairTelex(raw: string, use: HexFieldUse, decodeText: DecodeText): string | undefined {
  const texts = new Set<string>();
  for (const hex of telexAlternatives(raw.normalize("NFC"))) {
    const text = textOfHex(hex, use, decodeText);
    if (text !== undefined) texts.add(text);
  }
  const [only, another] = texts;
  return another === undefined ? only : undefined;
}

/** Some programs print the text itself. Digits in a "name" tell of damaged hexadecimal instead. */
function isPlainText(raw: string, use: HexFieldUse): boolean {
  if (use === "name") return isName(raw) && !/\p{Nd}/u.test(raw);
  return [...raw.normalize("NFC")].some((character) => !mayBeTelexHex(character));
}
