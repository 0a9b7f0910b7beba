// The wire types of protobuf that ReaderLink's fields use (Protocol Buffers, "Encoding").
import type { Field } from "./field-table.ts";

export const varint = 0;
export const eightBytes = 1;
export const lengthDelimited = 2;
export const fourBytes = 5;

/** Seven bits a byte: what 64 bits need. */
export const varintBytesMax = 10;

export const tagOf = (number: number, wireType: number): number => (number << 3) | wireType;

/** How a field of this kind is written; a list of numbers goes in one packed block. */
export function wireTypeOf({ kind }: Field): typeof varint | typeof lengthDelimited {
  switch (kind) {
    case "uint32":
    case "sint32":
    case "flag":
    case "choice":
      return varint;
    case "bytes":
    case "text":
    case "texts":
    case "uint32s":
      return lengthDelimited;
  }
}

/** Small numbers of either sign as small unsigned ones, and back. */
export const zigZag = (value: number): number => ((value << 1) ^ (value >> 31)) >>> 0;
export const undoZigZag = (value: number): number => (value >>> 1) ^ -(value & 1);
