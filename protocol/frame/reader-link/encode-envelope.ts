// Writes a ReaderLink message in protobuf's binary form, driven by the field tables.
import { encodeUtf8 } from "../../bytes/utf8.ts";
import type { Field, Fields } from "./field-table.ts";
import { payloadBytesMax } from "./frame-limits.ts";
import { bodies, type EnvelopeDraft, envelopeFields } from "./messages.ts";
import { zigZag } from "./wire.ts";
import { WireWriter } from "./wire-writer.ts";

/**
 * Fields in the order of their table; what is 0, false or empty is left out. Throws `RangeError` for what a limit forbids:
 * whoever sends must know the limits.
 */
export function encodeEnvelope(envelope: EnvelopeDraft): Uint8Array {
  const { number, fields } = bodies[envelope.body.kind];
  const body = new WireWriter(payloadBytesMax);
  writeFields(body, fields, envelope.body);
  const writer = new WireWriter(payloadBytesMax);
  writeFields(writer, envelopeFields, envelope);
  writer.block(number, body.finish());
  return writer.finish();
}

/** Members are read by name: the types of a draft are made from the same table. */
function writeFields(writer: WireWriter, fields: Fields, message: object): void {
  for (const [name, field] of Object.entries(fields)) writeField(writer, field, Reflect.get(message, name));
}

function writeField(writer: WireWriter, field: Field, value: unknown): void {
  switch (field.kind) {
    case "uint32":
      if (isWhole(value, 0, 0xffffffff) && value > 0) writer.number(field.number, value);
      return;
    case "sint32":
      if (isWhole(value, -0x80000000, 0x7fffffff) && value !== 0) writer.number(field.number, zigZag(value));
      return;
    case "flag":
      if (value === true) writer.number(field.number, 1);
      return;
    case "choice": {
      const position = field.values.indexOf(String(value ?? field.values[0]));
      if (position < 0) throw new RangeError(`no ${field.name} of that name`);
      if (position > 0) writer.number(field.number, position);
      return;
    }
    case "bytes":
      writeBlock(writer, field, value instanceof Uint8Array ? value : noBytes);
      return;
    case "text":
      writeBlock(writer, field, encodeUtf8(String(value ?? "")));
      return;
    case "texts":
      for (const item of listOf(value, field.itemsMax)) {
        writer.block(field.number, within(encodeUtf8(String(item)), field.bytesMax));
      }
      return;
    case "uint32s": {
      const numbers = listOf(value, field.itemsMax).filter((item) => isWhole(item, 0, 0xffffffff));
      if (numbers.length > 0) writer.packed(field.number, numbers);
      return;
    }
  }
}

const noBytes = new Uint8Array();

function writeBlock(writer: WireWriter, field: Field & { readonly bytesMax: number }, bytes: Uint8Array): void {
  if (bytes.length > 0) writer.block(field.number, within(bytes, field.bytesMax));
}

function within(bytes: Uint8Array, bytesMax: number): Uint8Array {
  if (bytes.length > bytesMax) throw new RangeError(`longer than ${bytesMax} bytes`);
  return bytes;
}

function listOf(value: unknown, itemsMax: number): readonly unknown[] {
  const items = Array.isArray(value) ? value : [];
  if (items.length > itemsMax) throw new RangeError(`more than ${itemsMax} items`);
  return items;
}

/** A member that is absent is not written; one out of range is a broken invariant. */
function isWhole(value: unknown, least: number, most: number): value is number {
  if (value === undefined) return false;
  if (!Number.isInteger(value) || Number(value) < least || Number(value) > most) {
    throw new RangeError(`no whole number from ${least} to ${most}`);
  }
  return true;
}
