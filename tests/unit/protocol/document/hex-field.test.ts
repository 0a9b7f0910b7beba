// Hex fields of insurance cards, and the reversal of Telex.
import { describe, expect, it } from "vitest";
import { readHexField } from "../../../../protocol/document/hex-field.ts";
import { telexAlternatives } from "../../../../protocol/document/telex.ts";
import { surveyText } from "../../../../protocol/document/text-survey.ts";
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

  it("tries every text that may have been typed, and gives up where none is sound", () => {
    expect(telexAlternatives("ầ")).toEqual(["aaf", "afa"]);
    expect(telexAlternatives("ềê")).toEqual(["eefee", "efeee"]);
    expect(read("4eầ0", "place")).toBeUndefined();
  });

  it("tries no more than 64 texts", () => {
    expect(telexAlternatives("ầ".repeat(6))).toHaveLength(64);
    expect(telexAlternatives("ầ".repeat(7))).toEqual([]);
    expect(telexAlternatives("ầ".repeat(1000))).toEqual([]);
  });

  it("is no Telex without a letter of the table, or with one of another", () => {
    expect(telexAlternatives("4e67")).toEqual([]);
    expect(telexAlternatives("4eé")).toEqual([]);
    expect(telexAlternatives("Đ4e")).toEqual(["dd4e"]);
  });
});
