// The checksums agree with the catalogue's check values, with each other, and over parts of a buffer.
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { type CrcAlgorithm, crcAlgorithms, makeCrc } from "../../../../protocol/bytes/crc.ts";
import { crc32c } from "../../../../protocol/bytes/crc32c.ts";

const check = Buffer.from("123456789");

/** Check values of the CRC catalogue: the checksum of the text 123456789. */
const checkValues: Readonly<Record<CrcAlgorithm, number>> = {
  "crc16-ccitt-false": 0x29b1,
  "crc16-xmodem": 0x31c3,
  "crc16-aug-ccitt": 0xe5cc,
  "crc16-genibus": 0xd64e,
  "crc16-x25": 0x906e,
  "crc16-mcrf4xx": 0x6f91,
  "crc16-kermit": 0x2189,
  "crc16-modbus": 0x4b37,
  "crc16-arc": 0xbb3d,
  "crc16-usb": 0xb4c8,
  crc32: 0xcbf43926,
  crc32c: 0xe3069283,
};

describe("a checksum by its parameters", () => {
  test.each(Object.entries(checkValues))("%s has its check value", (name, value) => {
    expect(makeCrc(crcAlgorithms[name as CrcAlgorithm])(check)).toBe(value);
  });

  test("may have eight bits", () => {
    const crc8 = makeCrc({ width: 8, polynomial: 0x07, initial: 0, isReflected: false, finalXor: 0 });
    const maxim = makeCrc({ width: 8, polynomial: 0x31, initial: 0, isReflected: true, finalXor: 0 });
    expect([crc8(check), maxim(check)]).toEqual([0xf4, 0xa1]);
  });

  test.each([0, 7, 33, 16.5])("does not have %d bits", (width) => {
    expect(() => makeCrc({ ...crcAlgorithms.crc32, width })).toThrow(RangeError);
  });

  test("covers the part that is asked for", () => {
    const crc = makeCrc(crcAlgorithms["crc16-xmodem"]);
    expect(crc(Buffer.from("xx123456789yy"), 2, 11)).toBe(0x31c3);
    expect(crc(check, 9)).toBe(0);
  });
});

describe("CRC-32C, eight bytes at a time", () => {
  it("has its check value", () => expect(crc32c(check)).toBe(0xe3069283));

  it("agrees with the table of single bytes over any part of any bytes", () => {
    const plain = makeCrc(crcAlgorithms.crc32c);
    const bytes = fc.uint8Array({ maxLength: 64 });
    fc.assert(
      fc.property(bytes, fc.nat(64), fc.nat(64), (all, left, right) => {
        const [start, end] = [Math.min(left, right, all.length), Math.min(Math.max(left, right), all.length)];
        expect(crc32c(all, start, end)).toBe(plain(all, start, end));
      }),
      { numRuns: 500 },
    );
  });
});
