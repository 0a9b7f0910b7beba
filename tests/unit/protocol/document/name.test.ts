// Rules N1 to N6 of names, and the garbled pair.
import { describe, expect, it } from "vitest";
import { isName, readName } from "../../../../protocol/document/name.ts";
import { surveyText } from "../../../../protocol/document/text-survey.ts";
import type { WarningCode } from "../../../../protocol/document/warnings.ts";

function read(raw: string, marksExpected = true): string {
  const warnings: WarningCode[] = [];
  const name = readName(raw, surveyText(raw), marksExpected, warnings);
  return [name ?? "no name", ...warnings.toSorted()].join("; ");
}

describe("names", () => {
  it.each([
    ["N1: composed text passes", "Nguyễn Văn Mẫu", "Nguyễn Văn Mẫu"],
    ["N1: decomposed text is composed", "Nguyễn".normalize("NFD"), "Nguyễn; not-nfc"],
    ["N1: a mark without its letter stays", "Xã\u0316", "Xã\u0316"],
    ["N2: eths", "Ðỗ Ɖạt ðức", "Đỗ Đạt đức"],
    ["N3: white space", " Lê\u00a0\u3000Thị\tThử ", "Lê Thị Thử"],
    ["N3: a hundred characters", `${"ễ".repeat(100)}`, "ễ".repeat(100)],
    ["N3: a hundred and one", "ễ".repeat(101), "no name"],
    ["N3: a hundred characters of two units each", `A${"\u{1df00}".repeat(99)}`, `A${"\u{1df00}".repeat(99)}`],
    ["N3: a hundred and one of them", `A${"\u{1df00}".repeat(100)}`, "no name"],
    ["N3: counted after white space has gone", `Lê${" ".repeat(200)}Mẫu`, "Lê Mẫu"],
    ["N3: nothing", "", "no name"],
    ["N3: only blanks", " \u00a0 ", "no name"],
    ["N4: a digit", "Nguyễn 2", "no name"],
    ["N4: a comma", "Nguyễn, Mẫu", "no name"],
    ["N4: a colon", "Tên: Mẫu", "no name"],
    ["N4: a slash", "Lê/Mẫu", "no name"],
    ["N4: a control", "Lê\u0007Mẫu", "no name"],
    ["N4: no letter", "' - .", "no name"],
    ["N4: no Latin letter", "Ёж", "no name"],
    ["N4: one letter is enough", "Á", "Á"],
    ["N5: a question mark", "Nguy?n Văn", "Nguy?n Văn; mojibake-suspected"],
    ["N5: U+FFFD", "Nguy\ufffdn", "Nguy\ufffdn; mojibake-suspected"],
    ["N5: a sign beyond the grammar", "Lê “Mẫu”", "Lê “Mẫu”; mojibake-suspected"],
    ["N5: a letter of another script", "Lê Ж", "Lê Ж; mojibake-suspected"],
    ["N5: ordinals and full-width letters are none", "Lê ªＡ", "Lê ªＡ; mojibake-suspected"],
    ["N5: UTF-8 read as Latin-1", "Nguyá»\u0085n", "Nguyá»\u0085n; mojibake-suspected"],
    ["N5: UTF-8 read as CP1252", "LÃª", "LÃª; mojibake-suspected"],
    ["N5: the pair before NBSP is replaced", "LÃ\u00a0", "LÃ; mojibake-suspected"],
    ["N5: ’ after a vowel is no pair", "Y’Mẫu", "Y’Mẫu"],
    ["N6: no marks", "Mai Lan Anh", "Mai Lan Anh; name-no-diacritics"],
    ["N6: silent beside N5", "Nguy?n Van", "Nguy?n Van; mojibake-suspected"],
    ["minorities", "H'Ŏ-Bŭ ñ `č ~ĕ ĭ ‑ʼ–", "H'Ŏ-Bŭ ñ `č ~ĕ ĭ ‑ʼ–"],
  ])("%s", (_, raw, expected) => {
    expect(read(raw)).toBe(expected);
  });

  it("may lack marks where the source writes none", () => {
    expect(read("MAI LAN ANH", false)).toBe("MAI LAN ANH");
  });
});

describe("what is a name", () => {
  it.each([
    [`Lê${" ".repeat(200)}Mẫu`, true],
    ["Nguyễn".normalize("NFD").repeat(14), true], // 84 letters, written with 112 characters
    ["Nguyễn".repeat(17), false],
    [" \u00a0 ", false],
    ["Lê 5", false],
  ])("%j: %s", (raw, expected) => {
    expect(isName(raw, surveyText(raw))).toBe(expected);
  });
});
