// The packets that the broker writes itself.
import fc from "fast-check";
import { type Packet, parser } from "mqtt-packet";
import { expect, test } from "vitest";
import { encodePublish, encodePubrel } from "../../../broker/delivery/publish-packet.ts";
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
