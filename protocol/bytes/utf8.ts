// Checks that bytes are strict UTF-8, and says in the same pass whether they hold anything that cleaning must look at.

export const utf8 = {
  /** Overlong form, surrogate, cut sequence or a byte that UTF-8 never uses. */
  broken: 0,
  /** Valid, without C0, DEL, or any character of U+0080–00BF, U+2000–2FFF and U+F000–FFFF. */
  plain: 1,
  /** Valid, with at least one of those. */
  special: 2,
} as const;
export type Utf8Survey = (typeof utf8)[keyof typeof utf8];

/** Lead bytes of the rows that hold NBSP (C2), the zero-width and direction marks (E2) and U+FEFF, U+FFFD (EF). */
const leadC2 = 0xc2;
const leadE2 = 0xe2;
const leadEF = 0xef;

const isTail = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80;

/** Surveys all of `bytes` after Unicode 15, table 3-7 (well-formed UTF-8 byte sequences). */
export function surveyUtf8(bytes: Uint8Array): Utf8Survey {
  const end = bytes.length;
  let special = false;
  let at = 0;
  while (at < end) {
    const lead = bytes[at] as number;
    if (lead < 0x80) {
      if (lead < 0x20 || lead === 0x7f) special = true;
      at += 1;
      continue;
    }
    if (lead === leadC2 || lead === leadE2 || lead === leadEF) special = true;
    const length = sequenceLength(bytes, at, lead);
    if (length === 0) return utf8.broken;
    at += length;
  }
  return special ? utf8.special : utf8.plain;
}

/** Length of the well-formed sequence of two to four bytes at `at`, or 0. A byte beyond the end is no tail. */
function sequenceLength(bytes: Uint8Array, at: number, lead: number): 0 | 2 | 3 | 4 {
  const second = bytes[at + 1];
  if (second === undefined || (second & 0xc0) !== 0x80) return 0;
  if (lead < 0xe0) return lead < 0xc2 ? 0 : 2; // C0 and C1 would be overlong; 80–BF are tails
  if (!isTail(bytes[at + 2])) return 0;
  if (lead < 0xf0) {
    if (lead === 0xe0 && second < 0xa0) return 0; // overlong
    if (lead === 0xed && second > 0x9f) return 0; // surrogate
    return 3;
  }
  if (lead > 0xf4 || !isTail(bytes[at + 3])) return 0;
  if (lead === 0xf0 && second < 0x90) return 0; // overlong
  if (lead === 0xf4 && second > 0x8f) return 0; // beyond U+10FFFF
  return 4;
}
