// The committed schema files are those of the field tables, and our events satisfy them.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fromJSONSchema } from "zod";
import { encodeJson } from "../../../../protocol/check-in/encode-json.ts";
import { schemaFiles } from "../../../../protocol/check-in/schema-files.ts";
import { documentFormats } from "../../../../protocol/document/patient-document.ts";
import { card, checkIn, checkInByCertifiedReader, insuranceCard, rejected } from "./sample-events.ts";

const committed = (name: string): string =>
  readFileSync(new URL(`../../../../docs/schemas/${name}`, import.meta.url), "utf8");

it.each([...schemaFiles()])("%s is what the tables say (npm run schemas)", (name, text) => {
  expect(committed(name)).toBe(text);
});

const checkInSchema = fromJSONSchema(JSON.parse(committed("checkin-1.0.0.schema.json")));
const rejectedSchema = fromJSONSchema(JSON.parse(committed("rejected-1.0.0.schema.json")));

describe("the JSON Schema", () => {
  it.each(documentFormats)("accepts a check-in by %s", (format) => {
    for (const document of [card, insuranceCard]) {
      checkInSchema.parse(JSON.parse(encodeJson(checkIn({ ...document, format }, { aim: "]Q1", operator: "nv-07" }))));
    }
  });

  it("accepts a check-in by a certified reader", () => {
    checkInSchema.parse(JSON.parse(encodeJson(checkInByCertifiedReader())));
  });

  it("accepts a rejected scan", () => {
    rejectedSchema.parse(JSON.parse(encodeJson(rejected())));
  });

  it.each([
    ["time", "2026-11-21T00:30:15.220Z"],
    ["sequence", "123"],
    ["id", "01a1fb82-cab4-4a41-9b0c-2f6f5d0e8c11"],
    ["clock", "perhaps"],
    ["data", {}],
  ])("refuses another %s", (name, value) => {
    const event = JSON.parse(encodeJson(checkIn()));
    expect(checkInSchema.safeParse({ ...event, [name]: value }).success).toBe(false);
  });

  it("lets a later minor version add members", () => {
    const event = JSON.parse(encodeJson(checkIn()));
    const later = { ...event, dataschema: "urn:tiepdon:schema:checkin:1.1.0", data: { ...event.data, matchKey: "k" } };
    expect(checkInSchema.safeParse(later).success).toBe(true);
  });
});
