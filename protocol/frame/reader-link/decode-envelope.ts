// Reads a ReaderLink message from protobuf's binary form, driven by the field tables.
import { util } from "protobufjs/minimal.js";
import { isUtf8 } from "../../bytes/utf8.ts";
import type { Field, Fields } from "./field-table.ts";
import { type Body, bodies, type Envelope, envelopeFields } from "./messages.ts";
import { lengthDelimited, undoZigZag, varint, wireTypeOf } from "./wire.ts";
import { WireReader } from "./wire-reader.ts";

/** A message while it is read. */
type Members = Record<string, unknown>;

/** How the members of one message are found by the numbers of their fields. */
interface Shape {
  readonly fields: ReadonlyMap<number, { readonly name: string; readonly field: Field; readonly wireType: number }>;
  /** Every member as it is when the wire leaves it out. */
  readonly empty: Members;
}

const noBytes = new Uint8Array();

const envelopeShape = shapeOf(envelopeFields);
const bodyShapes: ReadonlyMap<number, { readonly kind: string; readonly shape: Shape }> = new Map(
  Object.entries(bodies).map(([kind, { number, fields }]) => [number, { kind, shape: shapeOf(fields) }]),
);

/** Bodies have the numbers from here on, also those of later versions. */
const bodyNumberMin = 10;

function shapeOf(fields: Fields): Shape {
  const entries = Object.entries(fields);
  return {
    fields: new Map(entries.map(([name, field]) => [field.number, { name, field, wireType: wireTypeOf(field) }])),
    empty: Object.fromEntries(entries.map(([name, field]) => [name, emptyValue(field)])),
  };
}

function emptyValue(field: Field): unknown {
  switch (field.kind) {
    case "uint32":
    case "sint32":
      return 0;
    case "flag":
      return false;
    case "choice":
      return field.values[0];
    case "bytes":
      return noBytes;
    case "text":
      return "";
    case "texts":
    case "uint32s":
      return [];
  }
}

/**
 * Undefined for bytes that are no protobuf message, break a limit of the table, or write text that is no UTF-8. Unknown
 * fields are passed over. `bytes` members of the answer lie in `payload`.
 */
export function decodeEnvelope(payload: Uint8Array): Envelope | undefined {
  const reader = new WireReader(payload);
  const envelope: Members = { ...envelopeShape.empty };
  let body: Members = { kind: "unknown" };
  while (reader.next()) {
    const known = bodyShapes.get(reader.number);
    if (reader.number < bodyNumberMin) readMember(reader, envelopeShape, envelope);
    else if (reader.wireType !== lengthDelimited || known === undefined) continue;
    else {
      // The last body counts; one that is written in two pieces is their sum, as protobuf wants it.
      if (body["kind"] !== known.kind) body = { kind: known.kind, ...known.shape.empty };
      if (!readBody(reader.block(), known.shape, body)) return undefined;
    }
  }
  // The shapes are made from the same tables as the types.
  return reader.isSound ? ({ ...envelope, body: body as unknown as Body } as unknown as Envelope) : undefined;
}

function readBody(block: Uint8Array, shape: Shape, body: Members): boolean {
  const reader = new WireReader(block);
  while (reader.next()) readMember(reader, shape, body);
  return reader.isSound;
}

function readMember(reader: WireReader, shape: Shape, members: Members): void {
  const known = shape.fields.get(reader.number);
  if (known === undefined) return;
  const { name, field } = known;
  const isLooseItem = field.kind === "uint32s" && reader.wireType === varint; // lists of numbers may come unpacked
  if (reader.wireType !== known.wireType && !isLooseItem) return;
  const value = readValue(reader, field, members[name]);
  if (value === undefined) reader.spoil();
  else members[name] = value;
}

/** Undefined where a limit is broken. `before` is what an earlier field of the same number gave. */
function readValue(reader: WireReader, field: Field, before: unknown): unknown {
  switch (field.kind) {
    case "uint32":
      return reader.value;
    case "sint32":
      return undoZigZag(reader.value);
    case "flag":
      return reader.value !== 0 || reader.isAbove32Bits;
    case "choice":
      return field.values[reader.value] ?? field.values[0];
    case "bytes":
      return reader.length > field.bytesMax ? undefined : reader.block();
    case "text":
      return textOf(reader, field.bytesMax);
    case "texts":
      return added(before, [textOf(reader, field.bytesMax)], field.itemsMax);
    case "uint32s":
      return added(
        before,
        reader.wireType === varint ? [reader.value] : numbersOf(reader, field.itemsMax),
        field.itemsMax,
      );
  }
}

function textOf(reader: WireReader, bytesMax: number): string | undefined {
  if (reader.length > bytesMax) return undefined;
  const bytes = reader.block();
  return isUtf8(bytes) ? util.utf8.read(bytes, 0, bytes.length) : undefined;
}

/** The numbers of a packed list; one undefined among them spoils it. */
function numbersOf(reader: WireReader, itemsMax: number): readonly (number | undefined)[] {
  const inner = new WireReader(reader.block());
  const numbers: (number | undefined)[] = [];
  while (numbers.length <= itemsMax && inner.nextVarint()) numbers.push(inner.value);
  return inner.isSound ? numbers : [undefined];
}

function added(before: unknown, items: readonly unknown[], itemsMax: number): unknown {
  const list = [...(before as readonly unknown[]), ...items];
  return list.length > itemsMax || items.includes(undefined) ? undefined : list;
}
