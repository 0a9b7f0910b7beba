// Messages of every kind, as chance makes them from the field tables.
import fc from "fast-check";
import type { Field } from "../../../../../protocol/frame/reader-link/field-table.ts";
import {
  type BodyDraft,
  type BodyKind,
  bodies,
  bootIdBytes,
  type EnvelopeDraft,
} from "../../../../../protocol/frame/reader-link/messages.ts";

const uint32 = fc.oneof(
  fc.constantFrom(0, 1, 127, 128, 16_384, 0x7fffffff, 0x80000000, 0xffffffff),
  fc.nat(0xffffffff),
);

/** Within the limit in UTF-8: at most four bytes a character. */
const text = (bytesMax: number) => fc.string({ unit: "binary", maxLength: Math.floor(bytesMax / 4) });

function arbitraryOf(field: Field): fc.Arbitrary<unknown> {
  switch (field.kind) {
    case "uint32":
      return uint32;
    case "sint32":
      return fc.oneof(fc.integer(), fc.constantFrom(-1, 0x7fffffff, -0x80000000));
    case "flag":
      return fc.boolean();
    case "bytes":
      return fc.uint8Array({ maxLength: Math.min(field.bytesMax, 300) });
    case "text":
      return text(field.bytesMax);
    case "texts":
      return fc.array(text(field.bytesMax), { maxLength: field.itemsMax });
    case "uint32s":
      return fc.array(uint32, { maxLength: field.itemsMax });
    case "choice":
      return fc.constantFrom(...field.values);
  }
}

const kinds = Object.keys(bodies) as BodyKind[];

export const anyBody: fc.Arbitrary<BodyDraft> = fc.oneof(
  ...kinds.map((kind) => {
    const members = Object.entries(bodies[kind].fields).map(([name, field]) => [name, arbitraryOf(field)] as const);
    // Made from the table from which the type is made.
    return fc.record({ kind: fc.constant(kind), ...Object.fromEntries(members) }) as unknown as fc.Arbitrary<BodyDraft>;
  }),
);

/** Every member of the body is there. */
export const anyEnvelope: fc.Arbitrary<EnvelopeDraft> = fc.record({
  version: fc.constantFrom(0, 1, 2),
  bootId: fc.uint8Array({ minLength: bootIdBytes, maxLength: bootIdBytes }),
  seq: uint32,
  body: anyBody,
});

/** Byte arrays of any class as plain ones, so that they compare. */
export function comparable(value: unknown): unknown {
  if (value instanceof Uint8Array) return Uint8Array.from(value);
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, comparable(member)]));
}
