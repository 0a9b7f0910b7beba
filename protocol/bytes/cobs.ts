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
    const byte = bytes[from] as number;
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

/** What `undoCobs` answers for bytes that are no COBS: a block that goes on behind the end, or nothing at all. */
export const notCobs = -1;

/** Bytes up to which a loop moves them cheaper than the native call (measured). */
const loopBytesMax = 32;

/**
 * Turns the form that lies from `start` (included) to `end` (excluded) into the bytes it stands for, in place: they begin at
 * `start` + 1, and the position after them is answered. The form must be free of 00, as what lies between two ends of frames
 * is. A code byte stands where the 00 of the block before it belongs, so that only what follows a full block has to be
 * moved. An empty block behind a full one, which some encoders write at the end, is taken.
 */
export function undoCobs(memory: Uint8Array, start: number, end: number): number {
  let at = start;
  let code = start < end ? (memory[at] as number) : 0;
  while (code !== fullBlock) {
    const next = code === 1 ? at + 1 : at + code; // said apart, a run of 00 need not wait for what it reads (measured)
    if (next >= end || code === 0) return next === end && code !== 0 ? end : notCobs;
    code = memory[next] as number;
    memory[next] = 0;
    at = next;
  }
  for (let shift = 0; code !== 0; ) {
    const next = at + code;
    if (next > end) return notCobs;
    if (shift > 0) move(memory, at + 1, next, shift);
    if (next === end) return end - shift;
    const nextCode = memory[next] as number;
    if (code === fullBlock) shift += 1;
    else memory[next - shift] = 0;
    at = next;
    code = nextCode;
  }
  return notCobs;
}

/** Moves the bytes `start` (included) to `end` (excluded) towards the beginning. */
function move(memory: Uint8Array, start: number, end: number, shift: number): void {
  if (end - start > loopBytesMax) memory.copyWithin(start - shift, start, end);
  else for (let at = start; at < end; at += 1) memory[at - shift] = memory[at] as number;
}

/** The form of all of `bytes`, without the 00 that ends the frame. */
export function encodeCobs(bytes: Uint8Array): Uint8Array {
  const encoded = new Uint8Array(cobsBytesMax(bytes.length));
  return encoded.slice(0, writeCobs(bytes, 0, bytes.length, encoded, 0));
}

/** What all of `encoded` stands for, or undefined. */
export function decodeCobs(encoded: Uint8Array): Uint8Array | undefined {
  if (encoded.includes(0)) return undefined;
  const bytes = encoded.slice();
  const end = undoCobs(bytes, 0, bytes.length);
  return end === notCobs ? undefined : bytes.subarray(1, end);
}
