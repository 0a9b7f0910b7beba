// Finds the next terminator byte in a chunk, by the cheaper of two ways.

const CR = 0x0d;
const LF = 0x0a;
const TAB = 0x09;

/** Bytes of a chunk per terminator up to which looking at each byte is cheaper than native searches (measured). */
const lookedAtPerEnder = 16;
/** Stands for "further than any chunk reaches", for a terminator that is not asked for. */
const never = 0x3fffffff;

/**
 * Answers positions in one chunk at a time. What a native search found is kept until it is passed, so that a chunk is
 * searched once per terminator however many scans it holds.
 */
export class EndFinder {
  readonly #isEnder = new Uint8Array(256);
  readonly #lookMax: number;
  readonly #firstCr: number;
  readonly #firstLf: number;
  readonly #firstTab: number;
  #cr = never;
  #lf = never;
  #tab = never;

  constructor(enders: { readonly cr: boolean; readonly lf: boolean; readonly tab: boolean }) {
    const bytes = [...(enders.cr ? [CR] : []), ...(enders.lf ? [LF] : []), ...(enders.tab ? [TAB] : [])];
    for (const byte of bytes) this.#isEnder[byte] = 1;
    this.#lookMax = lookedAtPerEnder * bytes.length;
    this.#firstCr = enders.cr ? -1 : never;
    this.#firstLf = enders.lf ? -1 : never;
    this.#firstTab = enders.tab ? -1 : never;
  }

  isEnder(byte: number): boolean {
    return this.#isEnder[byte] === 1;
  }

  /** Must be called before the first `find` in another chunk. */
  forget(): void {
    this.#cr = this.#firstCr;
    this.#lf = this.#firstLf;
    this.#tab = this.#firstTab;
  }

  /** The first terminator at or after `from`, or the chunk's length. `from` never decreases within a chunk. */
  find(chunk: Uint8Array, from: number): number {
    if (chunk.length > this.#lookMax) return this.#search(chunk, from);
    const isEnder = this.#isEnder;
    let at = from;
    while (at < chunk.length && isEnder[chunk[at] ?? 0] === 0) at += 1;
    return at;
  }

  #search(chunk: Uint8Array, from: number): number {
    if (this.#cr < from) this.#cr = position(chunk, CR, from);
    if (this.#lf < from) this.#lf = position(chunk, LF, from);
    if (this.#tab < from) this.#tab = position(chunk, TAB, from);
    return Math.min(this.#cr, this.#lf, this.#tab, chunk.length);
  }
}

function position(chunk: Uint8Array, byte: number, from: number): number {
  const found = chunk.indexOf(byte, from);
  return found < 0 ? never : found;
}
