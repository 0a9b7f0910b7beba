// A byte that was read wrong is noticed wherever the document holds the means: check digits, fillers, and facts said twice.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readDg13 } from "../../protocol/document/chip-dg13.ts";
import { insuranceObjects } from "../../protocol/document/insurance-objects.ts";
import { mrzChecks, mrzFillers } from "../../protocol/document/mrz-layout.ts";
import { isInsuranceProvince } from "../../protocol/document/provinces.ts";
import { soundDay, soundDocuments } from "../fixtures/documents.ts";
import { contextOf, readBytes } from "../fixtures/read-document.ts";

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

function isRealDay(text: string): boolean {
  const [, day = 0, month = 0, year = 0] = (/^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/.exec(text) ?? []).map(Number);
  const date = new Date(Date.UTC(year, month - 1, day));
  return year >= 1900 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

const isHexText = (text: string): boolean =>
  /^(?:[0-9a-f]{2})+$/i.test(text) && !Buffer.from(text, "hex").toString().includes("\ufffd");
const isDayOrAbsent = (text: string): boolean => text === "-" || text === "" || isRealDay(text);
const isHexOrAbsent = (text: string): boolean => text === "-" || text === "" || isHexText(text);
const isCode = (text: string): boolean =>
  /^[A-Z]{2}[1-5]\d{2}[0-9A-Z]{2}\d{8}$/i.test(text) &&
  insuranceObjects.has(text.slice(0, 2).toUpperCase()) &&
  isInsuranceProvince(text.slice(3, 5));

/** What an insurance card may print in each checked element; office, area, check string and level have nothing to be checked by. */
const checkedElements: ReadonlyMap<number, (text: string) => boolean> = new Map([
  [0, (text) => isCode(text) || /^(?:\d{10}|\d{12})$/.test(text)],
  [1, isHexText],
  [2, (text) => isRealDay(text) || /^(?:\d{1,2}\/)?\d{4}$/.test(text) || /^00?[/.-]\d{1,2}[/.-]\d{4}$/.test(text)],
  [3, (text) => text === "1" || text === "2"],
  [4, isHexOrAbsent],
  [5, (text) => text === "" || text === "-" || /^\d\d(?: ?-? ?)[0-9A-Z]{3}$/i.test(text)],
  [6, isDayOrAbsent],
  [7, isDayOrAbsent],
  [8, isDayOrAbsent],
  [10, isHexOrAbsent],
  [12, isDayOrAbsent],
  [15, isHexOrAbsent],
]);

describe.each(["bhyt-qr-old", "bhyt-qr-new"] as const)("a %s", (format) => {
  it("is noticed to be wrong for another byte in a checked element, unless a card may print just that", () => {
    const indexes = [...checkedElements.keys()].filter((index) => format === "bhyt-qr-new" || index < 14);
    fc.assert(
      fc.property(soundDocuments[format], fc.constantFrom(...indexes), fc.nat(), ({ payload }, index, place) => {
        expect(isNoticed(payload)).toBe(false);
        const elements = Buffer.from(payload).toString().split("|");
        const start = elements.slice(0, index).join("|").length + Number(index > 0);
        const at = start + (place % (elements[index]?.length ?? 1));
        // From 1 on: NUL ends a scan, whatever stands behind it
        for (let byte = 1; byte < 256; byte += 1) {
          const changed = withByte(payload, at, byte);
          const element = Buffer.from(changed).toString().split("|")[index] ?? "";
          if (!isNoticed(changed))
            expect([index, element, checkedElements.get(index)?.(element.replaceAll("\t", " ").trim())]).toEqual([
              index,
              element,
              true,
            ]);
        }
      }),
      { numRuns: 400 },
    );
  });
});

describe("a DG13", () => {
  /** Where tags and lengths stand: all bytes but the values of strings, field numbers and the header. */
  function structureOf(bytes: Uint8Array): readonly number[] {
    const places: number[] = [];
    const walk = (start: number, end: number): void => {
      for (let at = start; at < end; ) {
        const tag = bytes[at] ?? 0;
        const lengthBytes = Math.max(0, (bytes[at + 1] ?? 0) - 0x80);
        const valueStart = at + 2 + lengthBytes;
        const size = [...bytes.subarray(at + 2, valueStart)].reduce((sum, byte) => sum * 256 + byte, 0);
        const valueEnd = valueStart + (lengthBytes > 0 ? size : (bytes[at + 1] ?? 0));
        for (let place = at; place < valueStart; place += 1) places.push(place);
        if ((tag & 0x20) !== 0) walk(valueStart, valueEnd);
        at = valueEnd;
      }
    };
    walk(0, bytes.length);
    return places;
  }

  const membersOf = (bytes: Uint8Array) => {
    const reading = readDg13(bytes, contextOf(soundDay, { optionalFields: true }));
    if (reading.kind === "rejected" || reading.document.warnings.length > 0) return undefined;
    const { person, document } = reading.document;
    const { fatherName: _, motherName: __, ...members } = person; // told apart by their order alone
    return { ...members, ...document };
  };

  it("never says anything else after another byte in its structure: it is refused, warned of, or says less", () => {
    fc.assert(
      fc.property(soundDocuments["chip-dg13"], fc.nat(), ({ payload }, choice) => {
        const bytes = Uint8Array.from(Buffer.from(Buffer.from(payload).toString(), "hex"));
        const sound = membersOf(bytes);
        const places = structureOf(bytes);
        const at = places[choice % places.length] ?? 0;
        for (let byte = 0; byte < 256; byte += 1) {
          const members = membersOf(withByte(bytes, at, byte));
          // A part of a text is left where what was cut off happens to read as a node of its own
          for (const [name, value] of Object.entries(members ?? {})) {
            expect(sound?.[name as keyof typeof sound]).toContain(value);
          }
        }
      }),
      { numRuns: 400 },
    );
  });
});
