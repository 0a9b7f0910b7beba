// Strict UTF-8: well-formed byte sequences after the Unicode Standard, table 3-7, and the code points that they write.

/** What `codePointAt` answers for bytes that are no well-formed sequence. */
export const malformed = -1;

/**
 * The code point that the sequence at `at` writes. Answers `malformed` for overlong forms, surrogates, code points beyond
 * U+10FFFF, stray tails, and sequences that the end of `bytes` cuts off.
 */
export function codePointAt(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] ?? 0xff;
  if (lead < 0x80) return lead;
  const second = tail(bytes, at + 1);
  if (lead < 0xe0) return lead < 0xc2 || second < 0 ? malformed : ((lead & 0x1f) << 6) | second;
  const third = tail(bytes, at + 2);
  if ((second | third) < 0) return malformed;
  if (lead < 0xf0) {
    const code = ((lead & 0x0f) << 12) | (second << 6) | third;
    return code < 0x800 || (code >= 0xd800 && code <= 0xdfff) ? malformed : code;
  }
  const fourth = tail(bytes, at + 3);
  if (lead > 0xf4 || fourth < 0) return malformed;
  const code = ((lead & 0x07) << 18) | (second << 12) | (third << 6) | fourth;
  return code < 0x10000 || code > 0x10ffff ? malformed : code;
}

/** The six bits of a tail byte, or -1. */
function tail(bytes: Uint8Array, at: number): number {
  const byte = at < bytes.length ? (bytes[at] as number) : 0;
  return (byte & 0xc0) === 0x80 ? byte & 0x3f : -1;
}

/** Bytes that write the code point `code`. */
export function lengthInUtf8(code: number): 1 | 2 | 3 | 4 {
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code < 0x10000 ? 3 : 4;
}

/** Whether the bytes `start` (included) to `end` (excluded) are well-formed. */
export function isUtf8(bytes: Uint8Array, start = 0, end = bytes.length): boolean {
  let at = start;
  while (at < end) {
    const code = codePointAt(bytes, at);
    if (code === malformed) return false;
    at += lengthInUtf8(code);
  }
  return at === end; // a sequence may go on behind the end
}

/** The bytes of a well-formed text. */
export function encodeUtf8(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    const length = lengthInUtf8(code);
    if (length === 1) bytes.push(code);
    else if (length === 2) bytes.push(0xc0 | (code >> 6), tailByte(code, 0));
    else if (length === 3) bytes.push(0xe0 | (code >> 12), tailByte(code, 6), tailByte(code, 0));
    else bytes.push(0xf0 | (code >> 18), tailByte(code, 12), tailByte(code, 6), tailByte(code, 0));
  }
  return Uint8Array.from(bytes);
}

const tailByte = (code: number, shift: number): number => 0x80 | ((code >> shift) & 0x3f);

/** Bytes that one call of `String.fromCharCode` takes: its arguments lie on the stack. */
const charactersAtOnce = 4_096;

/** The text of all of `bytes`; undefined where they are not well-formed. For drivers, which have no decoder of the machine's. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  let text = "";
  for (let at = 0; at < bytes.length; ) {
    const end = endOfAscii(bytes, at);
    if (end > at) {
      // Takes any list of numbers; an array of them would be a copy.
      text += String.fromCharCode.apply(undefined, bytes.subarray(at, end) as unknown as number[]);
      at = end;
      continue;
    }
    const code = codePointAt(bytes, at);
    if (code === malformed) return undefined;
    text += String.fromCodePoint(code);
    at += lengthInUtf8(code);
  }
  return text;
}

function endOfAscii(bytes: Uint8Array, start: number): number {
  const endMax = Math.min(bytes.length, start + charactersAtOnce);
  let end = start;
  while (end < endMax && (bytes[end] as number) < 0x80) end += 1;
  return end;
}
