// The kinds of characters that names and addresses ask about, one by one.
import { describe, expect, it } from "vitest";
import { encodeUtf8 } from "../../../../protocol/bytes/utf8.ts";
import { surveyScan } from "../../../../protocol/document/scan-survey.ts";
import {
  bitsOfCode,
  isGarbled,
  noText,
  seen,
  surveyBytes,
  surveyText,
} from "../../../../protocol/document/text-survey.ts";

const namesOf = (bits: number): string =>
  Object.entries(seen)
    .filter(([, bit]) => (bits & bit) !== 0)
    .map(([name]) => name)
    .join(" ");

describe("a character", () => {
  it.each([
    ["A", "letter"],
    ["z", "letter"],
    ["ă", "markedLetter"],
    ["Ữ", "markedLetter"],
    ["ñ", "markedLetter"],
    ["ŏ", "markedLetter"],
    ["0", "neverInNames"],
    ["/", "neverInNames"],
    ["[", "neverInNames"],
    ["@", "neverInNames"],
    ["{", "neverInNames"],
    [":", "neverInNames"],
    ["'", ""],
    ["`", ""],
    ["~", ""],
    [".", ""],
    ["-", ""],
    ["?", "doubtful"],
    ["’", "garbledTail"],
    ["‘", "garbledTail"],
    ["ʼ", ""],
    ["‐", ""],
    ["‑", ""],
    ["–", "garbledTail"],
    ["—", "doubtful garbledTail"],
    ["“", "doubtful garbledTail"],
    ["\u0301", "perhapsNotNfc"],
    ["\u036f", "perhapsNotNfc"],
    ["\u02ff", "doubtful"],
    ["Ж", "doubtful perhapsNotNfc"],
    ["中", "doubtful perhapsNotNfc"],
    ["ª", "doubtful garbledTail"],
    ["º", "doubtful garbledTail"],
    ["Ａ", "doubtful perhapsNotNfc"],
    ["😀", "doubtful perhapsNotNfc"],
    ["\ufffd", "doubtful replacement"],
    ["Ð", "markedLetter eth"],
    ["ð", "markedLetter eth"],
    ["Ɖ", "markedLetter eth"],
    ["Đ", "markedLetter"],
    [" ", "gap"],
    [",", "neverInNames gap"],
    ["|", "neverInNames gap"],
    ["\t", "untidy toClean unprintable"],
    ["\u0007", "neverInNames toClean unprintable"],
    ["\u007f", "neverInNames toClean unprintable"],
    ["\u00a0", "untidy garbledTail toClean"],
    ["\u3000", "untidy perhapsNotNfc"],
    ["\u00ad", "doubtful garbledTail unprintable"],
    ["\u200b", "doubtful perhapsNotNfc toClean unprintable"],
    ["\ufeff", "untidy perhapsNotNfc toClean unprintable"],
    ["\u2028", "untidy perhapsNotNfc"],
    ["\u2020", "doubtful garbledTail"],
    ["\u2030", "doubtful garbledTail perhapsNotNfc"],
    ["Ÿ", "markedLetter garbledTail"],
    ["€", "doubtful perhapsNotNfc garbledTail"],
    ["\u0378", "doubtful perhapsNotNfc unprintable"],
    ["\ue000", "doubtful perhapsNotNfc unprintable"],
  ])("%j is %s", (character, kinds) => {
    const names = kinds.split(" ").filter((name) => name !== "");
    expect(
      namesOf(bitsOfCode(character.codePointAt(0) ?? 0))
        .split(" ")
        .filter((name) => name !== "")
        .sort(),
    ).toEqual(names.sort());
  });
});

describe("every character", () => {
  it("has the same kinds when it is seen again", () => {
    for (const character of ["中", "Ж", "😀", "\ue000", "\u0f71", "\u{1df00}"]) {
      const code = character.codePointAt(0) ?? 0;
      const first = bitsOfCode(code);
      expect([first === 0, bitsOfCode(code)]).toEqual([false, first]);
    }
  });
});

describe("tidiness", () => {
  it.each([
    ["", true],
    ["a b", true],
    ["a, b", true],
    ["a,b", false],
    ["a ,b", false],
    ["a ,", false],
    ["a  b", false],
    [" a", false],
    ["a ", false],
    [",a", false],
    ["a,", false],
    ["a,, b", false],
    ["a\u00a0b", false],
    ["a\u3000b", false],
  ])("of %j: %s", (text, isTidy) => {
    expect((surveyText(text) & seen.untidy) === 0).toBe(isTidy);
    const bytes = encodeUtf8(text);
    expect(surveyBytes(bytes, bytes.length)).toBe(surveyText(text));
    expect(surveyScan(bytes)?.bits).toBe(surveyText(text));
  });

  it("is asked of each field of a scan", () => {
    const survey = surveyScan(encodeUtf8("ễ| b|c |d,e|😀f, g|h$"));
    expect(survey?.pipes).toEqual([1, 4, 7, 11, 18]);
    expect(survey?.fieldBits.map((bits) => (bits & seen.untidy) !== 0)).toEqual([
      false,
      true,
      true,
      true,
      false,
      false,
    ]);
  });
});

describe("pipes", () => {
  it("are told apart up to the thirty-second", () => {
    const survey = surveyScan(encodeUtf8("a|".repeat(100)));
    expect(survey?.pipes).toEqual(Array.from({ length: 32 }, (_, index) => index * 2 + 1));
    expect(survey?.fieldBits).toHaveLength(33);
  });
});

describe("bytes", () => {
  it("beyond the length do not count, nor complete the last sequence", () => {
    const bytes = encodeUtf8("aễ|");
    expect(surveyBytes(bytes, 1)).toBe(seen.letter);
    expect(surveyBytes(bytes, 2)).toBe(noText);
    expect(surveyBytes(bytes, 4)).toBe(seen.letter | seen.markedLetter);
    expect(surveyBytes(Uint8Array.of(0x61, 0xff), 2)).toBe(noText);
    expect(surveyScan(Uint8Array.of(0x61, 0xff))).toBeUndefined();
  });
});

describe("a garbled pair", () => {
  it.each(["Ã\u00aa", "Ä\u2018", "á»", "áº", "Æ°", "Ì\u0081", "Â\u00a0"])("is seen in %j", (text) => {
    expect(isGarbled(`x${text}x`)).toBe(true);
  });

  it.each(["Ãa", "á¼", "É°", "y’", "ªÃ", "á", "Ç\u0081"])("is none in %j", (text) => {
    expect(isGarbled(`x${text}x`)).toBe(false);
  });
});

describe("characters of two units", () => {
  it("are one character, in text as in bytes", () => {
    expect(surveyText("😀")).toBe(bitsOfCode(0x1f600));
    expect(surveyText("\u{1df00}a")).toBe(seen.markedLetter | seen.perhapsNotNfc | seen.letter);
    expect(surveyText("\uffff5") & seen.neverInNames).toBe(seen.neverInNames);
  });

  it("count up to the given end alone", () => {
    expect(surveyBytes(encodeUtf8(" a"), 0)).toBe(0);
  });
});
