// How a scan's bytes are split on their way: a wire owes nobody a whole scan at a time.
import type { SeededRandom } from "./seeded-random.ts";

/** Whole scans, pieces of a fixed number of bytes, or pieces of random sizes. */
export type Chunking = "whole" | "random" | { readonly bytes: number };

/** Longest piece of random chunking, in bytes: several cuts in every card's payload of some 120. */
const randomChunkBytesMax = 64;

/** Reads `whole`, `bytes`, `random` or a number of bytes; undefined for anything else. */
export function parseChunking(text: string): Chunking | undefined {
  if (text === "whole" || text === "random") return text;
  if (text === "bytes") return { bytes: 1 };
  return /^[1-9]\d{0,5}$/.test(text) ? { bytes: Number(text) } : undefined;
}

/** The pieces in order; together they are `bytes`. */
export function* splitBytes(bytes: Uint8Array, chunking: Chunking, random: SeededRandom): Generator<Uint8Array> {
  for (let start = 0; start < bytes.length; ) {
    const length =
      chunking === "whole"
        ? bytes.length
        : chunking === "random"
          ? random.between(1, randomChunkBytesMax)
          : chunking.bytes;
    yield bytes.subarray(start, start + length);
    start += length;
  }
}
