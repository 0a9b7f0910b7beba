// Dates of documents: what is a day, and the three ways in which they are written.
import { describe, expect, it } from "vitest";
import {
  dateOfToday,
  fullDate,
  hasDay,
  isLeapDay,
  isoDate,
  partialDate,
  yearOf,
  yearsLater,
} from "../../../../protocol/document/calendar.ts";
import { readBirthDigits, readDay } from "../../../../protocol/document/digit-dates.ts";
import { readIsoDay, readWrittenBirthDate, readWrittenDay } from "../../../../protocol/document/written-dates.ts";

describe("the calendar", () => {
  it("knows the last day of every month", () => {
    const lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    for (const [index, length] of lengths.entries()) {
      const month = index + 1;
      expect(fullDate(2023, month, length)).toBe(20_230_000 + month * 100 + length);
      expect(fullDate(2023, month, length + 1)).toBe(0);
      expect(fullDate(2023, month, 1)).toBe(20_230_000 + month * 100 + 1);
      expect(fullDate(2023, month, 0)).toBe(0);
    }
    expect([fullDate(2023, 0, 1), fullDate(2023, 13, 1)]).toEqual([0, 0]);
  });

  it.each([
    [2024, true],
    [2023, false],
    [2000, true],
    [1900, false],
    [2100, false],
  ])("has a 29 February in %d: %s", (year, isLeap) => {
    expect(fullDate(year, 2, 29)).toBe(isLeap ? year * 10_000 + 229 : 0);
  });

  it("begins with 1900 and ends with 9999", () => {
    expect([fullDate(1899, 12, 31), fullDate(1900, 1, 1)]).toEqual([0, 19_000_101]);
    expect([fullDate(9999, 12, 31), fullDate(10_000, 1, 1)]).toEqual([99_991_231, 0]);
    expect([partialDate(1899, 0, 0), partialDate(1900, 0, 0)]).toEqual([0, 19_000_000]);
    expect([partialDate(9999, 12, 0), partialDate(10_000, 1, 0)]).toEqual([99_991_200, 0]);
  });

  it("takes a month or a year alone, but no day without its month", () => {
    expect([partialDate(1990, 3, 0), partialDate(1990, 12, 0), partialDate(1990, 13, 0)]).toEqual([
      19_900_300, 19_901_200, 0,
    ]);
    expect([partialDate(1990, 3, 15), partialDate(1990, 0, 15)]).toEqual([19_900_315, 0]);
  });

  it("writes as much as is known", () => {
    expect([19_900_315, 19_901_231, 19_900_300, 19_901_200, 19_900_000].map(isoDate)).toEqual([
      ...["1990-03-15", "1990-12-31", "1990-03", "1990-12", "1990"],
    ]);
  });

  it("answers what stands in a date", () => {
    expect([yearOf(19_901_231), yearOf(20_000_000)]).toEqual([1990, 2000]);
    expect([hasDay(19_900_315), hasDay(19_900_300)]).toEqual([true, false]);
    expect([isLeapDay(19_920_229), isLeapDay(19_920_228), isLeapDay(19_921_229)]).toEqual([true, false, false]);
    expect(yearsLater(19_900_315, 25)).toBe(20_150_315);
    expect(dateOfToday("2026-12-01")).toBe(20_261_201);
  });
});

describe("dates in digits", () => {
  it.each(["15031990", "31121999"])("%s is a day", (text) => {
    expect(readDay(text)).toBe(Number(text.slice(4) + text.slice(2, 4) + text.slice(0, 2)));
  });

  it.each(["1503199", "150319900", "1503199x", "15/31990", "", "00031990", "15001990", "32011990", "15131990"])(
    "%j is none",
    (text) => {
      expect(readDay(text)).toBe(0);
    },
  );

  it.each([
    ["15031990", 19_900_315],
    ["00031990", 19_900_300],
    ["00001990", 19_900_000],
    ["031990", 19_900_300],
    ["001990", 19_900_000],
    ["1990", 19_900_000],
    ["15001990", 0],
    ["19901", 0],
    ["19x0", 0],
    ["131990", 0],
    ["", 0],
  ])("%j as a birth is %d", (text, date) => {
    expect(readBirthDigits(text)).toBe(date);
  });
});

describe("written dates", () => {
  it.each([
    ["15/03/1990", 19_900_315],
    ["5/3/1990", 19_900_305],
    ["15-3-1990", 19_900_315],
    ["5.03.1990", 19_900_305],
    ["15/03-1990", 19_900_315],
  ])("%s is a day", (text, date) => {
    expect(readWrittenDay(text)).toBe(date);
    expect(readWrittenBirthDate(text)).toBe(date);
  });

  it.each([
    ...["15/03/199", "15/03/19900", "/03/1990", "15//1990", "115/03/1990", "15/003/1990", "15 03 1990", "15,03,1990"],
    ...["15/03:1990", "15:03/1990", "a5/03/1990", "1a/03/1990", "15/a3/1990", "15/0a/1990", "15/03/a990", "15/03/199a"],
    ...["15/03/1990 ", " 15/03/1990", "00/03/1990", "15/00/1990", "31/04/1990", "15/03/1899", "1", "12", "1/", "", "/"],
    ...["0/3/1990", "15/03/19:0", "15/03/1/90", "1//031990", "15031990"],
  ])("%j is none", (text) => {
    expect(readWrittenDay(text)).toBe(0);
  });

  it.each([
    ["03/1990", 19_900_300],
    ["3/1990", 19_900_300],
    ["12/1990", 19_901_200],
    ["00/1990", 19_900_000],
    ["00/03/1990", 19_900_300],
    ["0/0/1990", 19_900_000],
    ["1990", 19_900_000],
    ["13/1990", 0],
    ["003/1990", 0],
    ["x3/1990", 0],
    ["3/19901", 0],
    ["3/199", 0],
    ["3-1990", 0],
    ["19901", 0],
    ["199", 0],
    ["x1990", 0],
    ["1990x", 0],
    ["1899", 0],
    ["", 0],
  ])("%j as a birth is %d", (text, date) => {
    expect(readWrittenBirthDate(text)).toBe(date);
  });

  it.each([
    ["1990-03-15", 19_900_315],
    ["1990-02-30", 0],
    ["1990-3-15", 0],
    ["1990/03/15", 0],
    ["x1990-03-15", 0],
    ["1990-03-15x", 0],
    ["990-03-15", 0],
    ["1990-03-5", 0],
  ])("%j in the order of ISO 8601 is %d", (text, date) => {
    expect(readIsoDay(text)).toBe(date);
  });
});

describe("what only looks like a date", () => {
  it.each(["a/1/1990", "1/a/1990", "1/1/01990", "1/1/199", "1/1/199O", "1 1 1990", "1/1 1990", "/1/1990"])(
    "%s",
    (text) => {
      expect(readWrittenDay(text)).toBe(0);
      expect(readWrittenBirthDate(text)).toBe(0);
    },
  );

  it("is not the 29th of any month but February", () => {
    expect(fullDate(2023, 3, 29)).toBe(20_230_329);
  });
});
