// Cuts the bytes of a ReaderLink line into payloads; a broken frame is dropped and counted, never answered.
import { notCobs, undoCobs } from "../../bytes/cobs.ts";
import { crc32c } from "../../bytes/crc32c.ts";
import type { Discard } from "../../driver/discard.ts";
import { crcBytes, encodedBytesMax, frameBytesMax, frameBytesMin, frameEnd } from "./frame-limits.ts";

/** Bytes up to which a loop copies cheaper than the native call (measured). */
const loopBytesMax = 12;

/** Why bytes came to no payload. `overflow` is what `Health.overruns` counts, the others what `crc_errors` does. */
export type BrokenFrame = Extract<Discard, "overflow" | "bad-frame" | "bad-length" | "bad-checksum" | "closed">;

/** Where payloads go. Neither function may throw, nor call the frame reader. */
export interface FrameSink {
  /** `payload` lies in the frame reader's memory: it is good until this call returns. Never empty. */
  payload(payload: Uint8Array): void;
  /** `bytes` counts what was dropped, without the 00. */
  discarded(why: BrokenFrame, bytes: number): void;
}

/**
 * Takes the bytes of one open line in chunks of any size; how they were split changes nothing. Has no timer: the other side
 * sends again what was lost. Keeps the bytes of one frame at the most. Frames without content are passed over.
 */
export class FrameReader {
  readonly #sink: FrameSink;
  /** One frame as it arrives, with its 00, and then, in place, what it holds. */
  readonly #memory = new Uint8Array(encodedBytesMax + 1);
  /** Asking for it each time would double the price of a view. */
  readonly #buffer = this.#memory.buffer;
  /** Bytes of the frame so far, also of one that has grown too long and is no longer kept. */
  #held = 0;

  constructor(sink: FrameSink) {
    this.#sink = sink;
  }

  /** The chunk's memory may be used again as soon as this returns. */
  push(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length) {
      const end = chunk.indexOf(frameEnd, at);
      if (end < 0) {
        this.#keep(chunk, at, chunk.length);
        return;
      }
      if (end > at) this.#keep(chunk, at, end);
      const held = this.#held;
      this.#held = 0;
      if (held > 0) this.#finish(held);
      at = end + 1;
    }
  }

  /** The line closed: what was begun is dropped. */
  close(): void {
    if (this.#held > 0) this.#sink.discarded("closed", this.#held);
    this.#held = 0;
  }

  #keep(chunk: Uint8Array, from: number, to: number): void {
    const held = this.#held;
    const count = to - from;
    this.#held = held + count;
    if (held + count > encodedBytesMax) return;
    const memory = this.#memory;
    if (count > loopBytesMax) {
      // A whole chunk costs less than a view of a part of it; the 00 behind the frame does no harm.
      const isNearlyAll = from === 0 && count >= chunk.length - 1;
      memory.set(isNearlyAll ? chunk : chunk.subarray(from, to), held);
    } else for (let at = 0; at < count; at += 1) memory[held + at] = chunk[from + at] as number;
  }

  #finish(held: number): void {
    if (held > encodedBytesMax) this.#sink.discarded("overflow", held);
    else this.#open(held);
  }

  #open(held: number): void {
    const memory = this.#memory;
    const end = undoCobs(memory, 0, held);
    const bytes = end - 1;
    if (end === notCobs) this.#sink.discarded("bad-frame", held);
    else if (bytes < frameBytesMin || bytes > frameBytesMax) this.#sink.discarded("bad-length", held);
    else if (crc32c(memory, 1, end - crcBytes) !== crcAt(memory, end - crcBytes)) {
      this.#sink.discarded("bad-checksum", held);
    } else this.#sink.payload(new Uint8Array(this.#buffer, 1, bytes - crcBytes));
  }
}

function crcAt(bytes: Uint8Array, at: number): number {
  const low = (bytes[at] as number) | ((bytes[at + 1] as number) << 8);
  return (low | ((bytes[at + 2] as number) << 16) | ((bytes[at + 3] as number) << 24)) >>> 0;
}
