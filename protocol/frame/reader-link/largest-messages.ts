// How long each ReaderLink message can become, for receivers with fixed buffers; computed from the field tables.
import { cobsBytesMax } from "../../bytes/cobs.ts";
import type { Field, Fields } from "./field-table.ts";
import { crcBytes } from "./frame-limits.ts";
import { bodies, envelopeFields } from "./messages.ts";
import { lengthDelimited, tagOf, wireTypeOf } from "./wire.ts";

export interface LargestMessage {
  readonly name: string;
  /** Bytes of the body alone, of the envelope around it, and on the wire with CRC, COBS and the 00. */
  readonly body: number;
  readonly envelope: number;
  readonly wire: number;
}

const uint32BytesMax = 5;

export function largestMessages(): readonly LargestMessage[] {
  return Object.values(bodies).map(({ name, number, fields }) => {
    const body = bytesOfFields(fields);
    const envelope = bytesOfFields(envelopeFields) + blockBytes(number, body);
    return { name, body, envelope, wire: cobsBytesMax(envelope + crcBytes) + 1 };
  });
}

const bytesOfFields = (fields: Fields): number =>
  Object.values(fields).reduce((sum, field) => sum + bytesOfField(field), 0);

function bytesOfField(field: Field): number {
  const tag = varintBytes(tagOf(field.number, wireTypeOf(field)));
  switch (field.kind) {
    case "uint32":
    case "sint32":
      return tag + uint32BytesMax;
    case "flag":
    case "choice":
      return tag + 1;
    case "bytes":
    case "text":
      return blockBytes(field.number, field.bytesMax);
    case "texts":
      return field.itemsMax * blockBytes(field.number, field.bytesMax);
    case "uint32s":
      return blockBytes(field.number, field.itemsMax * uint32BytesMax);
  }
}

const blockBytes = (number: number, bytes: number): number =>
  varintBytes(tagOf(number, lengthDelimited)) + varintBytes(bytes) + bytes;

/** Seven bits a byte. */
const varintBytes = (value: number): number => (value < 0x80 ? 1 : 1 + varintBytes(value >>> 7));
