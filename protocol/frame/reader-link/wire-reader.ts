// Walks through the fields of one protobuf message without throwing: broken bytes end the walk and leave a mark.
import { eightBytes, fourBytes, lengthDelimited, varint, varintBytesMax } from "./wire.ts";

/** Groups (wire types 3 and 4) are no part of proto3 and count as broken. */
export class WireReader {
  readonly #bytes: Uint8Array;
  #at = 0;
  #blockAt = 0;
  /** False once something was broken; there is no next field then. */
  isSound = true;
  number = 0;
  wireType = 0;
  /** The lower 32 bits of a varint, unsigned. */
  value = 0;
  isAbove32Bits = false;
  /** Bytes of a length-delimited field. */
  length = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Moves to the next field; false at the end. */
  next(): boolean {
    if (!this.nextVarint()) return false;
    this.number = this.value >>> 3;
    this.wireType = this.value & 7;
    if (this.number === 0 || this.isAbove32Bits) return this.#break();
    switch (this.wireType) {
      case varint:
        return this.nextVarint() || this.#break();
      case lengthDelimited:
        return this.#enterBlock();
      case fourBytes:
        return this.#pass(4);
      case eightBytes:
        return this.#pass(8);
      default:
        return this.#break();
    }
  }

  /** Moves behind a varint; false at the end. */
  nextVarint(): boolean {
    if (!this.isSound || this.#at === this.#bytes.length) return false;
    let low = 0;
    let isAbove = false;
    for (let count = 0; count < varintBytesMax; count += 1) {
      if (this.#at === this.#bytes.length) return this.#break();
      const byte = this.#bytes[this.#at] as number;
      this.#at += 1;
      if (count < 5) low |= (byte & 0x7f) << (count * 7);
      if ((count === 4 && (byte & 0x70) !== 0) || (count > 4 && (byte & 0x7f) !== 0)) isAbove = true;
      if (byte < 0x80) {
        this.value = low >>> 0;
        this.isAbove32Bits = isAbove;
        return true;
      }
    }
    return this.#break();
  }

  /** The bytes of a length-delimited field, without a copy. */
  block(): Uint8Array {
    return this.#bytes.subarray(this.#blockAt, this.#blockAt + this.length);
  }

  /** What a field holds breaks a rule: the whole message counts as broken. */
  spoil(): void {
    this.isSound = false;
  }

  #enterBlock(): boolean {
    if (!this.nextVarint() || this.isAbove32Bits) return this.#break();
    this.length = this.value;
    this.#blockAt = this.#at;
    return this.#pass(this.length);
  }

  #pass(count: number): boolean {
    if (count > this.#bytes.length - this.#at) return this.#break();
    this.#at += count;
    return true;
  }

  #break(): boolean {
    this.isSound = false;
    return false;
  }
}
