// Cuts a stream of text into lines that LF ends, each within a bound.
import { decodeUtf8 } from "../bytes/utf8.ts";

const LF = 0x0a;

export interface LineSink {
  /** One line without its end and the blanks around it; never empty. */
  line(text: string, bytes: number): void;
  /** A line that is longer than the bound, or is not UTF-8. */
  discarded(why: "overflow" | "bad-frame", bytes: number): void;
}

/** Keeps `lineBytesMax` bytes at the most. Neither function of the sink may throw, nor call the cutter. */
export class LineCutter {
  readonly #sink: LineSink;
  readonly #hold: Uint8Array;
  #held = 0;
  /** Bytes of a line that has no room. */
  #dropped = 0;

  constructor(lineBytesMax: number, sink: LineSink) {
    this.#hold = new Uint8Array(lineBytesMax);
    this.#sink = sink;
  }

  push(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; ) {
      const found = chunk.indexOf(LF, at);
      const end = found < 0 ? chunk.length : found;
      this.#keep(chunk.subarray(at, end));
      if (found >= 0) this.#finish();
      at = end + 1;
    }
  }

  /** Forgets what was begun; answers how many bytes that were. */
  clear(): number {
    const bytes = this.#held + this.#dropped;
    this.#held = 0;
    this.#dropped = 0;
    return bytes;
  }

  #keep(bytes: Uint8Array): void {
    if (this.#dropped > 0 || this.#held + bytes.length > this.#hold.length) {
      this.#dropped += this.#held + bytes.length;
      this.#held = 0;
      return;
    }
    this.#hold.set(bytes, this.#held);
    this.#held += bytes.length;
  }

  #finish(): void {
    const isTooLong = this.#dropped > 0;
    const text = isTooLong ? undefined : decodeUtf8(this.#hold.subarray(0, this.#held));
    const bytes = this.clear();
    if (text === undefined) this.#sink.discarded(isTooLong ? "overflow" : "bad-frame", bytes);
    else if (text.trim() !== "") this.#sink.line(text.trim(), bytes);
  }
}
