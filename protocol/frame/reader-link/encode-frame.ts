// Puts a payload in a ReaderLink frame: COBS of the payload and its CRC-32C, then 00.
import { cobsBytesMax, writeCobs } from "../../bytes/cobs.ts";
import { crc32c } from "../../bytes/crc32c.ts";
import { crcBytes, frameEnd, payloadBytesMax } from "./frame-limits.ts";

/** Throws `RangeError` for an empty payload and for one that no frame can hold. */
export function encodeFrame(payload: Uint8Array): Uint8Array {
  const { length } = payload;
  if (length === 0 || length > payloadBytesMax)
    throw new RangeError(`a ReaderLink payload has 1 to ${payloadBytesMax} bytes`);
  const plain = new Uint8Array(length + crcBytes);
  plain.set(payload);
  new DataView(plain.buffer).setUint32(length, crc32c(payload), true);
  const frame = new Uint8Array(cobsBytesMax(plain.length) + 1);
  const end = writeCobs(plain, 0, plain.length, frame, 0);
  frame[end] = frameEnd;
  return frame.subarray(0, end + 1);
}
