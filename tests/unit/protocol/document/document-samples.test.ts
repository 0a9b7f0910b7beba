// Every sample document of a kind that is read must give exactly its verdict, reason, warnings and fields.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Reading } from "../../../../protocol/document/patient-document.ts";
import { readDocument } from "../../../../protocol/document/read-document.ts";

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
  readonly note?: string;
}

const file = new URL("../../../golden/document-samples.json", import.meta.url);
const { samples } = JSON.parse(readFileSync(file, "utf8")) as { samples: readonly Sample[] };
const days = ["2026-11-21", "2026-12-01", "2027-09-30"];
const decodeText = (bytes: Uint8Array, start: number, end: number): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8", start, end);

function payloadOf(sample: Sample): Uint8Array {
  if (sample.payloadHex !== undefined) return Buffer.from(sample.payloadHex, "hex");
  if (sample.repeat !== undefined) return Buffer.from(sample.repeat.text.repeat(sample.repeat.times));
  return Buffer.from(sample.payload ?? "");
}

function verdictOf(reading: Reading): string {
  if (reading.kind === "rejected") return "reject";
  return reading.document.warnings.length === 0 ? "valid" : "warn";
}

describe.each(days)("on %s", (today) => {
  const read = samples.filter((sample) => sample.channel !== "hex-field");
  it.each(read)("reads $id: $note", (sample) => {
    const reading = readDocument(payloadOf(sample), today, decodeText);
    expect(verdictOf(reading)).toBe(sample.expect);
    if (reading.kind === "rejected") {
      expect(reading).toEqual({ kind: "rejected", reason: sample.reason, resembles: sample.format });
      return;
    }
    const { format, warnings, person, insurance, document } = reading.document;
    expect(format).toBe(sample.format);
    expect(warnings).toEqual([...sample.warnings].sort());
    expect({ ...person, ...insurance, ...document }).toMatchObject(sample.fields ?? {});
  });
});
