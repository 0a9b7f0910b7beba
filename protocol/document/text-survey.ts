// Looks over a text once and answers, as bits, every kind of character that the name and address rules ask about.

import { codePointAt, lengthInUtf8, malformed } from "../bytes/utf8.ts";

/** What a text holds. The bits of all its characters are joined by OR. */
export const seen = {
  /** A–Z, a–z. */
  letter: 1,
  /** A Latin letter outside A–Z a–z. */
  markedLetter: 2,
  /** ASCII that no name has: digits, commas, slashes, controls and so on. */
  neverInNames: 4,
  /** `?`, or a character beyond ASCII that the grammar of names does not know. */
  doubtful: 8,
  /** U+FFFD. */
  replacement: 16,
  /** Perhaps not NFC. */
  perhapsNotNfc: 32,
  /** White space or commas that tidying would change. */
  untidy: 64,
  /** Ð, ð or Ɖ, typed for Đ, đ. */
  eth: 128,
  /** May be the second half of a garbled pair. */
  garbledTail: 256,
  /** Controls, NBSP, zero-width and direction marks: what cleaning a scan may remove or refuse (P3 to P5). */
  toClean: 512,
  /** Blank, comma or pipe: where fields end, and where tidiness is decided. */
  gap: 1024,
  /** Unicode category C: controls, format characters, what is private or not assigned. No text that people print has them. */
  unprintable: 2048,
} as const;

/** What a byte 80–BF becomes when UTF-8 is read as CP1252 or Latin-1. */
const garbledTail =
  /[\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013\u2014\u2018-\u201a\u201c-\u201e\u2020-\u2022\u2026\u2030\u2039\u203a\u20ac\u2122]/;
/** A lead byte and its tail, both read as CP1252 or Latin-1: leads of U+0080–01BF and U+0300–033F, or E1 BA, E1 BB. */
const garbledPair = new RegExp(`[\\u00c2-\\u00c6\\u00cc]${garbledTail.source}|\\u00e1[\\u00ba\\u00bb]`);

/** Whether UTF-8 was read as CP1252 or Latin-1 somewhere in `raw`; ask before NBSP is replaced. */
export const isGarbled = (raw: string): boolean => garbledPair.test(raw);

