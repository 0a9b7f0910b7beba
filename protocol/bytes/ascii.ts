// ASCII text to bytes and back without a decoder of the machine's, and the bytes of commands.

/** Each character must be below U+0080. */
export const asciiBytes = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

/** Bytes that one call of `String.fromCharCode` takes: its arguments lie on the stack. */
export const asciiBytesMax = 4_096;

/** The text of the bytes `start` (included) to `end` (excluded); a byte above 127 becomes the letter of Latin-1. */
export function asciiText(bytes: Uint8Array, start = 0, end = bytes.length): string {
  let text = "";
  for (let at = start; at < end; at += asciiBytesMax) {
    const part = at === 0 && end === bytes.length ? bytes : bytes.subarray(at, end);
    const piece = part.length <= asciiBytesMax ? part : part.subarray(0, asciiBytesMax);
    text += String.fromCharCode.apply(undefined, piece as unknown as number[]); // takes any list of numbers; an array would be a copy
  }
  return text;
}

/** Whether `pattern` stands in `bytes` at `at`. */
export function standsAt(bytes: Uint8Array, pattern: Uint8Array, at: number): boolean {
  if (at + pattern.length > bytes.length) return false;
  for (let index = 0; index < pattern.length; index += 1) if (bytes[at + index] !== pattern[index]) return false;
  return true;
}

/** Whether `pattern` stands in `bytes` at `at`, or may once more bytes have come. */
export function mayStandAt(bytes: Uint8Array, pattern: Uint8Array, at: number): boolean {
  const present = Math.min(pattern.length, bytes.length - at);
  for (let index = 0; index < present; index += 1) if (bytes[at + index] !== pattern[index]) return false;
  return true;
}

/** All parts, one behind the other. */
export function joinBytes(...parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
