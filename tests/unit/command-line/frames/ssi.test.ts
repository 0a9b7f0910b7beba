// The family `ssi` beyond the golden vectors: long scans, repeats, wrong lengths, and what --encode builds from names alone.
import { describe, expect, it } from "vitest";
import type { NamedHex } from "../../../../command-line/frames/family.ts";
import { ssi } from "../../../../command-line/frames/ssi.ts";
import { bytesOfHex } from "../../../../protocol/bytes/hex.ts";
import { opcodes } from "../../../../protocol/frame/ssi/opcodes.ts";

const decode = (...parts: string[]) =>
  ssi.decode({
    parts: parts.map((hex) => ({ role: "chunk", bytes: bytesOfHex(hex) ?? new Uint8Array() })),
    config: {},
  });
const ack = "04d00400ff28";

it("tells the scan of several packets at its last one, and acknowledges each", () => {
  const payload = "a".repeat(600);
  const packets = ssi.encode({ type: "1c", data: payload }) as readonly NamedHex[];
  expect(packets).toHaveLength(3);
  const frames = decode(...packets.map(({ hex }) => hex));
  expect(frames).toMatchObject([
    { status: { continuation: true }, scans: [], reply_hex: ack },
    { status: { continuation: true }, scans: [], reply_hex: ack },
    { status: { continuation: false }, scans: [{ symbology: "QR", data: payload }], reply_hex: ack },
  ]);
  expect(frames.map((frame) => ssi.encode({ ...frame }))).toEqual(packets.map(({ hex }) => hex));
});

it("joins the segments of opcode 73, and answers each in its way", () => {
  const segment = (members: object) =>
    ssi.encode({ opcode: "73", type: "1c", total_length: 500, data_byte: "5a", ...members }) as string;
  const frames = decode(
    segment({ segment_index: 0, data_bytes_here: 241 }),
    segment({ segment_index: 1, data_bytes_here: 250 }),
    segment({ segment_index: 2, data_bytes_here: 9 }),
  );
  expect(frames).toMatchObject([
    { reply_hex: "04740400ff84" },
    { reply_hex: "04740400ff84" },
    { scans: [{ symbology: "QR", data: "Z".repeat(500) }], reply_hex: ack },
  ]);
});

it("tells a scan that was sent again once", () => {
  const scan = ssi.encode({ type: "1c", data: "A" }) as string;
  const again = ssi.encode({ type: "1c", data: "A", status: { retransmit: true } }) as string;
  expect(decode(scan, again)).toMatchObject([
    { scans: [{ data: "A" }], reply_hex: ack },
    { scans: [], duplicate: true, reply_hex: ack },
  ]);
  expect(decode(again)).toMatchObject([{ scans: [{ data: "A" }] }]);
});

it.each([
  ["cut short", "06f300001c41", [{ kind: "incomplete", bytes: 6 }]],
  ["with a length that is none", `03f300${ack}`, [{ kind: "discarded", why: "noise" }]],
  ["empty", "", []],
])("says what is wrong with bytes that are %s", (_name, hex, told) => {
  expect(decode(hex).slice(0, 1)).toMatchObject(told);
});

it("gives the bytes of a scan that is no UTF-8", () => {
  const hex = ssi.encode({ type: "1b", payloadHex: "ff41" }) as string;
  expect(decode(hex)).toMatchObject([{ scans: [{ symbology: "Data Matrix", data_hex: "ff41" }] }]);
});

it("refuses what only a host sends, and what nobody sends, when a decoder sends it", () => {
  const packet = (opcode: string) => ssi.encode({ opcode, source: "decoder" }) as string;
  expect(decode(packet("e6"), packet("01"), packet("f6"))).toMatchObject([
    { name: "BEEP", reply_hex: "05d1040002ff24" },
    { name: "none", reply_hex: "05d1040002ff24" },
    { name: "EVENT", reply_hex: ack },
  ]);
});

describe("every message of the guide", () => {
  it.each(opcodes.map(({ name, code }) => [name, code] as const))(
    "%s is built from its name and read back",
    (name, code) => {
      if (name === "DECODE_DATA" || name === "MULTIPACKET_SEGMENT") return;
      const hex = ssi.encode({ name, data_hex: "0102", status: { permanent: true, extra: "a0" } }) as string;
      const status = { retransmit: false, continuation: false, permanent: true, extra: "a0" };
      expect(decode(hex)).toMatchObject([
        { name, opcode: code.toString(16).padStart(2, "0"), data_hex: "0102", status },
      ]);
    },
  );
});

it.each([
  ["nothing to build from", {}],
  ["a scan without data", { type: "1c" }],
  ["a symbology that nobody knows", { scans: [{ symbology: "none such", data: "A" }] }],
  ["too much data", { opcode: "f6", data_hex: "00".repeat(252) }],
  ["a source that is none", { opcode: "f6", source: "nobody" }],
  ["a segment without data", { opcode: "73", segment_index: 0 }],
])("refuses to build from %s", (_name, members) => {
  expect(() => ssi.encode(members)).toThrow();
});
