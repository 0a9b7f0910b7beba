// Bytes and their COBS form: the examples of its authors, every wrong form, and identity there and back.
import cobs from "cobs";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { cobsBytesMax, decodeCobs, encodeCobs, notCobs, undoCobs } from "../../../../protocol/bytes/cobs.ts";

const run = (first: number, count: number): number[] => Array.from({ length: count }, (_, at) => (first + at) & 0xff);
const hex = (bytes: Iterable<number>): string => Buffer.from([...bytes]).toString("hex");

/** Cheshire and Baker, table of examples. */
const examples: readonly (readonly [name: string, bytes: readonly number[], encoded: readonly number[]])[] = [
  ["nothing", [], [1]],
  ["00", [0], [1, 1]],
  ["00 00", [0, 0], [1, 1, 1]],
  ["11 22 00 33", [0x11, 0x22, 0, 0x33], [3, 0x11, 0x22, 2, 0x33]],
  ["11 22 33 44", [0x11, 0x22, 0x33, 0x44], [5, 0x11, 0x22, 0x33, 0x44]],
  ["11 00 00 00", [0x11, 0, 0, 0], [2, 0x11, 1, 1, 1]],
  ["01 to FE", run(1, 254), [255, ...run(1, 254)]],
  ["00 to FE", run(0, 255), [1, 255, ...run(1, 254)]],
  ["01 to FF", run(1, 255), [255, ...run(1, 254), 2, 255]],
  ["02 to 00", run(2, 255), [255, ...run(2, 254), 1, 1]],
  ["03 to 01", [...run(3, 253), 0, 1], [254, ...run(3, 253), 2, 1]],
];

/** Runs around the length of a full block, and 00 often. */
const pieces = fc.oneof(
  fc.uint8Array({ maxLength: 8 }).map((bytes) => [...bytes]),
  fc.constantFrom(1, 252, 253, 254, 255, 508).map((count) => Array<number>(count).fill(0x41)),
  fc.integer({ min: 1, max: 4 }).map((count) => Array<number>(count).fill(0)),
);
const anyBytes = fc.array(pieces, { maxLength: 6 }).map((parts) => Uint8Array.from(parts.flat()));

describe("COBS", () => {
  test.each(examples)("writes and reads %s", (_name, bytes, encoded) => {
    expect(hex(encodeCobs(Uint8Array.from(bytes)))).toBe(hex(encoded));
    expect(hex(decodeCobs(Uint8Array.from(encoded)) ?? [])).toBe(hex(bytes));
  });

  test.each([
    ["nothing at all", []],
    ["a 00 as code", [0]],
    ["a 00 in a block", [3, 0x11, 0]],
    ["a block that goes on behind the end", [3, 0x11]],
    ["a full block that goes on behind the end", [255, ...run(1, 253)]],
    ["a 00 behind a whole block", [2, 0x11, 0]],
  ])("is not %s", (_name, bytes) => expect(decodeCobs(Uint8Array.from(bytes))).toBeUndefined());

  test("takes an empty block behind a full one, as the encoder of another library writes it", () => {
    const bytes = Uint8Array.from(run(1, 254));
    expect(hex(cobs.encode(Buffer.from(bytes)))).toBe(hex([255, ...bytes, 1]));
    expect(decodeCobs(Uint8Array.from([255, ...bytes, 1]))).toEqual(bytes);
  });

  test("touches nothing outside its part of the memory", () => {
    const memory = Uint8Array.of(7, 7, 3, 0x11, 0x22, 1, 7, 7);
    expect(undoCobs(memory, 2, 6)).toBe(6);
    expect([...memory]).toEqual([7, 7, 3, 0x11, 0x22, 0, 7, 7]);
    expect([undoCobs(memory, 4, 4), undoCobs(Uint8Array.of(2, 9, 0, 9), 0, 4)]).toEqual([notCobs, notCobs]);
  });

  it("gives back what was written, in bounded length and without 00", () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        const encoded = encodeCobs(bytes);
        expect(encoded.includes(0)).toBe(false);
        expect(encoded.length).toBeLessThanOrEqual(cobsBytesMax(bytes.length));
        expect(decodeCobs(encoded)).toEqual(bytes);
        expect(hex(decodeCobs(cobs.encode(Buffer.from(bytes))) ?? [])).toBe(hex(bytes));
      }),
      { numRuns: 500 },
    );
  });

  it("reads what the other library reads, or refuses it", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), (encoded) => {
        const ours = decodeCobs(encoded);
        if (ours === undefined) return;
        expect(encoded.includes(0)).toBe(false);
        expect(hex(ours)).toBe(hex(cobs.decode(Buffer.from(encoded))));
      }),
      { numRuns: 500 },
    );
  });
});
