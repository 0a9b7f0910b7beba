// The packets that the broker writes itself, and the gate before the packets it reads.
import fc from "fast-check";
import { generate, type Packet, parser } from "mqtt-packet";
import { expect, test } from "vitest";
import { encodePublish, encodePubrel } from "../../../broker/delivery/publish-packet.ts";
import { PacketGate } from "../../../broker/engine/packet-gate.ts";
import type { Qos } from "../../../broker/store/message.ts";

function parse(bytes: Buffer): Packet | undefined {
  let found: Packet | undefined;
  const reader = parser({ protocolVersion: 4 });
  reader.on("packet", (packet) => {
    found = packet;
  });
  reader.parse(bytes);
  return found;
}

test("a PUBLISH is read as it was written, at every length", () => {
  const fields = fc.record({
    topic: fc.string({ unit: "grapheme", minLength: 1, maxLength: 60 }),
    payload: fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.constantFrom(100, 127, 128, 16_000, 16_383, 16_500, 40_000).map((length) => new Uint8Array(length)),
    ),
    qos: fc.constantFrom<Qos>(0, 1, 2),
    retain: fc.boolean(),
    dup: fc.boolean(),
    messageId: fc.integer({ min: 1, max: 65_535 }),
  });
  fc.assert(
    fc.property(fields, ({ payload, ...rest }) => {
      const { messageId, ...expected } = rest;
      const packet = parse(encodePublish({ ...rest, payload: Buffer.from(payload) }));
      expect(packet).toMatchObject({ cmd: "publish", ...expected, ...(rest.qos > 0 && { messageId }) });
      expect(packet?.cmd === "publish" && Buffer.compare(Buffer.from(packet.payload), Buffer.from(payload))).toBe(0);
    }),
  );
});

test("a PUBREL is read as it was written", () => {
  expect(parse(encodePubrel(0xabcd))).toMatchObject({ cmd: "pubrel", messageId: 0xabcd, qos: 1 });
});

const bodyMax = 1_000;
const packet = fc
  .oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 900, max: 1_100 }), fc.constant(20_000))
  .map((size) => {
    const bytes = generate({
      cmd: "publish",
      topic: "t",
      payload: Buffer.alloc(size),
      qos: 0,
      retain: false,
      dup: false,
    });
    return { bytes, body: 3 + size }; // a length of two bytes, the topic, the payload
  });

test("packets pass however the wire splits them, up to the first that is too long", () => {
  fc.assert(
    fc.property(fc.array(packet, { maxLength: 8 }), fc.array(fc.integer({ min: 1, max: 700 })), (packets, splits) => {
      const gate = new PacketGate(bodyMax);
      const bytes = Buffer.concat(packets.map((one) => one.bytes));
      let at = 0;
      let isOpen = true;
      for (const size of [...splits, bytes.length]) {
        isOpen &&= gate.admits(bytes.subarray(at, at + size));
        at = Math.min(bytes.length, at + size);
      }
      expect(isOpen).toBe(packets.every(({ body }) => body <= bodyMax));
    }),
  );
});

test("a length of five bytes is refused", () => {
  expect(new PacketGate(bodyMax).admits(Buffer.of(0x30, 0xff, 0xff, 0xff, 0xff, 0x01))).toBe(false);
});

test("256 MB are refused at their first bytes", () => {
  expect(new PacketGate(bodyMax).admits(Buffer.of(0x30, 0xff, 0xff, 0xff, 0x7f))).toBe(false);
});
