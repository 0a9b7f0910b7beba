// What holds for the event of any document, and for any bytes that claim to be one.
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, it } from "vitest";
import { fromJSONSchema } from "zod";
import { decodeProtobuf } from "../../protocol/check-in/decode-protobuf.ts";
import { encodeJson } from "../../protocol/check-in/encode-json.ts";
import { encodeProtobuf } from "../../protocol/check-in/encode-protobuf.ts";
import { uuidV7 } from "../../protocol/check-in/uuid-v7.ts";
import { documentFormats, type PatientDocument } from "../../protocol/document/patient-document.ts";
import { type WarningCode, warnings } from "../../protocol/document/warnings.ts";
import { checkIn } from "../unit/protocol/check-in/sample-events.ts";

const schemaFile = new URL("../../docs/schemas/checkin-1.0.0.schema.json", import.meta.url);
const schema = fromJSONSchema(JSON.parse(readFileSync(schemaFile, "utf8")));

const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 300 });
const day = fc.date({ min: new Date("1900-01-01"), max: new Date("2099-12-31"), noInvalidDate: true });
const date = day.map((value) => value.toISOString().slice(0, 10));
const birthDate = fc.tuple(date, fc.constantFrom(4, 7, 10)).map(([value, length]) => value.slice(0, length));
const digits = (length: number) => fc.stringMatching(new RegExp(`^[0-9]{${length}}$`));
const anyOf = <T>(model: { [Name in keyof T]-?: fc.Arbitrary<Exclude<T[Name], undefined>> }) =>
  fc.record(model, { requiredKeys: [] });

const documents: fc.Arbitrary<PatientDocument> = fc.record({
  format: fc.constantFrom(...documentFormats),
  person: anyOf({
    number: digits(12),
    oldNumber: digits(9),
    name: text,
    birthDate,
    sex: fc.constantFrom("male" as const, "female" as const),
    address: text,
    motherName: text,
  }),
  insurance: anyOf({ insuranceNumber: digits(10), facilityCode: digits(5), validFrom: date, validTo: date }),
  document: anyOf({ issueDate: date, expiryDate: fc.oneof(date, fc.constant("unlimited")) }),
  warnings: fc.subarray(Object.keys(warnings).sort() as WarningCode[]),
});

it("satisfies the JSON Schema and comes back whole from protobuf", () => {
  const times = fc.integer({ min: 0, max: 4_000_000_000_000 });
  fc.assert(
    fc.property(documents, times, fc.uint8Array({ minLength: 10, maxLength: 10 }), (document, timeMs, random) => {
      const event = checkIn(document, { timeMs, id: uuidV7(timeMs, random) });
      expect(schema.safeParse(JSON.parse(encodeJson(event))).success).toBe(true);
      expect(decodeProtobuf(encodeProtobuf(event))).toEqual(event);
    }),
  );
});

it("never throws on bytes that are no event, or a damaged one", () => {
  const bytes = encodeProtobuf(checkIn());
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(bytes.length), (noise, at) => {
      decodeProtobuf(noise);
      const damaged = Uint8Array.from(bytes);
      damaged.set(noise.subarray(0, damaged.length - at), at);
      decodeProtobuf(damaged);
    }),
    { numRuns: 1_000 },
  );
});