const asciiOfNames = /[A-Za-z '`~.?-]/;
/** U+FEFF, and the zero-width and direction marks; not the soft hyphen U+00AD (P3). */
export const invisible = /[\ufeff\u200b-\u200f\u2060\u202a-\u202e\u2066-\u2069]/g;

/** Apostrophes and hyphens beyond ASCII in names of minorities; combining marks. */
const signOfNames = /[\u2018\u2019\u02bc\u2010\u2011\u2013\p{M}]/u;
/** ª, º and the full-width forms are of the Latin script, but no letters of a name. */
const latinLetter = /(?![ªº\uff21-\uff5a])(?=\p{L})\p{Script=Latin}/u;
/** Rows from U+0300 on in which every character is NFC by itself and composes with nothing; so is all below. */
const alwaysNfc = /[\u1e00-\u1eff\u2010-\u2027\ufffd]/;

function bitsOf(character: string): number {
  const isAscii = character < "\u0080";
  let bits = 0;
  if (/[A-Za-z]/.test(character)) bits |= seen.letter;
  else if (latinLetter.test(character)) bits |= seen.markedLetter;
  else if (character !== " " && /\s/.test(character)) bits |= seen.untidy;
  else if (isAscii && !asciiOfNames.test(character)) bits |= seen.neverInNames;
  else if (character === "?" || (!isAscii && !signOfNames.test(character))) bits |= seen.doubtful;
  if (character === "\ufffd") bits |= seen.replacement;
  if (/[ÐðƉ]/.test(character)) bits |= seen.eth;
  if (character >= "\u0300" && !alwaysNfc.test(character)) bits |= seen.perhapsNotNfc;
  if (garbledTail.test(character)) bits |= seen.garbledTail;
  if (character < " " || character === "\u007f" || character === "\u00a0" || character.search(invisible) === 0) {
    bits |= seen.toClean;
  }
  if (/[ ,|]/.test(character)) bits |= seen.gap;
  if (/\p{C}/u.test(character)) bits |= seen.unprintable;
  return bits;
}

// The bits of the rows that cards in Vietnamese use, precomputed: Latin with its marks, whole and combining, and general punctuation.
const latinEnd = 0x370;
const rowVietnamese = 0x1e;
const rowPunctuation = 0x20;
const table = Uint16Array.from({ length: latinEnd + 0x200 }, (_, index) => {
  if (index < latinEnd) return bitsOf(String.fromCharCode(index));
  const row = index < latinEnd + 0x100 ? rowVietnamese : rowPunctuation;
  return bitsOf(String.fromCharCode(row * 0x100 + ((index - latinEnd) % 0x100)));
});

/** One more bit, for a byte alone: it belongs to a sequence of several. */
export const beyondAscii = 4096;
const byteTable = Uint16Array.from({ length: 0x100 }, (_, byte) =>
  byte < 0x80 ? (table[byte] as number) : beyondAscii,
);

/** The bits of a byte of UTF-8: of the ASCII character that it is, or `beyondAscii`. */
export const bitsOfByte = (byte: number): number => byteTable[byte] as number;

const codePoints = 0x110000;
/** Bits of other characters once they have been seen, 0 before: each is worked out once. The system gives memory only to what is written. */
const seenBefore = new Uint16Array(codePoints);

/** The bits of one character, given as its code point. */
export function bitsOfCode(code: number): number {
  if (code < latinEnd) return table[code] as number;
  const row = code >> 8;
  if (row === rowVietnamese) return table[latinEnd + (code & 0xff)] as number;
  if (row === rowPunctuation) return table[latinEnd + 0x100 + (code & 0xff)] as number;
  const known = seenBefore[code] as number;
  if (known !== 0) return known;
  const bits = bitsOf(String.fromCodePoint(code));
  seenBefore[code] = bits;
  return bits;
}

const blank = 0x20;
const comma = 0x2c;

/** Blanks and commas are tidy only between words, a comma with one blank behind it. */
export const isGap = (code: number): boolean => code === blank || code === comma;

/** Whether tidying would change the gap `code` before `next`; the end of the text, and a first gap, are for the caller. */
export const isUntidyGap = (code: number, next: number): boolean => (code === comma ? next !== blank : isGap(next));

/** What `surveyBytes` answers for bytes that are no UTF-8. */
export const noText = -1;

/** The bits of the text that the first `end` of `bytes` write, as `surveyText` finds them; `noText` where they are not UTF-8. */
export function surveyBytes(bytes: Uint8Array, end: number): number {
  let bits = end > 0 && (isGap(bytes[0] as number) || isGap(bytes[end - 1] as number)) ? seen.untidy : 0;
  for (let at = 0; at < end; ) {
    const code = codePointAt(bytes, at);
    if (code === malformed) return noText;
    bits |= bitsOfCode(code);
    at += lengthInUtf8(code);
    if (isGap(code) && isUntidyGap(code, bytes[at] as number)) bits |= seen.untidy;
    if (at > end) return noText; // what lies behind has completed the last sequence
  }
  return bits;
}

/** The bits of a whole text, which is well-formed. */
export function surveyText(text: string): number {
  const end = text.length;
  let bits = isGap(text.charCodeAt(0)) || isGap(text.charCodeAt(end - 1)) ? seen.untidy : 0;
  for (let at = 0; at < end; at += 1) {
    const code = text.codePointAt(at) ?? 0;
    bits |= bitsOfCode(code);
    if (isGap(code) && isUntidyGap(code, text.charCodeAt(at + 1))) bits |= seen.untidy;
    if (code > 0xffff) at += 1;
  }
  return bits;
}
