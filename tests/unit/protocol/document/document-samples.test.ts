// Every sample document must give exactly its verdict, reason, warnings and fields, on each day of its clock range.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readDg13 } from "../../../../protocol/document/chip-dg13.ts";
import type { ReadingOptions } from "../../../../protocol/document/context.ts";
import { readHexField } from "../../../../protocol/document/hex-field.ts";
import { readReaderMessage } from "../../../../protocol/document/reader-message.ts";
import { contextOf, decodeText, type FlatReading, flatReading, readBytes } from "../../../fixtures/read-document.ts";

interface Sample {
  readonly id: string;
  readonly channel: "text" | "reader" | "dg13" | "hex-field";
  readonly format: string;
  readonly payload?: string;
  readonly payloadHex?: string;
  readonly repeat?: { readonly text: string; readonly times: number };
  readonly expect: "valid" | "warn" | "reject";
  readonly reason: string | null;
  readonly warnings: readonly string[];
  readonly fields?: Readonly<Record<string, string>>;
  /** Fields of a chip that leave the decoder only when switched on. */
  readonly optionalFields?: Readonly<Record<string, string>>;
}

const file = new URL("../../../golden/document-samples.json", import.meta.url);
const { samples } = JSON.parse(readFileSync(file, "utf8")) as { samples: readonly Sample[] };
const days = ["2026-11-21", "2026-12-01", "2027-09-30"];
const chipOnly = ["ethnicity", "religion", "identifyingMarks", "fatherName", "motherName", "spouseName"];

function payloadOf(sample: Sample): Uint8Array {
  if (sample.payloadHex !== undefined) return Buffer.from(sample.payloadHex, "hex");
  if (sample.repeat !== undefined) return Buffer.from(sample.repeat.text.repeat(sample.repeat.times));
  return Buffer.from(sample.payload ?? "");
}

function expectSample(reading: FlatReading, sample: Sample): void {
  expect(reading.verdict).toBe(sample.expect);
  expect(reading.format).toBe(sample.format);
  if (sample.expect === "reject") expect(reading.reason).toBe(sample.reason);
  expect(reading.warnings).toEqual(sample.warnings.toSorted());
  expect(reading.fields).toMatchObject(sample.fields ?? {});
}

const ofChannel = (...channels: readonly Sample["channel"][]) =>
  samples.filter((sample) => channels.includes(sample.channel));

describe.each(days)("on %s", (today) => {
  it.each(ofChannel("text", "reader", "dg13"))("reads $id as text", (sample) => {
    expectSample(flatReading(readBytes(payloadOf(sample), today)), sample);
  });

  it.each(ofChannel("reader"))("reads $id as a reader's message", (sample) => {
    expectSample(flatReading(readReaderMessage(payloadOf(sample), contextOf(today))), sample);
  });

  it.each(ofChannel("dg13"))("reads $id as bytes", (sample) => {
    const bytes = Buffer.from(sample.payload ?? "", "hex");
    expectSample(flatReading(readDg13(bytes, contextOf(today))), sample);
  });
});

describe("optional fields of a chip", () => {
  const withOptions = ofChannel("reader", "dg13").filter((sample) => sample.optionalFields !== undefined);
  const read = (sample: Sample, options?: ReadingOptions) =>
    flatReading(readBytes(payloadOf(sample), "2026-12-01", options));

  it.each(withOptions)("of $id stay inside unless they are switched on", (sample) => {
    expect(Object.keys(read(sample).fields).filter((key) => chipOnly.includes(key))).toEqual([]);
    const reading = read(sample, { optionalFields: true });
    expectSample(reading, sample);
    expect(reading.fields).toMatchObject(sample.optionalFields ?? {});
  });
});

describe("one hex field", () => {
  it.each(ofChannel("hex-field"))("reads $id", (sample) => {
    const field = readHexField(sample.payload ?? "", "place", decodeText);
    expect(field ?? {}).toMatchObject(sample.fields ?? {});
    expect(field === undefined).toBe(sample.expect === "reject");
  });
});
