// Scans out of SSI packets: one packet, several that continue each other, and segments of opcode 73.
import { describe, expect, it } from "vitest";
import { opcode } from "../../../../../protocol/frame/ssi/opcodes.ts";
import { type Packet, source, status } from "../../../../../protocol/frame/ssi/packet.ts";
import { ScanAssembler } from "../../../../../protocol/frame/ssi/scan-assembler.ts";
import { segmentData } from "../../../../../protocol/frame/ssi/segment.ts";

const qr = 0x1c;
const text = (length: number, letter = "Z") => new TextEncoder().encode(letter.repeat(length));

function assembler(scanBytesMax = 1_000) {
  const torn: number[] = [];
  return { torn, take: new ScanAssembler(scanBytesMax, (bytes) => torn.push(bytes)) };
}

function decodeData(payload: Uint8Array, isContinued = false, type = qr): Packet {
  const bits = isContinued ? status.continuation : 0;
  return { opcode: opcode.DECODE_DATA, source: source.decoder, status: bits, data: Uint8Array.of(type, ...payload) };
}

function segment(data: Uint8Array): Uint8Array {
  return Uint8Array.of(4 + data.length, opcode.MULTIPACKET_SEGMENT, 0, 0, ...data);
}

const first = (payload: Uint8Array, totalBytes: number) =>
  segment(segmentData({ kind: "first", embeddedOpcode: opcode.DECODE_DATA, type: qr, totalBytes, payload }));
const next = (index: number, payload: Uint8Array) => segment(segmentData({ kind: "next", index, payload }));

describe("one packet", () => {
  it("is a scan", () => {
    const { take } = assembler();
    expect(take.takeDecodeData(decodeData(text(3)))).toEqual({ kind: "scan", type: qr, payload: text(3) });
  });

  it("with the text NR of type 01 says that nothing was read", () => {
    const { take } = assembler();
    const nothing = { kind: "nothing", why: "no-read", bytes: 2 };
    expect(take.takeDecodeData(decodeData(new TextEncoder().encode("NR"), false, 1))).toEqual(nothing);
  });

  it("with the text NR in a QR code is a scan", () => {
    const { take } = assembler();
    expect(take.takeDecodeData(decodeData(new TextEncoder().encode("NR")))).toMatchObject({ kind: "scan" });
  });

  it("with a type and no payload is empty, and so is one without a type", () => {
    const { take } = assembler();
    const packet = decodeData(text(0));
    expect(take.takeDecodeData(packet)).toMatchObject({ why: "empty" });
    expect(take.takeDecodeData({ ...packet, data: text(0) })).toMatchObject({ why: "empty" });
  });
});

describe("packets that continue each other", () => {
  it("are one scan, whose type byte counts once", () => {
    const { take } = assembler();
    expect(take.takeDecodeData(decodeData(text(250, "a"), true))).toEqual({ kind: "part" });
    expect(take.takeDecodeData(decodeData(text(250, "b"), true))).toEqual({ kind: "part" });
    const payload = Uint8Array.of(...text(250, "a"), ...text(250, "b"), ...text(7, "c"));
    expect(take.takeDecodeData(decodeData(text(7, "c")))).toEqual({ kind: "scan", type: qr, payload });
    expect(take.isInside).toBe(false);
  });

  it("are dropped when a packet of another type comes", () => {
    const { take, torn } = assembler();
    take.takeDecodeData(decodeData(text(250), true));
    expect(take.takeDecodeData(decodeData(text(3), false, 0x11))).toEqual({
      kind: "scan",
      type: 0x11,
      payload: text(3),
    });
    expect(torn).toEqual([250]);
  });

  it("are dropped as a whole when they are too long, and the next scan is good", () => {
    const { take } = assembler(600);
    for (let part = 0; part < 3; part += 1) take.takeDecodeData(decodeData(text(250), true));
    const last = take.takeDecodeData(decodeData(text(10)));
    expect(last).toEqual({ kind: "nothing", why: "overflow", bytes: 760 });
    expect(take.takeDecodeData(decodeData(text(600 - 350)))).toMatchObject({ kind: "scan" });
  });

  it("may fill the limit exactly", () => {
    const { take } = assembler(600);
    take.takeDecodeData(decodeData(text(250), true));
    take.takeDecodeData(decodeData(text(250), true));
    const scan = take.takeDecodeData(decodeData(text(100)));
    expect(scan.kind === "scan" && scan.payload.length).toBe(600);
  });
});

describe("segments", () => {
  it("are one scan when the total is reached", () => {
    const { take } = assembler();
    expect(take.takeSegment(first(text(241), 500))).toEqual({ kind: "part" });
    expect(take.takeSegment(next(1, text(250)))).toEqual({ kind: "part" });
    expect(take.takeSegment(next(2, text(9)))).toEqual({ kind: "scan", type: qr, payload: text(500) });
  });

  it("with one missing come to nothing", () => {
    const { take, torn } = assembler();
    take.takeSegment(first(text(241), 500));
    expect(take.takeSegment(next(2, text(9)))).toMatchObject({ why: "bad-frame" });
    expect(torn).toEqual([241]);
  });

  it("beyond the total come to nothing", () => {
    const { take } = assembler();
    take.takeSegment(first(text(241), 242));
    expect(take.takeSegment(next(1, text(9)))).toMatchObject({ why: "bad-frame" });
    expect(take.isInside).toBe(false);
  });

  it.each([
    ["without a first", next(1, text(9))],
    ["too short to say anything", Uint8Array.of(4, 0x73, 0, 0)],
    ["of another message", first(text(1), 1).with(5, opcode.IMAGE_DATA)],
  ])("%s come to nothing", (_name, bytes) => {
    const { take } = assembler();
    expect(take.takeSegment(bytes)).toMatchObject({ why: "bad-frame" });
    expect(take.isInside).toBe(false);
  });

  it("are dropped when a classic scan comes", () => {
    const { take, torn } = assembler();
    take.takeSegment(first(text(241), 500));
    expect(take.takeDecodeData(decodeData(text(3)))).toMatchObject({ kind: "scan" });
    expect(torn).toEqual([241]);
  });
});
