// The SSI cutter: packets out of a stream, noise and broken packets named, whatever the pieces.
import { describe, expect, it } from "vitest";
import { bytesOf, cut, recordPackets } from "./record-packets.ts";

const ackPacket = "04d00000ff2c";
const scanA = "06f300001c41feaa";
const scanBad = "06f300001c41feab";
const enable = "04e90400ff0f";

describe.each([1, 2, 3, 7, 1_000])("in pieces of %i bytes", (pieceBytes) => {
  const told = (...bursts: string[]) => cut(bursts, pieceBytes);

  it("finds a packet", () => {
    expect(told(scanA)).toEqual([{ packet: scanA }]);
  });

  it("finds packets that came together", () => {
    expect(told(scanA + ackPacket + enable)).toEqual([{ packet: scanA }, { packet: ackPacket }, { packet: enable }]);
  });

  it("tells a wrong checksum, and finds the packet behind it", () => {
    expect(told(scanBad + scanA)).toEqual([{ corrupt: scanBad }, { packet: scanA }]);
  });

  it("counts the wake-up bytes before a packet as noise", () => {
    expect(told(`0000${enable}`)).toEqual([{ why: "noise", bytes: 2 }, { packet: enable }]);
  });

  it("finds a packet behind noise that looks like a length, once the line is silent", () => {
    expect(told(`ff41${scanA}`)).toEqual([{ why: "noise", bytes: 2 }, { packet: scanA }]);
  });

  it("drops half a packet when the line falls silent, and takes the next one", () => {
    expect(told("06f30000", scanA)).toEqual([{ why: "unfinished", bytes: 4 }, { packet: scanA }]);
  });

  it("takes raw text for noise", () => {
    const text = Buffer.from("001090999901|fictitious").toString("hex");
    expect(told(text)).toEqual([{ why: "unfinished", bytes: text.length / 2 }]);
  });

  it("takes lengths below four for noise", () => {
    expect(told(`010203${scanA}`)).toEqual([{ why: "noise", bytes: 3 }, { packet: scanA }]);
  });

  it("takes the shortest and the longest packet", () => {
    const longest = `fff30000${"1c".repeat(251)}`;
    const sum = bytesOf(longest).reduce((total, byte) => total + byte, 0);
    const whole = longest + (-sum & 0xffff).toString(16).padStart(4, "0");
    expect(told(ackPacket + whole)).toEqual([{ packet: ackPacket }, { packet: whole }]);
  });

  it("finds a packet with an opcode or source that nobody knows", () => {
    expect(told("04010000fffb" + "04d00700ff25")).toEqual([{ packet: "04010000fffb" }, { packet: "04d00700ff25" }]);
  });

  it("searches inside bytes that no device would begin a packet with", () => {
    expect(told(`0441424300${scanA}`)).toEqual([{ why: "noise", bytes: 5 }, { packet: scanA }]);
  });
});

it("says whether silence would end something", () => {
  const { cutter } = recordPackets();
  expect(cutter.isInside).toBe(false);
  cutter.push(bytesOf(scanA.slice(0, 6)));
  expect(cutter.isInside).toBe(true);
  cutter.push(bytesOf(scanA.slice(6)));
  expect(cutter.isInside).toBe(false);
});

it("drops what was begun when the line closes, and then stands as new", () => {
  const { cutter, told } = recordPackets();
  cutter.push(bytesOf(scanA.slice(0, 6)));
  cutter.close();
  cutter.push(bytesOf(scanA));
  expect(told).toEqual([{ why: "unfinished", bytes: 3 }, { packet: scanA }]);
});
