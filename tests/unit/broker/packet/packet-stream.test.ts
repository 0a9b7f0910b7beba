// What passes the check of packets, what is refused and why, byte by byte.
import { expect, test } from "vitest";
import { packetRefusals, returnCodeOf } from "../../../../broker/packet/packet-refusal.ts";
import { PacketStream } from "../../../../broker/packet/packet-stream.ts";
import {
  connect,
  disconnect,
  joined,
  packet,
  ping,
  publish,
  subscribe,
  text,
  unsubscribe,
} from "../../../fixtures/mqtt-bytes.ts";
import { wrongPacketLimits, wrongPackets } from "../../../fixtures/wrong-packets.ts";

/** Pushes the bytes in pieces of that size. */
function run(bytes: Uint8Array, size = bytes.length) {
  const stream = new PacketStream(wrongPacketLimits);
  const passed: number[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    const passage = stream.push(bytes.subarray(at, at + size));
    passed.push(...passage.passed.flatMap((piece) => [...piece]));
    if (passage.refusal !== undefined) return { passed, refusal: passage.refusal, stream };
  }
  return { passed, refusal: undefined, stream };
}

test.each(wrongPackets)("$what is refused as $refusal, however it is split", ({ packets, refusal, returnCode }) => {
  const before = joined(packets.slice(0, -1));
  for (const size of [1, 2, 7, 100_000]) {
    const result = run(joined(packets), size);
    expect(result).toMatchObject({ refusal, passed: [...before] });
  }
  expect(returnCodeOf(refusal)).toBe(returnCode);
});

test("every reason has a sequence that leads to it", () => {
  const found = new Set(wrongPackets.map(({ refusal }) => refusal));
  const timed = "packet-too-slow"; // by the clock, not by a byte
  expect(Object.keys(packetRefusals).filter((refusal) => refusal !== timed)).toEqual(
    Object.keys(packetRefusals).filter((refusal) => found.has(refusal as never)),
  );
});

const will = [...text("c"), ...text("w"), 0, 0];
test.each([
  ["a CONNECT", connect()],
  ["an empty client id", connect({ payload: text("") })],
  ["a kept session", connect({ flags: 0 })],
  ["a will of QoS 0", connect({ flags: 0x06, payload: will })],
  ["a retained will of QoS 2", connect({ flags: 0x36, payload: will })],
  ["a user name alone", connect({ flags: 0x82, payload: [...text("c"), ...text("u")] })],
  ["a user name and an empty password", connect({ flags: 0xc2, payload: [...text("c"), ...text("u"), 0, 0] })],
  ["a password of any bytes", connect({ flags: 0xc2, payload: [...text("c"), ...text("u"), 0, 3, 0, 0xff, 0x80] })],
  ["a CONNECT in a longer form of the length", packet(0x10, connect().subarray(2), [0x8d, 0x80, 0x80, 0x00])],
])("%s passes", (_what, bytes) => {
  for (const size of [1, 3, 1_000]) expect(run(bytes, size)).toMatchObject({ refusal: undefined, passed: [...bytes] });
});

const allowedAfterConnect: readonly (readonly [string, Uint8Array])[] = [
  ["QoS 0", publish(text("t"))],
  ["QoS 0, retained", publish(text("t"), 0x31)],
  ["QoS 1 again", publish(text("t"), 0x3a, [0xff, 0xff])],
  ["QoS 2", publish(text("t"), 0x34, [1, 0])],
  ["no payload", packet(0x30, text("t"))],
  ["Vietnamese letters, an emoji and U+FEFF", publish(text("quầy/🏥/\uFEFF"))],
  ["U+10FFFD, U+E000 and U+0080's neighbours", publish(text("\u{10FFFD}\uE000~\u00A0"))],
  ["levels that are empty", publish(text("/a//"))],
  ["as many bytes as are allowed", packet(0x30, [...text("t"), ...new Uint8Array(1_997)])],
  ["PUBACK", packet(0x40, [0, 1])],
  ["PUBREC", packet(0x50, [0, 1])],
  ["PUBREL", packet(0x62, [0, 1])],
  ["PUBCOMP", packet(0x70, [0, 1])],
  ["PINGREQ", ping],
  ["DISCONNECT", disconnect],
  ...["#", "+", "/", "a", "+/+", "a/#", "/+", "+/a/#", "$SYS/#", " "].flatMap((filter) => [
    [`the filter ${filter}`, subscribe(text(filter), 2)] as const,
    [`dropping ${filter}`, unsubscribe(text(filter))] as const,
  ]),
];

test.each(allowedAfterConnect)("%s passes after CONNECT", (_what, bytes) => {
  for (const size of [1, 3, 5_000]) {
    const all = joined([connect(), bytes]);
    expect(run(all, size)).toMatchObject({ refusal: undefined, passed: [...all] });
  }
});

test("a client id is known once its CONNECT has passed", () => {
  expect(run(connect({ payload: text("38xxx:quay-01") })).stream.clientId).toEqual(
    new TextEncoder().encode("38xxx:quay-01"),
  );
  expect(run(connect({ flags: 3 })).stream.clientId).toBeUndefined();
});

test("a packet that is not whole is known as such", () => {
  const { stream } = run(connect());
  expect(stream.isInsidePacket).toBe(false);
  stream.push(Uint8Array.of(0x30));
  expect(stream.isInsidePacket).toBe(true);
  stream.push(Uint8Array.of(0x04, ...text("t")));
  expect(stream.isInsidePacket).toBe(true);
  stream.push(Uint8Array.of(0x78));
  expect(stream.isInsidePacket).toBe(false);
});

test("nothing passes after a refusal", () => {
  const { stream } = run(joined([connect(), packet(0x00, [])]));
  expect(stream.push(ping)).toMatchObject({ passed: [], refusal: "type-reserved" });
});

test("a chunk of whole packets passes without a copy", () => {
  const bytes = joined([connect(), ping, publish(text("t"))]);
  const { passed } = new PacketStream(wrongPacketLimits).push(bytes);
  expect(passed).toHaveLength(1);
  expect(passed[0]?.buffer).toBe(bytes.buffer);
});

test("a CONNECT has a bound of its own, and packets beyond so many wait in the chunk", () => {
  const limits = { packetBytesMax: 2_000, connectBytesMax: 1_100, filtersPerPacketMax: 3 };
  expect(new PacketStream(limits).push(Uint8Array.of(0x10, 0xcd, 0x08))).toMatchObject({ refusal: "packet-too-long" });
  const stream = new PacketStream(limits);
  const bytes = joined([connect(), ping, ping, ping]);
  const { taken, packets, unpaced } = stream.push(bytes, 2);
  expect({ taken, packets, unpaced }).toEqual({ taken: bytes.length - 2 * ping.length, packets: 2, unpaced: 2 });
  expect(stream.push(bytes.subarray(taken))).toMatchObject({ packets: 2, refusal: undefined });
});
