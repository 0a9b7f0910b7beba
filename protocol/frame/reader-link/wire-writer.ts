// Writes protobuf's varints and blocks into bounded memory.
import { lengthDelimited, tagOf, varint } from "./wire.ts";

export class WireWriter {
  readonly #memory: Uint8Array;
  #at = 0;

  constructor(bytesMax: number) {
    this.#memory = new Uint8Array(bytesMax);
  }

  /** What has been written; the writer is used up. */
  finish(): Uint8Array {
    return this.#memory.subarray(0, this.#at);
  }

  /** An unsigned number of at most 32 bits. */
  number(number: number, value: number): void {
    this.#varint(tagOf(number, varint));
    this.#varint(value);
  }

  /** Throws `RangeError` when the memory is full. */
  block(number: number, bytes: Uint8Array): void {
    this.#varint(tagOf(number, lengthDelimited));
    this.#varint(bytes.length);
    this.#memory.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  /** The numbers of a list in one block. */
  packed(number: number, values: readonly number[]): void {
    const inner = new WireWriter(values.length * 5);
    for (const value of values) inner.#varint(value);
    this.block(number, inner.finish());
  }

  #varint(value: number): void {
    let rest = value >>> 0;
    while (rest > 0x7f) {
      this.#byte((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    this.#byte(rest);
  }

  #byte(byte: number): void {
    if (this.#at === this.#memory.length) throw new RangeError("longer than a ReaderLink payload may be");
    this.#memory[this.#at] = byte;
    this.#at += 1;
  }
}
