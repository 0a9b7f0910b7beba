// Reverses what a Vietnamese Telex input method does to hexadecimal text that a keyboard-wedge scanner types: FORMATS §6.1.
// Only hex fields of insurance cards are ever reversed. VNI never is: it swallows digits, and a wrong name could remain.
import { notHex } from "../bytes/hex.ts";

/** The digits that were typed, by the letter that arrived. ầ and ề were typed in this order or with the last two exchanged. */
const typedFor = { â: "aa", à: "af", ầ: "aaf", ê: "ee", è: "ef", ề: "eef", đ: "dd" } as const;
const ambiguousDigits = 3;
const digitOfA = 0xa;

/** Ambiguous letters in one field. With six it may have been any of 64 texts; real names and addresses have one or two. */
const ambiguousMax = 6;

const hexDigits = [..."0123456789abcdef"].map((digit) => [digit, digit] as const);

/** Values of the digits that were typed, by the code of the character that arrived; upper case alike. */
const digitsByCode: ReadonlyMap<number, readonly number[]> = new Map(
  [...hexDigits, ...Object.entries(typedFor)].flatMap(([character, typed]) => {
    const digits = [...typed].map((digit) => Number.parseInt(digit, 16));
    return [character, character.toUpperCase()].map((letter) => [letter.charCodeAt(0), digits] as const);
  }),
);

const firstBeyondAscii = 0x80;
const digitsByAscii = Array.from({ length: firstBeyondAscii }, (_, code) => digitsByCode.get(code));

/** Whether a character of `text`, which is NFC, can't stand in a hex field, neither as it is nor after Telex. */
export function hasOtherThanTelexHex(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) if (!digitsByCode.has(text.charCodeAt(at))) return true;
  return false;
}

/**
 * Writes into `bytes` what was typed for `arrived`, which is NFC, as `writeHex` does; of several ways to read it the only one
 * that can be UTF-8. `notHex`, too, where there are too many ways.
 *
 * Where ầ begins at the second digit of a byte, and for ề anywhere, the other order is never UTF-8: FA and FE begin no
 * sequence, and E0–EF follows no EF. Where ầ begins a byte, `AA F.` needs three tails behind it, which are too many behind `AF A.`.
 */
export function writeTelexHex(arrived: string, bytes: Uint8Array): number {
  const undecided: number[] = [];
  let ambiguous = 0;
  let written = 0; // digits
  for (let at = 0; at < arrived.length; at += 1) {
    const code = arrived.charCodeAt(at);
    const typed = code < firstBeyondAscii ? digitsByAscii[code] : digitsByCode.get(code);
    if (typed === undefined || written + typed.length > bytes.length * 2) return notHex;
    if (typed.length === ambiguousDigits) {
      ambiguous += 1;
      if (ambiguous > ambiguousMax) return notHex;
      if (written % 2 === 0 && typed[0] === digitOfA) undecided.push(written / 2);
    }
    for (const digit of typed) {
      const place = written >> 1;
      bytes[place] = written % 2 === 0 ? digit << 4 : (bytes[place] as number) | digit;
      written += 1;
    }
  }
  if (written % 2 !== 0) return notHex;
  const end = written / 2;
  // From the last to the first, since each is decided by what follows it
  for (const place of undecided.reverse()) if (!hasThreeTails(bytes, place + 2, end)) exchange(bytes, place);
  return end;
}

function hasThreeTails(bytes: Uint8Array, from: number, end: number): boolean {
  return from + 3 <= end && bytes.subarray(from, from + 3).every((byte) => (byte & 0xc0) === 0x80);
}

/** `AA F.` becomes `AF A.` */
function exchange(bytes: Uint8Array, place: number): void {
  bytes[place] = 0xaf;
  bytes[place + 1] = 0xa0 | ((bytes[place + 1] as number) & 0x0f);
}
