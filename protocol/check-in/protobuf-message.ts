// Writes and reads the messages of the field tables in protobuf's binary form.
import { Reader, util, Writer } from "protobufjs/minimal.js";
import type { Field, Message } from "./field-table.ts";

/** Wire types (Protocol Buffers, "Encoding"): numbers as varints, everything else with its length before it. */
export const varint = 0;
export const lengthDelimited = 2;

export const tagOf = (number: number, wireType: number): number => (number << 3) | wireType;

export type MessageWriter = (writer: Writer, value: object) => Writer;

/** Prepares the writer of a message once, so that writing does not look at the table again. */
export function messageWriter(message: Message): MessageWriter {
  const writers = Object.entries(message.fields).map(([name, field]) => ({ name, write: fieldWriter(field) }));
  return (writer, value) => {
    for (const { name, write } of writers) write(writer, Reflect.get(value, name));
    return writer;
  };
}

/** A member of another type than the table says is left out: the types of the event keep that from happening. */
function fieldWriter(field: Field): (writer: Writer, value: unknown) => void {
  const tag = tagOf(field.number, field.kind === "count" ? varint : lengthDelimited);
  switch (field.kind) {
    case "text":
      return (writer, value) => {
        if (typeof value === "string") writer.uint32(tag).string(value);
      };
    case "texts":
      return (writer, value) => {
        if (Array.isArray(value)) for (const item of value) writer.uint32(tag).string(String(item));
      };
    case "count":
      return (writer, value) => {
        if (typeof value === "number") writer.uint32(tag).uint32(value);
      };
    case "message": {
      const write = messageWriter(field.message);
      return (writer, value) => {
        if (typeof value === "object" && value !== null) write(writer.uint32(tag).fork(), value).ldelim();
      };
    }
  }
}

/** One field as it stands on the wire. */
export interface WireField {
  readonly number: number;
  readonly value: number | Uint8Array;
}

/** The varint and the length-delimited fields of a message; others are passed over. Throws on bytes that are no protobuf. */
export function* wireFields(bytes: Uint8Array): Generator<WireField> {
  const reader = Reader.create(bytes);
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    const number = tag >>> 3;
    const wireType = tag & 7;
    if (wireType === varint) yield { number, value: Number(reader.int64()) };
    else if (wireType === lengthDelimited) yield { number, value: reader.bytes() };
    else reader.skipType(wireType);
  }
}

export function textOf(value: number | Uint8Array): string {
  if (typeof value === "number") throw new RangeError("a number where text is due");
  return util.utf8.read(value, 0, value.length);
}

/** Reads a message into members in the order of its table; unknown fields are passed over. Throws where a required one is missing. */
export function readMessage(bytes: Uint8Array, message: Message): object {
  const found = new Map<number, (number | Uint8Array)[]>();
  for (const { number, value } of wireFields(bytes)) found.set(number, [...(found.get(number) ?? []), value]);
  const members: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(message.fields)) {
    const member = readField(field, found.get(field.number) ?? []);
    if (member !== undefined) members[name] = member;
    else if (field.required) throw new RangeError(`${message.name} lacks ${name}`);
  }
  return members;
}

/** The last value counts, as protobuf wants it; what protobuf leaves unwritten, an empty list or a zero, is put back. */
function readField(field: Field, values: readonly (number | Uint8Array)[]): unknown {
  const value = values.at(-1);
  switch (field.kind) {
    case "texts":
      return values.map(textOf);
    case "text":
      return value === undefined ? undefined : textOf(value);
    case "count":
      return value === undefined && field.required ? 0 : value;
    case "message":
      return value instanceof Uint8Array ? readMessage(value, field.message) : undefined;
  }
}

export const createWriter = (): Writer => Writer.create();
