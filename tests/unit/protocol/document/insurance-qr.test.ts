// The rules of each element of insurance card QR codes.
import { describe, expect, it } from "vitest";
import { documentOf, flatReading, readText, reasonOf } from "../../../fixtures/read-document.ts";

const hex = (text: string): string => Buffer.from(text).toString("hex");

const oldCard = [
  ...["GD4010199999901", hex("Nguyễn Văn Mẫu"), "15/03/1990", "1", hex("Xã Ví Dụ"), "01 - 028", "01/01/2021"],
  ...["31/12/2026", "24/12/2020", "01050199999901", hex("Lê Thị Mẹ"), "5", " 01/01/2026", "0123456789abcdef-1202"],
];
const newCard = [
  ...["0199999904", hex("Nguyễn Văn Mẫu"), "15/03/1990", "1", "-", "01 - C54", "01/01/2025", "-", "01/01/2025"],
  ...["01050199999904", "-", "4", "01/01/2030", "-", "4", hex("Hà Nội")],
];

const withElements = (card: readonly string[], elements: Readonly<Record<number, string>>): string =>
  `${card.map((element, index) => elements[index] ?? element).join("|")}|$`;
const oldWith = (elements: Readonly<Record<number, string>>) => withElements(oldCard, elements);
const newWith = (elements: Readonly<Record<number, string>>) => withElements(newCard, elements);

const warningsOf = (text: string): string => documentOf(text).warnings.join(" ");

describe("insurance cards", () => {
  it("read every field of the old form", () => {
    expect(flatReading(readText(oldWith({})))).toEqual({
      verdict: "valid",
      format: "bhyt-qr-old",
      reason: undefined,
      warnings: [],
      fields: {
        insuranceNumber: "GD4010199999901",
        name: "Nguyễn Văn Mẫu",
        birthDate: "1990-03-15",
        sex: "male",
        address: "Xã Ví Dụ",
        facilityCode: "01028",
        validFrom: "2021-01-01",
        validTo: "2026-12-31",
        issueDate: "2020-12-24",
        parentName: "Lê Thị Mẹ",
        livingArea: "K1",
        fiveYearDate: "2026-01-01",
        benefitLevel: "4",
      },
    });
  });

  it("read level and place of issue of the new form", () => {
    expect(documentOf(newWith({}))).toMatchObject({
      format: "bhyt-qr-new",
      warnings: [],
      insurance: { insuranceNumber: "0199999904", benefitLevel: "4", issuerPlace: "Hà Nội", facilityCode: "01C54" },
    });
  });

  it("count 14 or 16 elements, with or without the dollar and its pipe", () => {
    for (const card of [oldCard, newCard]) {
      const text = card.join("|");
      for (const end of ["", "|", "|$", "$"]) expect(warningsOf(text + end)).toBe("");
      expect(warningsOf(`${text}|x|$`)).toBe("element-count");
      expect(warningsOf(`${card.slice(0, 9).join("|")}|$`)).toBe("element-count");
    }
    expect(reasonOf("0199999904|-|-|$")).toBe("field-count");
    expect(documentOf("0199999904|-|-|-|$").format).toBe("bhyt-qr-new");
  });

  it.each(["GD8010199999901", "GD40101999999", "G", "-", "019999990Â"])("refuse the number %s", (number) => {
    expect(reasonOf(newWith({ 0: number }))).toBe("bhyt-number-invalid");
  });

  it("check a PIN that stands for the insurance number", () => {
    expect(warningsOf(newWith({ 0: "001090999901" }))).toBe("");
    expect(warningsOf(newWith({ 0: "003191999901" }))).toBe("pin-province-unknown pin-sex-mismatch pin-year-mismatch");
  });

  it.each([
    ["9/2/2021", "2021-02-09"],
    ["09.02.2021", "2021-02-09"],
    ["9-2-2021", "2021-02-09"],
    ["2/2021", "2021-02"],
    ["2021", "2021"],
  ])("read the birth date %s", (text, birthDate) => {
    expect(documentOf(newWith({ 2: text })).person.birthDate).toBe(birthDate);
  });

  it("refuse a birth date that is none, or ahead", () => {
    expect(
      ["30/02/2021", "15031990", "2021-02-09", "2-2021", "x"].map((text) => reasonOf(newWith({ 2: text }))),
    ).toEqual(Array.from({ length: 5 }, () => "dob-invalid"));
    expect(reasonOf(newWith({ 2: "02/12/2026" }))).toBe("dob-future");
  });

  it.each([
    ["name-missing", { 1: "-" }],
    ["name-unreadable", { 1: "4e6" }],
    ["name-no-diacritics", { 1: hex("MAI LAN ANH") }],
    ["name-unreadable", { 1: hex("Mẫu 2") }],
    ["dob-missing", { 2: "" }],
    ["sex-unknown", { 3: "3" }],
    ["sex-unknown", { 3: "-" }],
    ["hex-unreadable", { 4: "4e6" }],
    ["", { 4: "-" }],
    ["plain-text-field", { 4: "Xã Ví Dụ" }],
    ["", { 5: "" }],
    ["facility-invalid", { 5: "01/028" }],
    ["facility-invalid", { 5: "1-028" }],
    ["", { 5: "01 − c54" }],
    ["date-invalid", { 6: "31/02/2021" }],
    ["date-invalid", { 8: "20201224" }],
    ["date-invalid", { 12: "x" }],
    ["insurance-expired", { 7: "30/11/2026" }],
    ["", { 7: "01/12/2026" }],
    ["insurance-not-yet-valid", { 6: "02/12/2026" }],
    ["insurance-not-yet-valid validity-inconsistent", { 6: "02/12/2027", 7: "01/12/2027" }],
    ["hex-unreadable", { 10: hex("Mẹ 2") }],
    ["", { 9: "anything", 11: "4", 13: "anything" }],
    ["hex-unreadable", { 15: "4e6" }],
  ])("warn %j", (warning, elements) => {
    expect(warningsOf(newWith(elements))).toBe(warning);
  });

  it("name the living area by digit or letter", () => {
    const areas = ["5", "6", "7", "K1", "k2", "K3", "4", "-"].map(
      (text) => documentOf(newWith({ 11: text })).insurance.livingArea,
    );
    expect(areas).toEqual(["K1", "K2", "K3", "K1", "K2", "K3", undefined, undefined]);
  });

  it("leave out levels of tables that no longer hold", () => {
    expect(documentOf(oldWith({ 0: "GD6010199999901" }))).toMatchObject({ warnings: ["bhyt-level-old"] });
    expect(documentOf(oldWith({ 0: "GD6010199999901" })).insurance).not.toHaveProperty("benefitLevel");
    expect(documentOf(newWith({ 14: "6" })).insurance).not.toHaveProperty("benefitLevel");
  });
});

