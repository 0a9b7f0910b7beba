// Data group 13 of the chip: its tree, and which part of it is a field.
import { describe, expect, it } from "vitest";
import { dg13BytesMax, readDg13, readDg13Hex } from "../../../../protocol/document/chip-dg13.ts";
import { contextOf, flatReading, reasonOf } from "../../../fixtures/read-document.ts";

const bytes = (...parts: readonly (number | Uint8Array | string)[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === "number" ? Buffer.of(part) : Buffer.from(part))));

function tlv(tag: number, ...parts: readonly (number | Uint8Array | string)[]): Buffer {
  const value = bytes(...parts);
  const length = value.length < 0x80 ? [value.length] : [0x82, value.length >> 8, value.length & 0xff];
  return bytes(tag, Buffer.from(length), value);
}

const string = (text: string, tag = 0x0c): Buffer => tlv(tag, text);
const field = (number: number, ...parts: readonly Buffer[]): Buffer => tlv(0x30, tlv(0x02, number), ...parts);
const header = bytes(tlv(0x02, 1), tlv(0x06, 0x28, 0xd3));
const whole = (...fields: readonly Buffer[]): Buffer => tlv(0x6d, tlv(0x30, header, tlv(0x31, ...fields)));

const person = [
  field(1, string("001090999901", 0x13)),
  field(2, string("Nguyễn Văn Mẫu")),
  field(3, string("15/03/1990", 0x16)),
  field(4, string("Nam", 0x04)),
];
const read = (dg13: Uint8Array, optionalFields = true) =>
  flatReading(readDg13(dg13, contextOf("2026-12-01", { optionalFields })));
const expected = { number: "001090999901", name: "Nguyễn Văn Mẫu", birthDate: "1990-03-15", sex: "male" };

describe("DG13", () => {
  it("is a group with a header, without one, or fields alone, in any order", () => {
    for (const dg13 of [
      whole(...person),
      whole(...person.toReversed()),
      tlv(0x6d, tlv(0x30, tlv(0x31, ...person))),
      tlv(0x6d, ...person),
      bytes(...person),
      bytes(whole(...person), 0xff, 0xff),
    ]) {
      expect(read(dg13)).toMatchObject({ verdict: "valid", fields: expected });
    }
  });

  it("has its strings flat or in sequences", () => {
    const parents = { fatherName: "Trần Cha", motherName: "Lê Mẹ" };
    const [father, mother] = [string("Trần Cha"), string("Lê Mẹ")];
    for (const parts of [[father, mother], [tlv(0x30, father), tlv(0x30, mother)], [tlv(0x30, father, mother)]]) {
      expect(read(whole(...person, field(13, ...parts))).fields).toEqual({ ...expected, ...parents });
    }
  });

  it("may have empty fields and unknown numbers", () => {
    expect(read(whole(...person, field(14), field(15, string("-")), field(16, string("x")), field(99)))).toMatchObject({
      verdict: "valid",
      fields: expected,
    });
  });

  it("keeps the first of two fields of one number", () => {
    expect(read(whole(...person, field(2, string("Lê Thị Thử"))))).toMatchObject({
      warnings: ["dg13-duplicate-field"],
      fields: expected,
    });
  });

  it("says when the card never ends", () => {
    expect(read(whole(...person, field(12, string("Không thời hạn")))).fields).toMatchObject({
      expiryDate: "unlimited",
    });
  });

  it("is not searched for fields inside its text", () => {
    const text = field(5, string("Lào"));
    expect(read(whole(...person, field(16, tlv(0x04, text)))).fields).toEqual(expected);
  });

  it.each([
    ["a cut node", whole(...person).subarray(0, -1)],
    ["an indefinite length", bytes(0x30, 0x80, 0x00, 0x00)],
    ["a length of five bytes", bytes(0x30, 0x85, 0, 0, 0, 0, 0)],
    ["a long tag", bytes(0x7f, 0x01, 0x00)],
    ["a tag alone", bytes(0x6d)],
    ["thirteen levels", Array.from({ length: 13 }).reduce<Buffer>((inner) => tlv(0x30, inner), Buffer.alloc(0))],
  ])("is refused for %s", (_, dg13) => {
    expect(read(dg13).reason).toBe("tlv-invalid");
  });

  it("is refused beyond 64 KiB, without a number, with a short one, and with text that is not UTF-8", () => {
    expect(read(Buffer.alloc(dg13BytesMax + 1)).reason).toBe("too-long");
    expect(read(Buffer.alloc(0)).reason).toBe("number-missing");
    expect(read(whole(...person.slice(1))).reason).toBe("number-missing");
    expect(read(whole(field(1, string("00109099990")))).reason).toBe("number-length");
    expect(read(whole(...person, field(9, tlv(0x0c, 0xff)))).reason).toBe("bad-utf8");
  });

  it("as text has whole bytes", () => {
    const hex = whole(...person).toString("hex");
    expect(reasonOf(`${hex}0`)).toBe("hex-invalid");
  });
});

describe("what is no field", () => {
  const other = string("001090999902");
  it.each([
    ["a set", tlv(0x31, tlv(0x02, 1), other)],
    ["a sequence without a number", tlv(0x30, tlv(0x04, 1), other)],
    ["a sequence with a number of two bytes", tlv(0x30, tlv(0x02, 1, 1), other)],
    ["a sequence with an object identifier", tlv(0x30, tlv(0x02, 1), tlv(0x06, 0x28), other)],
    ["a sequence with a set", tlv(0x30, tlv(0x02, 1), tlv(0x31, other))],
    ["an empty sequence", tlv(0x30)],
  ])("%s", (_, node) => {
    expect(read(tlv(0x6d, node, ...person))).toMatchObject({ verdict: "valid", fields: expected });
  });

  it("has room for 64 KiB, and says what it resembles", () => {
    const full = tlv(0x6d, ...person);
    expect(read(bytes(full, Buffer.alloc(dg13BytesMax - full.length))).verdict).toBe("valid");
    expect(read(bytes(full, Buffer.alloc(dg13BytesMax - full.length + 1)))).toMatchObject({
      reason: "too-long",
      format: "chip-dg13",
    });
    expect(flatReading(readDg13Hex({ text: `6d${"0".repeat(41)}` }, contextOf()))).toMatchObject({
      reason: "hex-invalid",
      format: "chip-dg13",
    });
  });
});
