// The families readerlink, cobs and crc beyond their golden vectors: messages as members, streams, broken input.
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { cobs } from "../../../../command-line/frames/cobs.ts";
import { crc } from "../../../../command-line/frames/crc.ts";
import { type DecodeInput, type Members, UnfitLine } from "../../../../command-line/frames/family.ts";
import { readerlink } from "../../../../command-line/frames/readerlink.ts";
import { encodeEnvelope } from "../../../../protocol/frame/reader-link/encode-envelope.ts";
import { anyEnvelope } from "../../protocol/frame/reader-link/drafts.ts";

const input = (hex: string, config: Members = {}): DecodeInput => ({
  parts: [{ role: "chunk", bytes: Uint8Array.from(Buffer.from(hex.replaceAll(" ", ""), "hex")) }],
  config,
});

const written = (members: Members): string => String(readerlink.encode(members));

const scanFrame = "2608011208a1b2c3d4e5f60718180762110a044ee1bbaf12035d5131180c2001280404c550ac00";
const scanEnvelope = {
  version: 1,
  boot_id: "a1b2c3d4e5f60718",
  seq: 7,
  scan: { data: "Nữ", data_hex: "4ee1bbaf", aim: "]Q1", age_ms: 12, attempt: 1, length: 4, oversize: false },
};
const ackFrame = "22080112080102030405060708 6a0f0a08a1b2c3d4e5f6071812010718 0176e35d5a00".replaceAll(" ", "");
const ackEnvelope = {
  version: 1,
  boot_id: "0102030405060708",
  seq: 0,
  ack: { boot_id: "a1b2c3d4e5f60718", seq: [7], result: "STORED" },
};

describe("readerlink", () => {
  test.each([
    ["a scan", scanFrame, "ac50c504", scanEnvelope],
    ["its acknowledgement", ackFrame, "5a5de376", ackEnvelope],
  ])("reads %s and writes it again from its members", (_name, hex, crc32c, envelope) => {
    expect(readerlink.decode(input(hex))).toMatchObject([{ kind: "frame", crc32c, frame_hex: hex, envelope }]);
    expect(readerlink.encode({ envelope })).toBe(hex);
  });

  test("writes a scan from text alone, and one that is no text from its bytes", () => {
    const { version, boot_id, seq } = scanEnvelope;
    const scan = { data: "Nữ", aim: "]Q1", age_ms: 12, attempt: 1, length: 4 };
    expect(readerlink.encode({ envelope: { version, boot_id, seq, scan } })).toBe(scanFrame);
    const bytes = written({ envelope: { version, boot_id, seq, scan: { data_hex: "ff" } } });
    expect(readerlink.decode(input(bytes))).toMatchObject([{ envelope: { scan: { data_hex: "ff" } } }]);
  });

  test("reports what is broken and what is unfinished", () => {
    const broken = scanFrame.replace("4e", "4f");
    expect(readerlink.decode(input(`0000${broken}${ackFrame}0401`))).toMatchObject([
      { kind: "discarded", why: "bad-checksum", bytes: 38 },
      { kind: "frame", envelope: ackEnvelope },
      { kind: "incomplete", bytes: 2 },
    ]);
  });

  test.each<readonly [string, Members]>([
    ["nothing to write", {}],
    ["no body", { envelope: { version: 1 } }],
    ["a choice that is none", { envelope: { control: { op: "DANCE" } } }],
    ["more than a limit allows", { envelope: { scan: { data_hex: "00".repeat(3_073) } } }],
    ["more than a frame holds", { payloadHex: "00".repeat(4_093) }],
    ["an empty payload", { payloadHex: "" }],
    ["a number below zero", { envelope: { seq: -1, hello: {} } }],
  ])("refuses %s", (_name, members) => expect(() => readerlink.encode(members)).toThrow(UnfitLine));

  it("gives every message back through its members", () => {
    fc.assert(
      fc.property(anyEnvelope, (draft) => {
        const payloadHex = Buffer.from(encodeEnvelope({ ...draft, version: 1 })).toString("hex");
        const [frame] = readerlink.decode(input(written({ payloadHex })));
        const { envelope, frame_hex } = frame as Members;
        expect(frame).toMatchObject({ kind: "frame", payloadHex });
        expect(readerlink.encode(JSON.parse(JSON.stringify({ envelope })) as Members)).toBe(frame_hex);
      }),
    );
  });
});

describe("cobs", () => {
  test("reads several pieces between 00, and one without", () => {
    expect(cobs.decode(input("00 0101 00 03112202 33 00 0911"))).toMatchObject([
      { kind: "frame", payloadHex: "00" },
      { kind: "frame", payloadHex: "11220033" },
      { kind: "discarded", why: "bad-frame", bytes: 2 },
    ]);
  });

  test("needs bytes to write", () => expect(() => cobs.encode({})).toThrow(UnfitLine));
});

describe("crc", () => {
  const check = "313233343536373839";

  test("answers the one that the profile names", () => {
    expect(crc.decode(input(check, { algorithm: "crc16-xmodem" }))).toMatchObject([
      { algorithm: "crc16-xmodem", width: 16, poly_hex: "1021", init_hex: "0000", value_hex: "31c3" },
    ]);
  });

  test("takes an algorithm that is told by its parameters", () => {
    const parameters = {
      width: 32,
      poly_hex: "04c11db7",
      init_hex: "ffffffff",
      reflected: false,
      xorout_hex: "ffffffff",
    };
    expect(crc.encode({ hex: check, algorithm: "crc32-bzip2", ...parameters })).toBe("fc891918");
  });

  test.each<readonly [string, Members]>([
    ["no bytes", { algorithm: "crc32" }],
    ["no algorithm", { hex: check }],
    ["an unknown name without parameters", { hex: check, algorithm: "crc-of-nobody" }],
    ["a width that is none", { hex: check, width: 64, poly_hex: "01" }],
  ])("refuses %s", (_name, members) => expect(() => crc.encode(members)).toThrow(UnfitLine));
});
