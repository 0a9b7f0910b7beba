// What the learning session recognises in bytes: ends, frames, identifiers, gaps and every way to spoil a Vietnamese text.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Arrival } from "../../../../../protocol/driver/learn/bursts.ts";
import { hasFault, recognise } from "../../../../../protocol/driver/learn/findings.ts";
import { type RemarkCode, remarks } from "../../../../../protocol/driver/learn/remarks.ts";
import { testCodeBytes, testCodeText, testFields } from "../../../../../protocol/driver/learn/test-code.ts";
import { encodeDechdr } from "../../../../../protocol/frame/honeywell/dechdr.ts";
import { encodePacket } from "../../../../../protocol/frame/ssi/packet.ts";

const latin1 = (text: string): Buffer => Buffer.from(text, "latin1");
const around = (before: string, after: string, middle: Uint8Array = testCodeBytes): Buffer =>
  Buffer.concat([latin1(before), middle, latin1(after)]);
/** Three scans, a second apart, each whole. */
const thrice = (bytes: Uint8Array): Arrival[] => [0, 1000, 2000].map((atMs) => ({ atMs, bytes }));
const clean = { codes: 3, others: 0, protocol: "plain", stxEtx: false, aim: undefined, codeId: "", remarks: [] };

describe("ends", () => {
  test.each([
    ["\r", ["cr"], []],
    ["\n", ["lf"], []],
    ["\r\n", ["crlf"], []],
    ["\t", ["tab"], []],
    ["", [], ["no-end"]],
    ["\r\r\n", ["cr", "lf"], []],
    ["\t\r", ["tab", "cr"], []],
    ["#\r", ["cr"], ["suffix-unknown"]],
    ["\x03", [], ["suffix-unknown", "no-end"]],
  ])("%j", (after, end, found) => {
    expect(recognise(thrice(around("", after)))).toMatchObject({ ...clean, end, remarks: found });
  });

  test.each(["\x03", "\x03\r\n", "\r\x03"])("STX before, %j behind", (after) => {
    expect(recognise(thrice(around("\x02", after)))).toMatchObject({ ...clean, stxEtx: true, end: [] });
  });

  test("that differ are told", () => {
    const arrivals = [0, 1000].map((atMs) => ({ atMs, bytes: around("", atMs === 0 ? "\r" : "\n") }));
    expect(recognise(arrivals)).toMatchObject({ codes: 2, end: ["cr", "lf"], remarks: ["ends-differ"] });
  });
});

describe("what stands before", () => {
  test.each([
    ["]Q1", { aim: "]Q1", codeId: "", remarks: [] }],
    ["\x02]d2", { stxEtx: true, aim: "]d2" }],
    ["s", { codeId: "s", remarks: ["code-id"] }],
    ["P01", { codeId: "P01", remarks: ["code-id"] }],
    ["]Q1s", { aim: "]Q1", codeId: "s", remarks: ["code-id"] }],
    ["xx]Q1", { codeId: "", remarks: ["prefix-unknown"] }],
    ["0123456789abcdefg", { codeId: "", remarks: ["prefix-unknown"] }],
  ])("%j", (before, found) => {
    const after = before.startsWith("\x02") ? "\x03" : "\r";
    expect(recognise(thrice(around(before, after)))).toMatchObject({ ...clean, remarks: [], ...found });
  });

  test("that differs from scan to scan is told", () => {
    const arrivals = ["1", "2"].map((before, at) => ({ atMs: at * 1000, bytes: around(before, "\r") }));
    expect(recognise(arrivals).remarks).toEqual(["prefix-varies", "code-id"]);
  });

  test("an ECI escape, with the backslashes doubled", () => {
    const middle = Buffer.from(testCodeText.replace("\\", "\\\\"));
    expect(recognise(thrice(around("]Q2\\000026", "\r", middle)))).toMatchObject({ aim: "]Q2", remarks: ["eci"] });
  });
});

