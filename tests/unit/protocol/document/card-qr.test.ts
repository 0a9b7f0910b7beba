// The rules of each field of identity card QR codes (CCCD and Căn cước).
import { describe, expect, it } from "vitest";
import { documentOf, reasonOf } from "../../../fixtures/read-document.ts";

const sound = ["001090999901", "", "Nguyễn Văn Mẫu", "15031990", "Nam", "Xã Ví Dụ, Hà Nội", "20052021"];

/** A sound card with fields replaced, and with a tail. */
const card = (fields: Readonly<Record<number, string>>, ...tail: readonly string[]): string =>
  [...sound.map((field, index) => fields[index] ?? field), ...tail].join("|");

const warningsOf = (text: string, today?: string) => documentOf(text, today).warnings.join(" ");

describe("the count of fields", () => {
  it("is seven at least", () => {
    expect(reasonOf(sound.slice(0, 6).join("|"))).toBe("field-count");
    expect(documentOf(sound.join("|"))).toMatchObject({ format: "cccd-qr", warnings: [] });
  });

  it("may be 8 to 10 with an empty tail, and warns of a tail that says something", () => {
    expect(warningsOf(card({}, "", " ", ""))).toBe("");
    expect(warningsOf(card({}, "", "x"))).toBe("extra-fields");
  });

  it("makes a Căn cước at eleven, also with empty fields behind", () => {
    expect(documentOf(card({}, "", "", "", ""))).toMatchObject({ format: "can-cuoc-qr", warnings: [] });
    expect(documentOf(card({}, "", "", "", "", "", ""))).toMatchObject({ format: "can-cuoc-qr", warnings: [] });
    expect(warningsOf(card({}, "", "", "", "", "x"))).toBe("extra-fields");
  });

  it("ignores a dollar that the scanner appends", () => {
    expect(warningsOf(`${sound.join("|")}$`)).toBe("");
    expect(warningsOf(`${sound.join("|")}|$`)).toBe("");
    expect(documentOf(`${card({}, "", "", "Trần Văn Cha", "Lê Thị Mẹ")}$`).person.motherName).toBe("Lê Thị Mẹ");
  });
});

describe("the number", () => {
  it("may have up to ten other characters in front", () => {
    expect(documentOf(card({ 0: "Số CCCD: 001090999901" }))).toMatchObject({
      warnings: ["junk-prefix"],
      person: { number: "001090999901" },
    });
    expect(warningsOf(card({ 0: " 001090999901 " }))).toBe("");
  });

  it.each([
    ["pin-province-unknown", { 0: "003090999901" }],
    ["pin-year-mismatch", { 0: "001091999901" }],
    ["pin-sex-mismatch", { 0: "001190999901" }],
    ["", { 0: "101090999901" }],
    ["", { 0: "000090999901" }],
    ["pin-province-unknown", { 0: "296090999901" }],
  ])("warns with %j where it disagrees with the card", (warning, fields) => {
    expect(warningsOf(card(fields))).toBe(warning);
  });
});

describe("the old number", () => {
  it.each(["12345678", "123456789", "1234567890", "12345678901", "123456789012"])("may be %s", (number) => {
    expect(documentOf(card({ 1: ` ${number}` }))).toMatchObject({ warnings: [], person: { oldNumber: number } });
  });

  it.each(["1234567", "1234567890123", "12345678x", "-"])("is dropped as %j", (number) => {
    const { person, warnings } = documentOf(card({ 1: number }));
    expect(warnings).toEqual(["old-id-invalid"]);
    expect(person).not.toHaveProperty("oldNumber");
  });
});

