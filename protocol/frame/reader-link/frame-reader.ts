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
  /** One frame as it arrives, and then, in place, what it holds. */
  readonly #memory = new Uint8Array(encodedBytesMax);
  #held = 0;
  /** Bytes of a frame that has grown too long; it is dropped up to its end. */
  #dropped = 0;

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
      this.#finish();
      at = end + 1;
    }
  }

  /** The line closed: what was begun is dropped. */
  close(): void {
    if (this.#held + this.#dropped > 0) this.#sink.discarded("closed", this.#held + this.#dropped);
    this.#held = 0;
    this.#dropped = 0;
  }

  #keep(chunk: Uint8Array, from: number, to: number): void {
    const held = this.#held;
    const count = to - from;
    if (this.#dropped > 0 || held + count > encodedBytesMax) {
      this.#dropped += held + count;
      this.#held = 0;
      return;
    }
    const memory = this.#memory;
    if (count > loopBytesMax) {
      memory.set(count === chunk.length ? chunk : chunk.subarray(from, to), held);
    } else {
      for (let at = 0; at < count; at += 1) memory[held + at] = chunk[from + at] as number;
    }
    this.#held = held + count;
  }

  #finish(): void {
    const held = this.#held;
    const dropped = this.#dropped;
    this.#held = 0;
    this.#dropped = 0;
    if (dropped > 0) this.#sink.discarded("overflow", dropped);
    else if (held > 0) this.#open(held);
  }

  #open(held: number): void {
    const memory = this.#memory;
    const end = undoCobs(memory, 0, held);
    const bytes = end - 1;
    if (end === notCobs) this.#sink.discarded("bad-frame", held);
    else if (bytes < frameBytesMin || bytes > frameBytesMax) this.#sink.discarded("bad-length", held);
    else if (crc32c(memory, 1, end - crcBytes) !== crcAt(memory, end - crcBytes)) {
      this.#sink.discarded("bad-checksum", held);
    } else this.#sink.payload(new Uint8Array(memory.buffer, 1, bytes - crcBytes));
  }
}

function crcAt(bytes: Uint8Array, at: number): number {
  const [first = 0, second = 0, third = 0, fourth = 0] = [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]];
  return (first | (second << 8) | (third << 16) | (fourth << 24)) >>> 0;
}