describe("frames", () => {
  test("Honeywell's length-prefixed one", () => {
    const frame = encodeDechdr({ codeId: 0x73, aim: "]Q1", raw: around("", "\r") });
    expect(recognise(thrice(frame))).toMatchObject({ ...clean, protocol: "dechdr", aim: "]Q1", end: [] });
  });

  test("an SSI packet, after the NUL of a cable too", () => {
    const packet = encodePacket({ opcode: 0xf3, source: 0, status: 0, data: around("\x1c", "") });
    expect(recognise(thrice(packet))).toMatchObject({ ...clean, protocol: "ssi", end: [] });
    expect(recognise(thrice(Buffer.concat([latin1("\0"), packet])))).toMatchObject({ ...clean, protocol: "ssi" });
  });
});

describe("damage", () => {
  const spoilt: readonly [RemarkCode, Uint8Array][] = [
    ["decomposed", Buffer.from(testCodeText.normalize("NFD"))],
    ["double-encoded", Buffer.from(Buffer.from(testCodeText).toString("latin1"))],
    ["double-encoded", Buffer.from(new TextDecoder("windows-1252").decode(testCodeBytes))],
    ["question-marks", Buffer.from(testCodeText.replace(/[^\0-\x7f]/g, "?"))],
    ["question-marks", latin1(testCodeText).map((byte, at) => (testCodeText.charCodeAt(at) > 0x7f ? 0x3f : byte))],
    ["question-marks", Buffer.from(testCodeText.replace(/[^\0-\x7f]/g, "\ufffd"))],
    ["question-marks", Buffer.from(testCodeBytes).map((byte) => (byte > 0x7f ? 0x3f : byte))],
    ["letters-dropped", Buffer.from(testCodeText.replace(/[^\0-\x7f]/g, ""))],
    [
      "marks-dropped",
      Buffer.from(testCodeText.normalize("NFD").replace(/\p{M}/gu, "").replace("Đ", "D").replace("Đ", "D")),
    ],
    ["seven-bit", Buffer.from(testCodeBytes).map((byte) => byte & 0x7f)],
    ["windows-1258", windows1258(testCodeText)],
    ["code-page", Buffer.from(testCodeBytes).map((byte) => (byte > 0x7f ? 0xae : byte))],
    ["text-changed", Buffer.from(testCodeText.replace("Nguyễn", "NGUYỄN"))],
    ["text-changed", Buffer.from(testCodeText.replaceAll("|", "/").replace("/END", "|END"))],
    ["utf-16", Buffer.from(testCodeText, "utf16le")],
    ["parity", Buffer.from(testCodeBytes).map((byte) => (byte & 0x7f) | (ones(byte & 0x7f) % 2 === 0 ? 0 : 0x80))],
    ["digits-changed", Buffer.from(testCodeText.replace("0123456789", "123456789"))],
    ["typed-by-keyboard", Buffer.from(testCodeText.replace(testFields.typed, "âđêôưàád9"))],
    ["backslash-changed", Buffer.from(testCodeText.replace("\\", "₫"))],
    ["separator-dropped", Buffer.from(testCodeText.replace("\x1d", ""))],
    ["separator-changed", Buffer.from(testCodeText.replace("\x1d", "<GS>"))],
    ["cut-short", testCodeBytes.subarray(0, 60)],
    ["other-code", Buffer.from("WIFI:S:khach;T:WPA;;")],
    ["other-code", Buffer.from("Trường Thị Nở, ấp Xuân Hòa, xã Thới Thuận")],
    ["garbage", Uint8Array.from({ length: 80 }, (_, at) => (at * 73) % 256)],
    ["garbage", new Uint8Array(90).fill(0xf8)],
    ["telnet", Uint8Array.of(0xff, 0xfd, 0x2c, 0xff, 0xfb, 0x2c)],
  ];

  test.each(spoilt)("%s", (code, bytes) => {
    expect(recognise(thrice(Buffer.concat([bytes, latin1("\r")]))).remarks).toEqual([code]);
  });

  test("covers every remark that bytes can bring about", () => {
    const fromElsewhere = ["nothing-arrived", "keyboard-mode", "prefix-unknown", "prefix-varies", "suffix-unknown"];
    const seen = new Set([
      ...spoilt.map(([code]) => code),
      "ends-differ",
      "no-end",
      "code-id",
      "eci",
      ...fromElsewhere,
    ]);
    expect([...seen].sort()).toEqual(Object.keys(remarks).sort());
  });

  test("of several kinds is told together, faults apart from notes", () => {
    const both = recognise(thrice(Buffer.from(`${testCodeText.normalize("NFD").replace("\x1d", "")}\r`)));
    expect(both.remarks).toEqual(["decomposed", "separator-dropped"]);
    expect(hasFault(both)).toBe(false);
    expect(hasFault(recognise([]))).toBe(true);
  });
});

