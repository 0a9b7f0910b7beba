// Looks over a text once and answers, as bits, every kind of character that the name and address rules ask about.

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
} as const;

/** What a byte 80–BF becomes when UTF-8 is read as CP1252 or Latin-1. */
const garbledTail =
  /[\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013\u2014\u2018-\u201a\u201c-\u201e\u2020-\u2022\u2026\u2030\u2039\u203a\u20ac\u2122]/;
/** A lead byte and its tail, both read as CP1252 or Latin-1: leads of U+0080–01BF and U+0300–033F, or E1 BA, E1 BB. */
const garbledPair = new RegExp(`[\\u00c2-\\u00c6\\u00cc]${garbledTail.source}|\\u00e1[\\u00ba\\u00bb]`);

/** Whether UTF-8 was read as CP1252 or Latin-1 somewhere in `raw`; ask before NBSP is replaced. */
export const isGarbled = (raw: string): boolean => garbledPair.test(raw);

const asciiOfNames = /[A-Za-z '`~.?-]/;
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
  return bits;
}

// Bits of U+0000–02FF, then of U+1E00–1EFF: all that well-written Vietnamese uses.
const vietnameseRow = 0x1e;
const lowEnd = 0x300;
const table = new Uint16Array(lowEnd + 0x100);
for (let code = 0; code < lowEnd; code += 1) table[code] = bitsOf(String.fromCharCode(code));
for (let low = 0; low < 0x100; low += 1) table[lowEnd + low] = bitsOf(String.fromCharCode(vietnameseRow * 0x100 + low));

const blank = 0x20;
const comma = 0x2c;
const isGap = (code: number): boolean => code === blank || code === comma;

/** The bits of `text[start, end)`, which is well-formed. */
export function surveyText(text: string, start: number, end: number): number {
  let bits = start < end && isGap(text.charCodeAt(start)) ? seen.untidy : 0;
  for (let at = start; at < end; at += 1) {
    const code = text.charCodeAt(at);
    if (code < lowEnd) bits |= table[code] as number;
    else if (code >> 8 === vietnameseRow) bits |= table[lowEnd + (code & 0xff)] as number;
    else bits |= rareBits(text, at, code);
    if (isGap(code) && !isTidyGap(text, at, end, code)) bits |= seen.untidy;
  }
  return bits;
}

/** A tidy blank stands before a word; a tidy comma before a blank. */
function isTidyGap(text: string, at: number, end: number, code: number): boolean {
  if (at + 1 === end) return false;
  const next = text.charCodeAt(at + 1);
  return code === comma ? next === blank : !isGap(next);
}

/** The second half of a surrogate pair says nothing: the first half has answered for the character. */
function rareBits(text: string, at: number, code: number): number {
  if (code >= 0xdc00 && code <= 0xdfff) return 0;
  return bitsOf(String.fromCodePoint(text.codePointAt(at) ?? code));
}
