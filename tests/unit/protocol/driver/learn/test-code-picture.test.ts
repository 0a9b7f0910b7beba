// The picture of the test code says the test code: its modules are read here by the rules of ISO/IEC 18004, not by a library.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { testCodeBytes, testCodeText } from "../../../../../protocol/driver/learn/test-code.ts";
import { testCodeAsSvg, testCodeAsText, testCodeRows } from "../../../../../protocol/driver/learn/test-code-picture.ts";

/** Version 6: 41 modules, one alignment pattern; level M: four blocks of 27 data codewords, 16 for correction each. */
const size = 41;
const alignmentCentre = 34;
const blocks = 4;
const blockBytes = 27;

const isDark = (row: number, column: number): boolean => testCodeRows[row]?.[column] === "#";

test("has the size and the format of version 6-M with mask 4", () => {
  expect(testCodeRows).toHaveLength(size);
  expect(testCodeRows.every((row) => row.length === size)).toBe(true);
  let format = 0;
  for (const column of [0, 1, 2, 3, 4, 5, 7, 8]) format = (format << 1) | Number(isDark(8, column));
  expect((format ^ 0b10101000) >> 3).toBe(0b00100); // first of the 15 bits: level M is 00, then the mask
});

test("holds the bytes of the test code, in byte mode without ECI", () => {
  const bits = readCodewords()
    .map((byte) => byte.toString(2).padStart(8, "0"))
    .join("");
  const take = (from: number, length: number) => Number.parseInt(bits.slice(from, from + length), 2);
  expect(take(0, 4)).toBe(0b0100);
  const length = take(4, 8);
  const bytes = Uint8Array.from({ length }, (_, at) => take(12 + 8 * at, 8));
  expect(Buffer.from(bytes)).toEqual(Buffer.from(testCodeBytes));
});

test("the test code is composed Vietnamese text and no document", () => {
  expect(testCodeText.normalize("NFC")).toBe(testCodeText);
  for (const part of ["ễ", "ữ", "Đ", "\x1d", "\\", "0123456789"]) expect(testCodeText).toContain(part);
});

test("the committed picture and page are today's (npm run schemas)", () => {
  const page = (name: string) => readFileSync(new URL(`../../../../../docs/readers/${name}`, import.meta.url), "utf8");
  expect(page("test-code.svg")).toBe(testCodeAsSvg());
  expect(page("test-codes.md")).toContain(`\`${testCodeText.replace("\x1d", "␝")}\``);
});

describe("shown as text", () => {
  test("two rows of modules make a line, with the quiet zone around", () => {
    const lines = testCodeAsText().split("\n");
    expect(lines).toHaveLength(25);
    expect(lines.every((line) => line.length === size + 8)).toBe(true);
    expect(lines[0]).toBe("█".repeat(size + 8));
  });

  test("shows the same modules", () => {
    const light = testCodeAsText()
      .split("\n")
      .flatMap((line) => [
        Array.from(line, (block) => (block === "█" || block === "▀" ? "." : "#")).join(""),
        Array.from(line, (block) => (block === "█" || block === "▄" ? "." : "#")).join(""),
      ]);
    expect(light.slice(4, 4 + size).map((row) => row.slice(4, -4))).toEqual(testCodeRows);
  });
});

/** Data codewords in their order: two columns at a time from the right, up and down in turn, unmasked, blocks joined. */
function readCodewords(): number[] {
  const bits: boolean[] = [];
  let isUpward = true;
  for (let right = size - 1; right > 0; right -= 2) {
    if (right === 6) right = 5; // the column of the timing pattern
    for (let step = 0; step < size; step += 1) {
      const row = isUpward ? size - 1 - step : step;
      for (const column of [right, right - 1]) {
        if (isFunction(row, column)) continue;
        const isMasked = (Math.floor(row / 2) + Math.floor(column / 3)) % 2 === 0;
        bits.push(isDark(row, column) !== isMasked);
      }
    }
    isUpward = !isUpward;
  }
  const all = Array.from({ length: blocks * blockBytes }, (_, at) =>
    bits.slice(at * 8, at * 8 + 8).reduce((byte, bit) => byte * 2 + Number(bit), 0),
  );
  return Array.from({ length: blocks }, (_, block) => all.filter((_byte, at) => at % blocks === block)).flat();
}

function isFunction(row: number, column: number): boolean {
  const isFinder = (row <= 8 && column <= 8) || (row <= 8 && column >= size - 8) || (row >= size - 8 && column <= 8);
  const isAlignment = Math.abs(row - alignmentCentre) <= 2 && Math.abs(column - alignmentCentre) <= 2;
  return isFinder || isAlignment || row === 6 || column === 6;
}