describe("the birth date", () => {
  it.each([
    ["15031990", "1990-03-15"],
    [" 15031990 ", "1990-03-15"],
    ["031990", "1990-03"],
    ["1990", "1990"],
    ["00001990", "1990"],
    ["00031990", "1990-03"],
    ["001990", "1990"],
  ])("%j is %s", (text, birthDate) => {
    expect(documentOf(card({ 3: text })).person.birthDate).toBe(birthDate);
  });

  it.each([
    "",
    "30021990",
    "29021990",
    "15131990",
    "15001990",
    "15031899",
    "1899",
    "131990",
    "150390",
    "15/03/1990",
    "１９９０",
  ])("%j is none", (text) => {
    expect(reasonOf(card({ 3: text }))).toBe("dob-invalid");
  });

  it("lies not after today, however exactly it is known", () => {
    const reason = (birth: string) => reasonOf(card({ 3: birth, 6: "" }), "2026-11-30");
    expect(["01122026", "122026", "2027"].map(reason)).toEqual(["dob-future", "dob-future", "dob-future"]);
    expect(documentOf(card({ 3: "112026", 6: "" }), "2026-11-30").person.birthDate).toBe("2026-11");
    expect(documentOf(card({ 3: "30112026", 6: "" }), "2026-11-30").person.birthDate).toBe("2026-11-30");
  });
});

describe("the sex", () => {
  it.each([
    ["Nam", "male", ""],
    ["NAM", "male", ""],
    [" nam ", "male", ""],
    ["Nữ", "female", "pin-sex-mismatch"],
    ["NỮ", "female", "pin-sex-mismatch"],
    ["Nữ".normalize("NFD"), "female", "not-nfc pin-sex-mismatch"],
    ["nu", "female", "diacritics-lost pin-sex-mismatch"],
    ["N?", "female", "mojibake-suspected pin-sex-mismatch"],
    ["N\ufffd", "female", "mojibake-suspected pin-sex-mismatch"],
    ["Ná»¯", "female", "mojibake-suspected pin-sex-mismatch"],
  ])("%j is %s", (text, sex, warnings) => {
    expect(documentOf(card({ 4: text })).person.sex).toBe(sex);
    expect(warningsOf(card({ 4: text }))).toBe(warnings);
  });

  it.each(["", "Khác", "M", "Female", "N", "Nguyễ?", "Nũ", "?"])("%j is none", (text) => {
    expect(reasonOf(card({ 4: text }))).toBe("sex-invalid");
  });
});

describe("the address", () => {
  it.each([
    [" 12  Đường Mẫu,, Phường Thử , Quận Ví Dụ,", "12 Đường Mẫu, Phường Thử, Quận Ví Dụ"],
    ["a,b", "a, b"],
    [",, a ,, ,b ,", "a, b"],
    ["Thôn\u00a0Mẫu", "Thôn Mẫu"],
    [" , ", undefined],
    ["", undefined],
  ])("%j becomes %j", (text, address) => {
    const { person, warnings } = documentOf(card({ 5: text }));
    expect(person.address).toBe(address);
    expect(warnings).toEqual([]);
  });

  it("warns of text that is not NFC, and of damage", () => {
    expect(warningsOf(card({ 5: "Xã Mẫu".normalize("NFD") }))).toBe("not-nfc");
    expect(warningsOf(card({ 5: "X\ufffd" }))).toBe("mojibake-suspected");
    expect(warningsOf(card({ 5: "HÃ\u00a0 Ná»™i" }))).toBe("mojibake-suspected");
    expect(warningsOf(card({ 5: "Số 5? “Mẫu”" }))).toBe("");
  });
});

describe("the issue date", () => {
  it("may be empty in a whole card, and not in one with an odd tail", () => {
    expect(warningsOf(card({ 6: "" }))).toBe("issue-date-missing");
    expect(warningsOf(card({ 6: " " }, ""))).toBe("issue-date-missing");
    expect(warningsOf(card({ 6: "" }, "", "", "", ""))).toBe("issue-date-missing");
    expect(reasonOf(card({ 6: "" }, "x"))).toBe("issue-date-invalid");
    expect(reasonOf(card({ 6: "" }, "", "", "", "", "x"))).toBe("issue-date-invalid");
  });

  it("is a day, not before the birth; a day ahead warns", () => {
    expect(reasonOf(card({ 6: "31022021" }))).toBe("issue-date-invalid");
    expect(reasonOf(card({ 6: "14031990" }))).toBe("dob-after-issue");
    expect(reasonOf(card({ 3: "1990", 6: "31121989" }))).toBe("dob-after-issue");
    expect(warningsOf(card({ 6: "02122026" }))).toBe("issue-date-future");
    expect(warningsOf(card({ 6: "01122026" }))).toBe("");
  });
});

