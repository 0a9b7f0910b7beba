// The rules of the machine-readable zone.
import { describe, expect, it } from "vitest";
import { checkDigit } from "../../../../protocol/document/mrz-layout.ts";
import { documentOf, reasonOf } from "../../../fixtures/read-document.ts";

interface Parts {
  readonly code?: string;
  readonly number?: string;
  readonly pin?: string;
  readonly optionalCheck?: string;
  readonly birth?: string;
  readonly sex?: string;
  readonly expiry?: string;
  readonly names?: string;
}

/** A zone with right check digits. */
function zone(parts: Parts = {}): string {
  const { code = "IDVNM", number = "090999901", pin = "001090999901", birth = "900315", sex = "M" } = parts;
  const { expiry = "300315", names = "NGUYEN<<VAN<MAU" } = parts;
  const optional = `${pin}<<`;
  const first = `${number}${checkDigit(number)}${optional}${parts.optionalCheck ?? checkDigit(optional)}`;
  const [born, ends] = [birth, expiry].map((date) => date + checkDigit(date));
  const composite = checkDigit(`${first}${born}${ends}${"<".repeat(11)}`);
  return [code + first, `${born}${sex}${ends}VNM${"<".repeat(11)}${composite}`, names.padEnd(30, "<")].join("\n");
}

const warningsOf = (parts: Parts) => documentOf(zone(parts)).warnings.join(" ");

describe("check digits", () => {
  it("are those of the worked example", () => {
    expect(["090999901", "900315", "300315", "001090999901<<"].map(checkDigit)).toEqual([0, 2, 0, 1]);
    expect(zone()).toContain("\n9003152M3003150VNM<<<<<<<<<<<2\n");
  });

  it("are right, or the zone is read again", () => {
    const text = zone();
    for (const at of [6, 14, 17, 29, 31, 37, 40, 45, 60]) {
      const wrong = text.slice(0, at) + (((Number(text[at]) || 0) + 1) % 10) + text.slice(at + 1);
      expect(reasonOf(wrong)).toBe("mrz-check-digit");
    }
  });

  it("do not let letters through that count as nothing", () => {
    expect(reasonOf(zone({ number: "A90999901" }))).toBe("mrz-check-digit");
    expect(reasonOf(zone({ pin: "00109099990<" }))).toBe("mrz-check-digit");
    expect(reasonOf(zone({ expiry: "3K0315" }))).toBe("mrz-check-digit");
  });
});

describe("the shape", () => {
  it.each([
    ["mrz-charset", zone().replace("<<V", " <V")],
    ["mrz-charset", `${zone().slice(0, 50)}*`],
    ["mrz-length", zone().slice(0, -1)],
    ["mrz-length", `${zone().replaceAll("\n", "")}<`],
    ["mrz-not-vnm", zone({ code: "IDLAO" })],
    ["mrz-not-vnm", zone({ code: "I<LAO" })],
  ])("%s", (reason, text) => {
    expect(reasonOf(text)).toBe(reason);
  });

  it("may be lower case, one line, or three with any line end", () => {
    for (const text of [zone().toLowerCase(), zone().replaceAll("\n", ""), zone().replaceAll("\n", "\r\n")]) {
      expect(documentOf(text)).toEqual(documentOf(zone()));
    }
  });
});

describe("the fields", () => {
  it("make a document", () => {
    expect(documentOf(zone())).toEqual({
      format: "mrz",
      person: { number: "001090999901", name: "NGUYEN VAN MAU", birthDate: "1990-03-15", sex: "male" },
      insurance: {},
      document: { expiryDate: "2030-03-15" },
      warnings: [],
    });
  });

  it.each([
    ["900315", "001090999901", "1990-03-15"],
    ["260315", "001090999901", "2026-03-15"],
    ["270315", "001090999901", "1927-03-15"],
    ["150315", "001215999901", "2015-03-15"],
    ["150315", "001015999901", "1915-03-15"],
    ["9003<<", "001090999901", "1990-03"],
    ["90<<<<", "001090999901", "1990"],
  ])("birth %s with the PIN %s", (birth, pin, expected) => {
    expect(documentOf(zone({ birth, pin, number: pin.slice(3) })).person.birthDate).toBe(expected);
  });

  it.each(["900230", "90<<15", "900015", "<<0315", "90031A"])("birth %s is none", (birth) => {
    expect(reasonOf(zone({ birth }))).toBe("dob-invalid");
  });

  it.each([
    ["mrz-no-pin", { pin: "<<<<<<<<<<<<" }],
    ["mrz-docno-mismatch", { number: "090999902" }],
    ["mrz-optional-check", { optionalCheck: "8" }],
    ["", { optionalCheck: "<" }],
    ["sex-unknown", { sex: "<" }],
    ["pin-sex-mismatch", { sex: "F" }],
    ["pin-year-mismatch", { birth: "910315" }],
    ["date-invalid", { expiry: "300230" }],
    ["card-expired", { expiry: "261130" }],
    ["", { expiry: "261201" }],
    ["name-unreadable", { names: "NGUYEN<<V4N" }],
    ["name-unreadable", { names: "" }],
  ])("warn %j", (warning, parts) => {
    expect(warningsOf(parts)).toBe(warning);
  });

  it("refuse a birth ahead", () => {
    expect(reasonOf(zone({ birth: "261202", pin: "001226999901", number: "226999901" }))).toBe("dob-future");
  });

  it("may never expire", () => {
    expect(documentOf(zone({ expiry: "991231" })).document.expiryDate).toBe("unlimited");
  });
});

describe("what is no zone of a Vietnamese card", () => {
  const [first = "", second = "", third = ""] = zone().split("\n");

  it("has another count of lines", () => {
    for (const lines of [
      [first, second],
      [first, second, third, third],
      [first + second + third, "A"],
      [first, second, third, "A"],
    ]) {
      expect(reasonOf(lines.join("\n"))).toBe("mrz-length");
    }
  });

  it("names the state in another place", () => {
    expect(
      reasonOf(["I<LAOAIDVNM09099990109099999<<<", second, third].map((line) => line.slice(0, 30)).join("\n")),
    ).toBe("mrz-not-vnm");
  });

  it.each([
    [28, first, [second, third]],
    [29, first, [second, third]],
  ])(
    "has something else in column %i of its first line, where a 0 counts as much as a filler",
    (column, line, rest) => {
      const changed = `${line.slice(0, column - 1)}0${line.slice(column)}`;
      expect(reasonOf([changed, ...rest].join("\n"))).toBe("mrz-check-digit");
    },
  );

  it.each([19, 24, 29])("has something else in column %i of its second line", (column) => {
    const changed = `${second.slice(0, column - 1)}0${second.slice(column)}`;
    expect(reasonOf([first, changed, third].join("\n"))).toBe("mrz-check-digit");
  });
});

describe("the century", () => {
  it("is told by the years alone where there is no number", () => {
    // Fillers read as digits would say 2632
    const without = { pin: "<".repeat(12), birth: "320101", expiry: "991231" };
    expect(documentOf(zone(without)).person.birthDate).toBe("1932-01-01");
  });

  it("makes nobody younger than born today", () => {
    expect(
      documentOf(zone({ pin: "001226999901", number: "226999901", birth: "261201", expiry: "991231" })).warnings,
    ).toEqual([]);
  });
});

it("counts letters from 10 in check digits (examples of ICAO 9303-3 and 9303-4)", () => {
  expect(["AB2134<<<", "D23145890", "L898902C3", "Z"].map(checkDigit)).toEqual([5, 7, 6, 5]);
});
