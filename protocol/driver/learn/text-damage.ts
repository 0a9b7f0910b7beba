// Tells from what arrived in place of known Vietnamese text which way it was spoilt.
import { asciiText } from "../../bytes/ascii.ts";
import { encodeUtf8, isUtf8 } from "../../bytes/utf8.ts";
import type { RemarkCode } from "./remarks.ts";

/** Bytes as a text of characters below U+0100, so that texts and bytes can be searched and compared alike. */
export const byteText = (bytes: Uint8Array): string => asciiText(bytes);
export const utf8Text = (text: string): string => byteText(encodeUtf8(text));

/** What `actual`, a byte text, says of the road that `expected` has come. Undefined: unharmed. */
export function damageOf(expected: string, actual: string): RemarkCode | undefined {
  if (actual === utf8Text(expected)) return undefined;
  const known = spoilings.find(({ spoil }) => spoil(expected) === actual);
  if (known !== undefined) return known.code;
  const bytes = Uint8Array.from(actual, (character) => character.charCodeAt(0));
  return isUtf8(bytes) ? "text-changed" : "code-page";
}

const isAscii = (character: string): boolean => character < "\u0080";
const each = (text: string, change: (character: string) => string): string => Array.from(text, change).join("");
const marks = /\p{M}/gu;

/** Each way to spoil a text, as byte text. */
const spoilings: readonly { readonly code: RemarkCode; spoil(text: string): string }[] = [
  { code: "decomposed", spoil: (text) => utf8Text(text.normalize("NFD")) },
  { code: "double-encoded", spoil: (text) => utf8Text(utf8Text(text)) },
  { code: "double-encoded", spoil: (text) => utf8Text(each(utf8Text(text), asWindows1252)) },
  { code: "windows-1258", spoil: (text) => each(text, windows1258) },
  { code: "question-marks", spoil: (text) => each(text, (character) => (isAscii(character) ? character : "?")) },
  { code: "question-marks", spoil: (text) => each(utf8Text(text), (byte) => (isAscii(byte) ? byte : "?")) },
  {
    code: "question-marks",
    spoil: (text) => utf8Text(each(text, (character) => (isAscii(character) ? character : "\ufffd"))),
  },
  { code: "letters-dropped", spoil: (text) => each(text, (character) => (isAscii(character) ? character : "")) },
  {
    code: "marks-dropped",
    spoil: (text) => text.normalize("NFD").replace(marks, "").replaceAll("Đ", "D").replaceAll("đ", "d"),
  },
  {
    code: "seven-bit",
    spoil: (text) => each(utf8Text(text), (byte) => String.fromCharCode(byte.charCodeAt(0) & 0x7f)),
  },
];

/** What Windows-1252 has at 80 to 9F; its five gaps stand for themselves. */
const windows1252 = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ";
const asWindows1252 = (byte: string): string => windows1252[byte.charCodeAt(0) - 0x80] ?? byte;

/** Windows-1258: letters of their own as bytes, the five tones as combining bytes behind them. */
const windows1258Bytes: Readonly<Record<string, number>> = {
  "\u0300": 0xcc,
  "\u0309": 0xd2,
  "\u0303": 0xde,
  "\u0301": 0xec,
  "\u0323": 0xf2,
  Đ: 0xd0,
  đ: 0xf0,
  Ă: 0xc3,
  ă: 0xe3,
  Ơ: 0xd5,
  ơ: 0xf5,
  Ư: 0xdd,
  ư: 0xfd,
};
const tones = /[\u0300\u0301\u0303\u0309\u0323]/gu;

function windows1258(character: string): string {
  const apart = character.normalize("NFD");
  const letter = apart.replace(tones, "").normalize("NFC");
  const [tone = ""] = apart.match(tones) ?? [];
  return each(letter + tone, (part) => String.fromCharCode(windows1258Bytes[part] ?? part.charCodeAt(0)));
}
