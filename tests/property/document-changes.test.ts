// A byte that was read wrong is noticed wherever the document holds the means: check digits, fillers, and facts said twice.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mrzChecks, mrzFillers } from "../../protocol/document/mrz-layout.ts";
import { soundDay, soundDocuments } from "../fixtures/documents.ts";
import { readBytes } from "../fixtures/read-document.ts";

const lineLength = 31; // with its line end

/** Places in the three lines that a check digit or a rule covers; name, nationality and the second letter of the code have none. */
const coveredPlaces = [
  ...mrzChecks.flatMap(({ over, digit }) => [...over, digit]),
  ...mrzFillers,
  { line: 1, first: 3, last: 5 }, // VNM
  { line: 2, first: 8, last: 8 }, // sex, which the PIN says too
].flatMap(({ line, first, last }) =>
  Array.from({ length: last - first + 1 }, (_, index) => (line - 1) * lineLength + first - 1 + index),
);

/** Whether what is read now is refused, or carries a warning that it did not carry before. */
function isNoticed(payload: Uint8Array): boolean {
  const reading = readBytes(payload, soundDay);
  return reading.kind === "rejected" || reading.document.warnings.length > 0;
}

const optionalCheckPlace = 29;
const [zero, filler] = [0x30, 0x3c];

/** Capitals and small letters are one. */
const saysTheSame = (left: Uint8Array, right: Uint8Array): boolean =>
  Buffer.from(left).toString().toLowerCase() === Buffer.from(right).toString().toLowerCase();

const withByte = (payload: Uint8Array, at: number, byte: number): Uint8Array => payload.with(at, byte);

describe("a machine-readable zone", () => {
  it("is noticed to be wrong for every other byte in every covered place", () => {
    fc.assert(
      fc.property(soundDocuments.mrz, fc.constantFrom(...new Set(coveredPlaces)), ({ payload }, at) => {
        expect(isNoticed(payload)).toBe(false);
        for (let byte = 0; byte < 256; byte += 1) {
          const isSame = saysTheSame(payload, withByte(payload, at, byte));
          // The one freedom of the format: the check digit of the optional data may be a filler, which counts as 0
          if (at === optionalCheckPlace && payload[at] === zero && byte === filler) continue;
          if (!isSame && !isNoticed(withByte(payload, at, byte))) {
            throw new Error(`place ${at}: ${String.fromCharCode(byte)} goes unnoticed`);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it("may have another byte in its name only as another letter", () => {
    fc.assert(
      fc.property(
        soundDocuments.mrz,
        fc.integer({ min: 62, max: 91 }),
        fc.nat({ max: 255 }),
        ({ payload }, at, byte) => {
          const isLetter = /[A-Za-z<]/.test(String.fromCharCode(byte));
          expect(isNoticed(withByte(payload, at, byte)) || isLetter).toBe(true);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

/** Century, sex and year inside the number of a card. */
const saidTwice = { first: 3, last: 5 } as const;

describe.each(["cccd-qr", "can-cuoc-qr"] as const)("a %s", (format) => {
  it("is noticed to be wrong for another digit in what its number says of the bearer", () => {
    fc.assert(
      fc.property(
        soundDocuments[format],
        fc.integer({ min: saidTwice.first, max: saidTwice.last }),
        ({ payload }, at) => {
          expect(isNoticed(payload)).toBe(false);
          for (let byte = 0; byte < 256; byte += 1) {
            if (byte !== payload[at]) expect(isNoticed(withByte(payload, at, byte))).toBe(true);
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  it("is noticed to be wrong for another byte in the birth year and in the sex", () => {
    fc.assert(
      fc.property(soundDocuments[format], fc.nat({ max: 255 }), ({ payload }, byte) => {
        const pipes = [...payload].flatMap((value, at) => (value === 0x7c ? [at] : []));
        const [, , , birthEnd = 0, sexEnd = 0] = pipes;
        for (let at = birthEnd - 4; at < sexEnd; at += 1) {
          const changed = withByte(payload, at, byte);
          const isBlank = byte === 0x20 || byte === 0x09;
          if (at === birthEnd || isBlank || saysTheSame(payload, changed)) continue;
          expect([at - birthEnd, byte, isNoticed(changed)]).toEqual([at - birthEnd, byte, true]);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
