// Lines in that no golden vector shows: split streams, words behind words, packets of the wrong side, zones with a wrong digit.
import { expect, it } from "vitest";
import { cobs } from "../../../../command-line/frames/cobs.ts";
import type { Family } from "../../../../command-line/frames/family.ts";
import { honeywellSerial } from "../../../../command-line/frames/honeywell-serial.ts";
import { mrz } from "../../../../command-line/frames/mrz.ts";
import { newlandSerial } from "../../../../command-line/frames/newland-serial.ts";
import { ssi } from "../../../../command-line/frames/ssi.ts";

const decode = (family: Family, ...parts: Uint8Array[]) =>
  family.decode({ parts: parts.map((bytes) => ({ role: "chunk", bytes })), config: {} });
const hex = (text: string) => Buffer.from(text, "hex");

it("COBS: a stream that is split anywhere gives the same pieces", () => {
  const whole = decode(cobs, hex("03112202330005112233440001"));
  expect(whole.map((frame) => "payloadHex" in frame && frame.payloadHex)).toEqual(["11220033", "11223344", ""]);
  for (let at = 0; at <= 13; at += 1) {
    const bytes = hex("03112202330005112233440001");
    expect(decode(cobs, bytes.subarray(0, at), bytes.subarray(at))).toEqual(whole);
  }
});

it("Newland: a word of the older mode behind another word, or in a byte string of its own, is no scan", () => {
  const words = ["$$$$", "@@@@", "#99900114;", "!99900114;", "#1;", "?1;", "&{V1}", "%%%%", "^^^^"];
  const kinds = [undefined, "command", "accepted", "command", "refused", "value", "leave", "left"];
  const joined = decode(newlandSerial, Buffer.from(words.join("")));
  const parted = decode(newlandSerial, ...words.map((word) => Buffer.from(word)));
  for (const frames of [joined, parted]) {
    expect(frames.slice(1).map((frame) => "legacy" in frame && frame["legacy"])).toEqual(kinds.slice(1));
    expect(frames.some((frame) => "endedBy" in frame)).toBe(false);
  }
});

it("Newland: the signs of the older mode within a scan are data", () => {
  expect(decode(newlandSerial, Buffer.from("A#1;!2;\r"))).toMatchObject([{ data: "A#1;!2;", endedBy: "terminator" }]);
});

it("SSI: a scan that comes from the host's side is refused as bad context", () => {
  const scan = ssi.encode({ name: "DECODE_DATA", source: "host", type: "1c", data: "A" });
  expect(decode(ssi, hex(String(scan)))).toMatchObject([{ kind: "discarded", scans: [], reply_hex: "05d1040002ff24" }]);
});

it("MRZ: a zone with a wrong check digit is discarded, told whole, and encoded as it was", () => {
  const lines = ["I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204158UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"];
  const [report] = decode(mrz, Buffer.from(lines.join("")));
  expect(report).toMatchObject({ kind: "discarded", why: "bad-checksum", lines, valid: false });
  expect(mrz.encode({ ...report })).toBe(Buffer.from(lines.join("")).toString("hex"));
});

it("Honeywell: scans that tell their code id, or a profile that asks for it, are encoded with their length", () => {
  const frame = "16fe120000000d4d5347474554303030347351311d4142430d";
  const scan = { data: "ABC", aim: "]Q1" };
  expect(honeywellSerial.encode({ scans: [{ ...scan, codeId: "73", symbology: "QR" }] })).toBe(frame);
  expect(honeywellSerial.encode({ scans: [scan], config: { framing: { lengthPrefix: "decHdr" } } })).toBe(frame);
  expect(honeywellSerial.encode({ scans: [{ data: "ABC" }] })).toBe("4142430d");
});