describe("the fields of 2024", () => {
  const tail = (...fields: readonly string[]) => documentOf(card({}, ...fields));

  it("hold a cancelled PIN in either place", () => {
    expect(tail("", "079184999913", "", "").person.cancelledNumber).toBe("079184999913");
    expect(tail("079184999913", "", "", "").person.cancelledNumber).toBe("079184999913");
    expect(tail("079184999914", "079184999913", "", "").person.cancelledNumber).toBe("079184999913");
  });

  it("may hold dates that nobody has explained", () => {
    expect(tail("01012016", "01012017", "", "").warnings).toEqual([]);
    expect(tail("01132016", "", "", "").warnings).toEqual(["extra-fields"]);
    expect(tail("", "x", "", "").warnings).toEqual(["extra-fields"]);
  });

  it("hold the parents by position", () => {
    expect(tail("", "", "Trần Văn Cha", "").person).toMatchObject({ fatherName: "Trần Văn Cha" });
    expect(tail("", "", "", "LE THI ME")).toMatchObject({ warnings: [], person: { motherName: "LE THI ME" } });
    expect(tail("", "", "Cha 1", "")).toMatchObject({ warnings: ["extra-fields"] });
    expect(tail("", "", "Cha?", "")).toMatchObject({ warnings: ["mojibake-suspected"] });
  });
});

describe("days on which something changes", () => {
  it("belong to what they begin or end", () => {
    expect(warningsOf(card({ 0: "001221999901", 3: "15032021", 6: "15032021" }))).toBe(""); // issued on the day of birth
    expect(documentOf(card({ 3: "01121986", 0: "001086999901" }))).toMatchObject({
      document: { expiryDate: "2026-12-01" }, // today
      warnings: [],
    });
    expect(warningsOf(card({ 0: "001226999901", 3: "01122026", 6: "01122026" }))).toBe(""); // born today
  });

  it("are those of the card's own edition", () => {
    const child = card({ 0: "001215999901", 3: "15032015", 6: "20052022" });
    expect(documentOf(child).document.expiryDate).toBe("2040-03-15");
    expect(documentOf(`${child}||||`).document.expiryDate).toBe("2029-03-15");
    expect(documentOf(`${child}|||||x`)).toMatchObject({
      document: { expiryDate: "2029-03-15" },
      warnings: ["extra-fields"],
    });
  });
});

describe("a card", () => {
  it("has no member for what it does not say", () => {
    expect(documentOf(card({ 3: "1990", 5: "" }, "", "", "", ""))).toStrictEqual({
      format: "can-cuoc-qr",
      person: { number: "001090999901", name: "Nguyễn Văn Mẫu", birthDate: "1990", sex: "male" },
      insurance: {},
      document: { issueDate: "2021-05-20" },
      warnings: [],
    });
    expect(Object.keys(documentOf(card({}, "", "", "1", "2")).person)).not.toContain("fatherName");
    expect(Object.keys(documentOf(card({}, "", "", "1", "2")).person)).not.toContain("motherName");
  });

  it("must say its issue date where a tail may have moved the fields", () => {
    expect(reasonOf(card({ 6: "" }, "x"))).toBe("issue-date-invalid");
    expect(reasonOf(card({ 6: "" }, "", "x"))).toBe("issue-date-invalid");
    expect(reasonOf(card({ 6: "" }, "", "", "", "", "x"))).toBe("issue-date-invalid");
  });

  it("may have a damaged sex of up to five characters", () => {
    expect(warningsOf(card({ 0: "001190999901", 4: "N?abc" }))).toBe("mojibake-suspected");
    expect(reasonOf(card({ 4: "N?abcd" }))).toBe("sex-invalid");
  });
});