describe("the end of a card", () => {
  it("is a dollar alone, behind blanks too, or none", () => {
    expect(warningsOf(`${oldCard.join("|")}| $`)).toBe("");
    expect(documentOf([...newCard.slice(0, 15), "Giá $ 5"].join("|")).insurance.issuerPlace).toBe("Giá $ 5");
    expect(warningsOf(oldWith({ 3: "1$" }))).toBe("sex-unknown");
  });

  it("counts an empty last element among four, and nothing beyond the last", () => {
    expect(warningsOf("0199999904|4e|1990|")).toBe("element-count name-no-diacritics sex-unknown");
    expect(reasonOf("0199999904|4e|1990")).toBe("field-count");
    expect(documentOf("0199999904|4e|1990|1").person).toStrictEqual({ name: "N", birthDate: "1990", sex: "male" });
  });
});

describe("a number that is none", () => {
  it.each([
    ["bhyt-qr-old", "123456789012345"],
    ["bhyt-qr-old", "GD40101"],
    ["bhyt-qr-new", "0A99999904"],
  ])("resembles %s: %s", (format, number) => {
    expect(flatReading(readText(oldWith({ 0: number })))).toMatchObject({ reason: "bhyt-number-invalid", format });
  });
});

describe("days on which something changes", () => {
  it("belong to what they begin or end", () => {
    expect(warningsOf(oldWith({ 2: "01/12/2026", 6: "01/12/2026", 7: "01/12/2026" }))).toBe("");
  });
});

describe("what a card does not say", () => {
  it("is no member, and what is no name is no parent", () => {
    const blank = Object.fromEntries([4, 5, 6, 7, 8, 10, 11, 12].map((index) => [index, "-"]));
    expect(documentOf(oldWith(blank))).toStrictEqual({
      format: "bhyt-qr-old",
      person: { name: "Nguyễn Văn Mẫu", birthDate: "1990-03-15", sex: "male" },
      insurance: { insuranceNumber: "GD4010199999901", benefitLevel: "4" },
      document: {},
      warnings: [],
    });
    expect(documentOf(oldWith({ 1: "4e2", 4: "4e2", 10: hex("A1") }))).toMatchObject({
      warnings: ["hex-unreadable", "name-unreadable"],
    });
    expect(Object.keys(documentOf(oldWith({ 1: "4e2", 4: "4e2", 10: hex("A1") })).person).sort()).toEqual([
      "birthDate",
      "sex",
    ]);
    expect(Object.keys(documentOf(newWith({ 15: "4e2" })).insurance)).not.toContain("issuerPlace");
    expect(warningsOf(oldWith({ 10: hex("LE THI ME") }))).toBe("");
  });

  it.each(["1", "2", "3", "4", "5"])("may be any level from 1 to 5: %s", (level) => {
    expect(documentOf(newWith({ 14: level })).insurance.benefitLevel).toBe(level);
  });
});