test("every remark is said in both languages", () => {
  for (const { message, fix } of Object.values(remarks)) {
    expect(message).toMatch(/^\S.* \| \S/);
    expect(fix).toMatch(/^\S.* \| \S/);
  }
});

test("nothing of a foreign code is kept", () => {
  const findings = recognise(thrice(Buffer.from("001099012345|Nguyễn Văn An")));
  expect(JSON.stringify(findings)).not.toMatch(/0010|Nguy|An/);
  expect(findings).toMatchObject({ codes: 0, others: 3, remarks: ["other-code"] });
});

test("the gaps within a scan are measured, those between scans are not", () => {
  const bytes = around("", "\r");
  const arrivals = [0, 30, 95].map((atMs, part) => ({ atMs, bytes: bytes.subarray(part * 40, part * 40 + 40) }));
  const second = { atMs: 900, bytes };
  expect(recognise([...arrivals, second])).toMatchObject({ codes: 2, gapMsMax: 65, end: ["cr"] });
});

test("a code that is repeated without a pause is one scan more", () => {
  expect(recognise([{ atMs: 0, bytes: Buffer.concat([around("]Q1", "\r"), around("]Q1", "\r")]) }])).toMatchObject({
    codes: 1,
    aim: "]Q1",
    end: ["cr"],
    remarks: [],
  });
});

test("any split gives the same, and any bytes give something", () => {
  const bytes = around("]Q1", "\r\n");
  const whole = recognise([{ atMs: 0, bytes }]);
  fc.assert(
    fc.property(fc.array(fc.nat(bytes.length)), (cuts) => {
      const places = [0, ...cuts.sort((a, b) => a - b), bytes.length];
      const parts = places.slice(1).map((to, at) => ({ atMs: 0, bytes: bytes.subarray(places[at], to) }));
      expect(recognise(parts)).toEqual(whole);
    }),
  );
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 300 })), (all) => {
      const arrivals = all.map((own, at) => ({ atMs: at * 500, bytes: own }));
      expect(recognise(arrivals).codes).toBe(0);
    }),
  );
});

function ones(byte: number): number {
  return byte.toString(2).replaceAll("0", "").length;
}

/** An own table of the letters in the test code (Windows-1258, as its code chart has them). */
function windows1258(text: string): Buffer {
  const table: Readonly<Record<string, readonly number[]>> = {
    ễ: [0xea, 0xde],
    ị: [0x69, 0xf2],
    ử: [0xfd, 0xd2],
    Đ: [0xd0],
    ầ: [0xe2, 0xcc],
    ọ: [0x6f, 0xf2],
    ữ: [0xfd, 0xde],
    ẵ: [0xe3, 0xde],
    ộ: [0xf4, 0xf2],
  };
  return Buffer.from(Array.from(text).flatMap((letter) => table[letter] ?? [letter.charCodeAt(0)]));
}
