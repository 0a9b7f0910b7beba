// Writes a ReaderLink message in protobuf's binary form, driven by the field tables.
import { encodeUtf8 } from "../../bytes/utf8.ts";
import type { Field, Fields } from "./field-table.ts";
import { bodies, type EnvelopeDraft, envelopeFields } from "./messages.ts";
import { lengthDelimited, tagOf, varintBytes, wireTypeOf, zigZag } from "./wire.ts";

/** Fields in the order of their table; what is 0, false or empty is left out. Throws `RangeError` for what a limit forbids. */
export function encodeEnvelope(envelope: EnvelopeDraft): Uint8Array {
  const { number, fields } = bodies[envelope.body.kind];
  const body = encodeFields(fields, envelope.body);
  return Uint8Array.from([
    ...encodeFields(envelopeFields, envelope),
    ...encodeVarint(tagOf(number, lengthDelimited)),
    ...encodeVarint(body.length),
    ...body,
  ]);
}
