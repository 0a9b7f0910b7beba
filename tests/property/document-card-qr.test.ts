// Any card, however it was damaged on its way, is read exactly as the rules written straight down read it, and nothing throws.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cleanScan } from "../../protocol/document/clean.ts";
import { dispatch } from "../../protocol/document/dispatch.ts";
import { surveyScan } from "../../protocol/document/scan-survey.ts";
import { surveyText } from "../../protocol/document/text-survey.ts";
import { decodeStraightforwardly, type PlainReading } from "../bench/peers/straightforward-decode.ts";
import { decodeText, readBytes, readText } from "../fixtures/read-document.ts";

const today = "2026-12-01";

/** Our reading in the words of the straightforward version. */
function plain(payload: Uint8Array): PlainReading {
  const reading = readBytes(payload, today);
  if (reading.kind === "rejected") return { verdict: "reject", reason: reading.reason, warnings: [], fields: {} };
  const { person, insurance, document, warnings } = reading.document;
  const verdict = warnings.length === 0 ? "valid" : "warn";
  return { verdict, warnings, fields: { ...person, ...insurance, ...document } };
}

const digits = (length: number) => fc.stringMatching(new RegExp(`^\\d{${length}}$`));
const oneOf = (...texts: readonly string[]) => fc.constantFrom(...texts);
const dayText = fc
  .tuple(fc.integer({ min: 0, max: 32 }), fc.integer({ min: 0, max: 13 }), fc.integer({ min: 1890, max: 2030 }))
  .map(([day, month, year]) => `${String(day).padStart(2, "0")}${String(month).padStart(2, "0")}${year}`);

const names = oneOf(
  "Nguyễn Văn Mẫu",
  "NGUYEN VAN MAU",
  "H’Mẫu Niê",
  "Ðỗ  Thử",
  "A",
  "",
  "Y-Ban ŏ",
  "Nguyá»n",
  "Lê?",
  "Ａ",
  "Lê 5",
  "a".repeat(101),
  "Ng\u00a0Ba ",
  "Ёж",
  "x\u0300\u0316",
);
const numbers = fc.oneof(digits(12), oneOf("001090999901", "CCCD:001090999901", "00109099990", " 001090999901", "x"));
const births = fc.oneof(
  dayText,
  oneOf("15031990", "1952", "091952", "00001950", "00091950", "001950", "29021988", "15/03/1990", ""),
);
const sexes = oneOf("Nam", "Nữ", "NỮ", "nam", "Nu", "N?", "Ná»¯", "Nữ ", "Nữ".normalize("NFD"), "Khác", "", "N\ufffd");
const places = oneOf(
  "Số 1, Thôn Mẫu, Hà Nội",
  "",
  " ,a,,b ,c, ",
  "Thôn\u00a0Mẫu",
  "HÃ\u00a0 Ná»i",
  "\ufffd",
  ",",
  "1/2 – Đường ‘X’",
);
const issues = fc.oneof(dayText, oneOf("20052021", "20082024", "", " 20052021", "01012030"));
const extras = oneOf("", "", "", "079184999913", "01012016", "Trần Văn Cha", "Ghi chú 1", " ");

const cards = fc
  .tuple(
    numbers,
    oneOf("", "012345678", "x", "001090999901", "1234567"),
    names,
    births,
    sexes,
    places,
    issues,
    fc.array(extras, { maxLength: 6 }),
    oneOf("", "$", "\r\n", "|$", "\0x", "\t"),
  )
  .map(
    ([number, old, name, birth, sex, place, issue, rest, end]) =>
      [number, old, name, birth, sex, place, issue, ...rest].join("|") + end,
  );

const fragments = oneOf(
  "|",
  "$",
  "\ufeff",
  "\u200b",
  "]Q1",
  "\\000026",
  " ",
  "\u00a0",
  "\t",
  "\u0007",
  "\0",
  "?",
  "Ã",
  "á»",
  "\u0301",
  "👍",
  ",",
  "9",
  "º",
);
const damagedCards = fc
  .tuple(cards, fc.array(fc.tuple(fc.nat(), fragments, fc.nat({ max: 2 })), { maxLength: 3 }))
  .map(([card, damages]) =>
    damages.reduce((text, [place, fragment, cut]) => {
      const at = place % (text.length + 1);
      return text.slice(0, at) + fragment + text.slice(at + cut);
    }, card),
  )
  .map((text) => Buffer.from(text).toString()); // a cut may have halved a surrogate pair

/** Whether dispatch takes the scan for a card, or for nothing at all: other families are not the straightforward version's subject. */
function concernsCards(payload: Uint8Array): boolean {
  const scan = cleanScan(payload, decodeText);
  if (scan.kind === "dirty") return true;
  const { destination } = dispatch(scan.text, scan.pipes);
  return destination.kind === "refused" || destination.family === "card-qr";
}

describe("card QR codes", () => {
  it("are read as the straightforward version reads them", () => {
    fc.assert(
      fc.property(damagedCards, (text) => {
        const payload = Buffer.from(text);
        fc.pre(concernsCards(payload));
        expect(plain(payload)).toEqual(decodeStraightforwardly(payload, today));
      }),
      { numRuns: 10_000 },
    );
  });

  it("are refused or read, never thrown at, whatever the bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (payload) => {
        expect(["document", "rejected"]).toContain(readBytes(payload, today).kind);
      }),
      { numRuns: 5_000 },
    );
  });

  it("are never thrown at with single bytes replaced, and agree on what is UTF-8", () => {
    fc.assert(
      fc.property(cards, fc.nat(), fc.nat({ max: 255 }), (text, place, byte) => {
        const payload = Uint8Array.from(Buffer.from(text));
        if (payload.length > 0) payload[place % payload.length] = byte;
        expect(plain(payload).reason === "bad-utf8").toBe(
          decodeStraightforwardly(payload, today).reason === "bad-utf8",
        );
      }),
      { numRuns: 5_000 },
    );
  });

  it("give the same fields for decomposed text, with one warning more", () => {
    fc.assert(
      fc.property(cards, (text) => {
        const composed = readText(text.normalize("NFC"), today);
        const decomposed = readText(text.normalize("NFD"), today);
        fc.pre(composed.kind === "document" && !composed.document.warnings.includes("mojibake-suspected"));
        if (composed.kind !== "document" || decomposed.kind !== "document")
          throw new Error("one of the two was refused");
        expect(decomposed.document.person).toEqual(composed.document.person);
        expect(decomposed.document.warnings.filter((code) => code !== "not-nfc")).toEqual(composed.document.warnings);
      }),
      { numRuns: 5_000 },
    );
  });
});

describe("the survey of the bytes", () => {
  it("finds in each field what a survey of its text finds", () => {
    fc.assert(
      fc.property(damagedCards, (text) => {
        const survey = surveyScan(Buffer.from(text));
        const fields = text.replace(/\$$/, "").split("|");
        expect(survey?.fieldBits).toEqual(fields.map((field) => surveyText(field)));
        expect(survey?.pipes.map((at) => text[at])).toEqual(fields.slice(1).map(() => "|"));
      }),
      { numRuns: 5_000 },
    );
  });
});
