// What the number says of its bearer, and the places that it may name.
import { describe, expect, it } from "vitest";
import { checkPin, splitPin } from "../../../../protocol/document/pin.ts";
import { isInsuranceProvince, isPinPlace, provinces } from "../../../../protocol/document/provinces.ts";
import type { WarningCode } from "../../../../protocol/document/warnings.ts";

describe("the number", () => {
  it.each([
    ["001090999901", 1, "male", 1990],
    ["079185999913", 79, "female", 1985],
    ["001205999901", 1, "male", 2005],
    ["001325999914", 1, "female", 2025],
    ["295410999901", 295, "male", 2110],
    ["000999999901", 0, "female", 2399],
  ])("%s", (number, place, sex, birthYear) => {
    expect(splitPin(number)).toEqual({ place, sex, birthYear });
  });

  const warningsOf = (number: string, birth: number, sex?: "male" | "female"): readonly WarningCode[] => {
    const warnings: WarningCode[] = [];
    checkPin(number, birth, sex, 20_261_201, warnings);
    return warnings;
  };

  it("is held against what is known, and nothing else", () => {
    expect(warningsOf("001090999901", 19_900_315, "male")).toEqual([]);
    expect(warningsOf("001090999901", 19_900_000, undefined)).toEqual([]);
    expect(warningsOf("003190999901", 19_910_315, "male")).toEqual([
      ...["pin-province-unknown", "pin-sex-mismatch", "pin-year-mismatch"],
    ]);
    expect(warningsOf("001227999901", 20_270_101, "male")).toEqual([]);
    expect(warningsOf("001226999901", 0)).toEqual([]);
    expect(warningsOf("001227999901", 0)).toEqual(["pin-year-future"]);
  });
});

describe("places", () => {
  const known = [...provinces.keys()];

  it("of a number are the 63 provinces, abroad as a whole and by country", () => {
    expect(known).toHaveLength(63);
    const places = Array.from({ length: 1_000 }, (_, code) => code).filter(isPinPlace);
    const abroad = Array.from({ length: 195 }, (_, index) => 101 + index);
    expect(places).toEqual([0, ...known.map(Number), ...abroad]);
  });

  it("of a card code are the same provinces, the army and the police", () => {
    const codes = Array.from({ length: 100 }, (_, code) => String(code).padStart(2, "0")).filter(isInsuranceProvince);
    expect(codes).toEqual([...known.map((code) => code.slice(1)), "97", "98"]);
  });
});
