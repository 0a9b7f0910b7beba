// Composition, and the bound on marks behind one letter.
import { expect, it } from "vitest";
import { nfc } from "../../../../protocol/document/nfc.ts";

it("composes as the platform does", () => {
  for (const text of ["Nguyễn".normalize("NFD"), "Nguyễn", "a\u0316\u0301", `a${"\u0301".repeat(30)}`]) {
    expect(nfc(text)).toBe(text.normalize("NFC"));
  }
});

it("leaves long runs of other characters alone", () => {
  for (const text of ["中".repeat(40), "ễ".repeat(40), "Ж\u0306".repeat(40)])
    expect(nfc(text)).toBe(text.normalize("NFC"));
});

it("parts more than 30 marks, so that none is sorted past them", () => {
  expect(nfc(`b${"\u0301".repeat(30)}\u0316`)).toBe(`b${"\u0301".repeat(30)}\u034f\u0316`);
  expect(nfc(`b${"\u0301".repeat(61)}`)).toBe(`b${"\u0301".repeat(30)}\u034f${"\u0301".repeat(30)}\u034f\u0301`);
});
