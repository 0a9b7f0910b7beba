// Consistent Overhead Byte Stuffing (Cheshire and Baker, 1999): bytes without 00, so that 00 can end a frame.

/** A block without a 00 behind it holds at most this many bytes, and bears the code FF. */
const blockBytesMax = 254;
const fullBlock = 0xff;

/** The longest form of `count` bytes, without the 00 that ends the frame. */
export const cobsBytesMax = (count: number): number => count + Math.max(1, Math.ceil(count / blockBytesMax));

/**
 * Writes the form of the bytes `start` (included) to `end` (excluded) into `into` at `at`, without the 00 that ends the
 * frame, and answers the position after it. `into` must have room for `cobsBytesMax` bytes from `at`, and be other memory.
 */
export function writeCobs(bytes: Uint8Array, start: number, end: number, into: Uint8Array, at: number): number {
  let codeAt = at;
  let next = at + 1;
  let code = 1;
  for (let from = start; from < end; from += 1) {
    const byte = bytes[from] ?? 0;
    if (byte !== 0) {
      into[next] = byte;
      next += 1;
      code += 1;
    }
    // A full last block is followed by nothing: the end of the frame ends it.
    if (byte === 0 || (code === fullBlock && from + 1 < end)) {
      into[codeAt] = code;
      codeAt = next;
      next += 1;
      code = 1;
    }
  }
  into[codeAt] = code;
  return next;
}

/** What `readCobs` answers for bytes that are no COBS: a 00 inside, a block that goes on behind the end, nothing at all. */
export const notCobs = -1;

/**
 * Writes what the bytes `start` (included) to `end` (excluded) stand for into `into` from its beginning, and answers how many
 * bytes that is; always fewer than were read. `notCobs` for malformed input and for more bytes than `into` holds. An empty
 * block behind a full one, which some encoders write, is taken. `into` may be the same memory when `start` is above 0.
 */
export function readCobs(bytes: Uint8Array, start: number, end: number, into: Uint8Array): number {
  if (start >= end || end - start - 1 > into.length) return notCobs;
  let at = start;
  let next = 0;
  for (;;) {
    const code = bytes[at] as number;
    at += 1;
    const blockEnd = at + code - 1;
    if (code === 0 || blockEnd > end) return notCobs;
    while (at < blockEnd) {
      const byte = bytes[at] as number;
      if (byte === 0) return notCobs;
      into[next] = byte;
      next += 1;
      at += 1;
    }
    if (at === end) return next;
    if (code !== fullBlock) {
      into[next] = 0;
      next += 1;
    }
  }
}

/** The form of all of `bytes`, without the 00 that ends the frame. */
export function encodeCobs(bytes: Uint8Array): Uint8Array {
  const encoded = new Uint8Array(cobsBytesMax(bytes.length));
  return encoded.slice(0, writeCobs(bytes, 0, bytes.length, encoded, 0));
}

/** What all of `encoded` stands for, or undefined. */
export function decodeCobs(encoded: Uint8Array): Uint8Array | undefined {
  const bytes = new Uint8Array(encoded.length);
  const length = readCobs(encoded, 0, encoded.length, bytes);
  return length === notCobs ? undefined : bytes.slice(0, length);
}
