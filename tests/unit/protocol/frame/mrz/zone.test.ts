// The three sizes of machine-readable zones and their check digits.
import { describe, expect, it } from "vitest";
import { readZone, withCheckDigits } from "../../../../../protocol/frame/mrz/zone.ts";

/** The fictitious card of FORMATS chapter 9, then the specimens of ICAO Doc 9303-5, -6 and -4; the last has a long number. */
const zones = [
  ["TD1", "IDVNM0909999010001090999901<<19003152M3003150VNM<<<<<<<<<<<2NGUYEN<<VAN<MAU<<<<<<<<<<<<<<<"],
  ["TD1", "I<UTOD231458907<<<<<<<<<<<<<<<7408122F1204159UTO<<<<<<<<<<<6ERIKSSON<<ANNA<MARIA<<<<<<<<<<"],
  ["TD2", "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<D231458907UTO7408122F1204159<<<<<<<6"],
  ["TD3", "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO7408122F1204159ZE184226B<<<<<10"],
  ["TD1", "I<UTOD23145890<7349<<<<<<<<<<<3407127M9507122UTO<<<<<<<<<<<2STEVENSON<<PETER<JOHN<<<<<<<<<"],
] as const;

describe.each(zones)("%s %s", (size, text) => {
  it("is valid, whole or in lines", () => {
    const zone = readZone([text]);
    expect(zone).toMatchObject({ size, isValid: true });
    expect(readZone(zone?.lines ?? [])).toEqual(zone);
    expect(withCheckDigits(text, size)).toBe(text);
  });

  it("is not valid with any digit of number, dates or checks changed", () => {
    const checked = [...text].flatMap((character, at) => {
      const isName = size === "TD1" ? at >= 60 : at < (size === "TD2" ? 36 : 44);
      return /\d/.test(character) && !isName ? [at] : [];
    });
    for (const at of checked) {
      const changed = text.slice(0, at) + ((Number(text[at]) + 1) % 10) + text.slice(at + 1);
      expect(readZone([changed])?.isValid, `column ${at}`).toBe(false);
    }
  });
});

it("names the digits", () => {
  expect(readZone([zones[1][1]])?.checkDigits).toEqual({
    documentNumber: "7",
    birth: "2",
    expiry: "9",
    composite: "6",
  });
  expect(readZone([zones[3][1]])?.checkDigits).toMatchObject({ personalNumber: "1", composite: "0" });
  expect(readZone([zones[4][1]])?.checkDigits.documentNumber).toBe("9");
});

it("takes a filler for the check of a personal number that is absent", () => {
  const text = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO7408122F1204159<<<<<<<<<<<<<<<8";
  expect(readZone([withCheckDigits(text, "TD3")])).toMatchObject({
    isValid: true,
    checkDigits: { personalNumber: "<" },
  });
});

it.each([
  ["other lengths", ["I<UTO"]],
  ["lines of another size", [zones[0][1].slice(0, 45), zones[0][1].slice(45)]],
  ["other characters", [zones[0][1].toLowerCase()]],
  ["nothing", []],
])("is not made of %s", (_what, lines) => {
  expect(readZone(lines)).toBeUndefined();
});
