// Reading takes time in proportion to the payload, whatever stands in it: four times the bytes cost about four times as much.
import { describe, expect, it } from "vitest";
import { readDg13 } from "../../protocol/document/chip-dg13.ts";
import { readHexField } from "../../protocol/document/hex-field.ts";
import { readReaderMessage } from "../../protocol/document/reader-message.ts";
import { contextOf, decodeText, readBytes } from "../fixtures/read-document.ts";

/** A payload of about `size` units. Scans end at 2,953 bytes; messages and chips go on. */
type Family = (size: number) => Uint8Array;

const text =
  (make: (size: number) => string): Family =>
  (size) =>
    Buffer.from(make(size));
const card = (name: string): string => `001090999901||${name}|15031990|Nam|x|20052021`;

const scans: Readonly<Record<string, Family>> = {
  digits: text((size) => "1".repeat(size)),
  "base64 with a fault at the end": text((size) => `${"A".repeat(size)}!`),
  "a token of two parts": text((size) => `${"a".repeat(size / 2)}.${"a".repeat(size / 2)}`),
  pipes: text((size) => "|".repeat(size)),
  "pipes and blanks": text((size) => "| ".repeat(size / 2)),
  "blanks inside": text((size) => `x${" ".repeat(size)}x`),
  "controls around": text((size) => `${"\u0001".repeat(size / 2)}x${"\u0001".repeat(size / 2)}`),
  "zero-width characters": text((size) => "\u200b".repeat(size / 3)),
  "a long name": text((size) => card("A ".repeat(size / 2))),
  "marks in a name": text((size) => card(`a${"\u0301".repeat(size / 2)}`)),
  "marks of many classes": text((size) => card(`a${"\u0301\u0323\u0316".repeat(size / 6)}`)),
  "marks to be sorted": text((size) => card(`a${"\u0301".repeat(size / 4)}${"\u0316".repeat(size / 4)}`)),
  "commas in an address": text((size) => `001090999901||Mẫu|15031990|Nam|${", ".repeat(size / 2)}|20052021`),
  "hexadecimal with a fault at the end": text((size) => `0199999904|${"4e".repeat(size / 2)}g|1990|1|$`),
  "Telex everywhere": text((size) => `0199999904|${"ê".repeat(size / 2)}|1990|1|$`),
  "Telex of 64 alternatives": text((size) => `0199999904|${"4e".repeat(size / 2)}${"c3ầ20".repeat(6)}|1990|1|$`),
  fillers: text((size) => `IDVNM${"<".repeat(size)}`),
  "line ends": text((size) => `IDVNM${"\r\n".repeat(size / 2)}x`),
  "hexadecimal of a chip": text((size) => `30${"00".repeat(size / 2)}`),
  "braces that open": text((size) => '{"a":'.repeat(size / 5)),
  "bytes that are not UTF-8": (size) => Buffer.alloc(size, 0xff),
};

const messages: Readonly<Record<string, Family>> = {
  "nested objects": text((size) => `${'{"a":'.repeat(size / 5)}1${"}".repeat(size / 5)}`),
  "many labels": text((size) => JSON.stringify(Object.fromEntries(Array.from({ length: size / 8 }, (_, n) => [n, 1])))),
  "a long value": text((size) => JSON.stringify({ id_card: "1".repeat(size) })),
  "marks in every field": text((size) => {
    const marks = `a${"\u0301\u0316".repeat(size / 8)}`;
    return JSON.stringify({
      id_card: "001090999901",
      full_name: marks,
      gender: marks,
      Address: marks,
      "Date of Expiry": marks,
    });
  }),
  "base64 with a fault": text((size) => JSON.stringify({ id: 4, data: { dg13: `${"A".repeat(size)}*` } })),
};

const chips: Readonly<Record<string, Family>> = {
  "empty nodes": (size) => Buffer.from("3000".repeat(size / 2), "hex"),
  "field 1 over and over": (size) => Buffer.from("30050201010c00".repeat(size / 7), "hex"),
  "one long string": (size) =>
    Buffer.concat([
      Buffer.from([0x30, 0x83, 0, (size + 8) >> 8, (size + 8) & 0xff, 2, 1, 2, 0x0c, 0x83, 0, size >> 8, size & 0xff]),
      Buffer.alloc(size, 0x41),
    ]),
};

/** CPU time of one call in microseconds: the least of several rounds, which what else runs can't make smaller. */
function cost(read: () => unknown, calls: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 7; round += 1) {
    const before = process.cpuUsage();
    for (let call = 0; call < calls; call += 1) read();
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / calls);
  }
  return least;
}

/** Four times the size is 4 when linear and 16 when quadratic; between them there is room for a busy machine. */
const growthMax = 9;
/** What else runs, the collector's threads included, can spoil an attempt; nothing makes a quadratic one look linear. */
const attemptsMax = 20;
/** Below this a call is too short to tell anything from: a quadratic one would not stay below it. */
const negligibleMicroseconds = 5;

function expectLinear(read: (payload: Uint8Array) => unknown, family: Family, small: number, calls: number): void {
  const [few, many] = [family(small), family(small * 4)];
  cost(() => read(many), calls); // compiled before it counts
  let growth = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < attemptsMax && growth > growthMax; attempt += 1) {
    const large = cost(() => read(many), calls);
    growth = large < negligibleMicroseconds ? 1 : large / cost(() => read(few), calls);
  }
  expect(growth).toBeLessThan(growthMax);
}

describe("time grows with the payload alone", () => {
  it.each(Object.entries(scans))("for a scan of %s", (_, family) => {
    expectLinear((payload) => readBytes(payload), family, 700, 60);
  });

  it.each(Object.entries(messages))("for a message of %s", (_, family) => {
    expectLinear((payload) => readReaderMessage(payload, contextOf()), family, 20_000, 6);
  });

  it.each(Object.entries(chips))("for a chip of %s", (_, family) => {
    expectLinear((payload) => readDg13(payload, contextOf()), family, 3_500, 20);
  });

  it("for a field of hexadecimal", () => {
    const field: Family = (size) => Buffer.from("4e".repeat(size));
    expectLinear(
      (payload) => readHexField(decodeText(payload, 0, payload.length), "place", decodeText),
      field,
      300,
      60,
    );
  });
});
