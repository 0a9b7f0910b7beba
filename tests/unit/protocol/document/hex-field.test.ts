// Hex fields of insurance cards, and the reversal of Telex.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readHexField } from "../../../../protocol/document/hex-field.ts";
import { surveyText } from "../../../../protocol/document/text-survey.ts";
import { telexAlternatives } from "../../../bench/peers/straightforward-telex.ts";
import { decodeText } from "../../../fixtures/read-document.ts";

function read(raw: string, use: "name" | "place" = "name") {
  const field = readHexField(raw, use, decodeText);
  if (field === undefined) return undefined;
  const { bits, ...rest } = field;
  expect(bits).toBe(surveyText(field.text));
  return rest;
}
const plain = { warning: "plain-text-field" };
const repaired = { warning: "telex-repaired" };

describe("one hex field", () => {
  it.each([
    ["sound hex in either case", "4E67C3b4", { text: "Ngô" }],
    ["a control character is no text", "4e07", undefined],
    ["a zero-width character is no text", "4ee2808b", undefined],
    ["overlong UTF-8 is no text", "c1a1", undefined],
    ["digits are no name", "3132", undefined],
    ["a name in plain text", "Mẫu", { text: "Mẫu", ...plain }],
    ["a plain name that could be hex", "Ba", { text: "Ba", ...plain }],
    ["plain text with digits is no name", "Mẫu 2", undefined],
    ["aa", "5068e1bâ16d", { text: "Phạm", ...repaired }],
    ["ee", "4ê1bbae", { text: "NỮ", ...repaired }],
    ["af", "c6à4e", { text: "ƯN", ...repaired }],
    ["ầ is aaf here", "5468e1bầ6e67", { text: "Thắng", ...repaired }],
    ["decomposed damage", "5068e1bâ16d".normalize("NFD"), { text: "Phạm", ...repaired }],
    ["a lost digit is not repaired", "42c399492056c4824e20e1baa4e", undefined],
    ["VNI is never reversed", "4cc3aa205468ébb8b2", undefined],
  ])("%s", (_, raw, expected) => {
    expect(read(raw)).toEqual(expected);
  });

  it("takes any text for a place", () => {
    expect(read("3132", "place")).toEqual({ text: "12" });
    expect(read("12 Đường Mẫu", "place")).toEqual({ text: "12 Đường Mẫu", ...plain });
    expect(read("abc", "place")).toBeUndefined();
    expect(read("bâc", "place")).toBeUndefined();
  });

  it("finds the one order of aaf and afa that is UTF-8, wherever the letter stands", () => {
    expect(read("c3ầ09f9880", "place")).toEqual({ text: "ê😀", ...repaired }); // c3 aa f0 9f 98 80
    expect(read("e1ầ0", "place")).toEqual({ text: "\u1be0", ...repaired });
    expect(read("c6ầc3ầ09f9880", "place")).toBeUndefined();
    expect(read("4eầ0", "place")).toBeUndefined();
    expect(read("efềe", "place")).toBeUndefined();
  });

  it("tells at most 64 ways to read a field apart", () => {
    const field = (letters: number): string => "e1bầ".repeat(letters) + (letters % 2 === 0 ? "" : "20");
    expect(read("e1bầ".repeat(6), "place")).toEqual({ text: "ắ".repeat(6), ...repaired });
    expect(read(field(7), "place")).toBeUndefined();
    expect(read("ề".repeat(400), "place")).toBeUndefined();
  });

  it("is no Telex with a letter of another table, and has room for what a scan can hold", () => {
    expect(read("4eé", "name")).toBeUndefined();
    expect(read("Đ4e", "place")).toBeUndefined();
    expect(read("C3Â4e", "place")).toEqual({ text: "êN", ...repaired });
    expect(read("ê".repeat(2_000), "place")).toBeUndefined();
  });

  /** Hexadecimal as Telex leaves it, with letters at places where they make sense and where they make none. */
  const pieces = fc.constantFrom(
    ...[
      "ầ",
      "ề",
      "ê",
      "â",
      "à",
      "è",
      "đ",
      "Ầ",
      "4e",
      "20",
      "c3",
      "c6",
      "e1",
      "e1b",
      "f09f",
      "9f",
      "98",
      "80",
      "bf",
      "0",
      "a",
      "f",
    ],
  );

  it("is what trying every order one by one finds", () => {
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
        const raw = parts.join("");
        fc.pre(/[âàầêèềđ]/i.test(raw) && !isSound(raw));
        const sound = new Set(
          telexAlternatives(raw)
            .filter(isSound)
            .map((hex) => Buffer.from(hex, "hex").toString()),
        );
        const [only] = sound;
        expect(read(raw, "place")).toEqual(sound.size === 1 ? { text: only, ...repaired } : undefined);
      }),
      { numRuns: 2_000 },
    );
  });
});

const isSound = (hex: string): boolean => {
  if (!/^(?:[0-9a-f]{2})+$/i.test(hex)) return false;
  const text = Buffer.from(hex, "hex").toString();
  return Buffer.from(text).toString("hex") === hex.toLowerCase() && !/\p{C}/u.test(text);
};
