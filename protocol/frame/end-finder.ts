// Finds the next terminator byte in a chunk, by the cheaper of two ways.

/** Bytes up to which looking at each byte costs less than one native search per terminator (measured with tests/bench/framing.ts). */
const byteLoopMax = 48;

/**
 * Answers positions in one chunk at a time. Each native search is remembered until it is passed, so that a chunk is
 * searched once per terminator however many scans it holds.
 */
export class EndFinder {
  readonly #enders: readonly number[];
  readonly #isEnder = new Uint8Array(256);
  readonly #next: number[];

  constructor(enders: readonly number[]) {
    this.#enders = enders;
    this.#next = enders.map(() => -1);
    for (const byte of enders) this.#isEnder[byte] = 1;
  }

  isEnder(byte: number): boolean {
    return this.#isEnder[byte] === 1;
  }

  /** Must be called before the first `find` in another chunk. */
  forget(): void {
    for (let which = 0; which < this.#next.length; which += 1) this.#next[which] = -1;
  }

  /** The first terminator at or after `from`, or the chunk's length. `from` never decreases within a chunk. */
  find(chunk: Uint8Array, from: number): number {
    return chunk.length <= byteLoopMax ? this.#look(chunk, from) : this.#search(chunk, from);
  }

  #look(chunk: Uint8Array, from: number): number {
    const isEnder = this.#isEnder;
    let at = from;
    while (at < chunk.length && isEnder[chunk[at] ?? 0] === 0) at += 1;
    return at;
  }

  #search(chunk: Uint8Array, from: number): number {
    const next = this.#next;
    let nearest = chunk.length;
    for (let which = 0; which < next.length; which += 1) {
      let position = next[which] ?? -1;
      if (position < from) {
        position = chunk.indexOf(this.#enders[which] ?? 0, from);
        if (position < 0) position = chunk.length;
        next[which] = position;
      }
      if (position < nearest) nearest = position;
    }
    return nearest;
  }
}
