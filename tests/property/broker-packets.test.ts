// Packets of another program's generator pass the check unchanged under any split; wrong bytes end in a refusal, never in an error.
import fc from "fast-check";
import { generate, type Packet, parser } from "mqtt-packet";
import { expect, test } from "vitest";
import { PacketStream } from "../../broker/packet/packet-stream.ts";
import { textFault } from "../../broker/packet/text.ts";

const limits = { packetBytesMax: 3_000, filtersPerPacketMax: 10 };

const clean = (text: string) => textFault(new TextEncoder().encode(text)) === undefined;
const text = (minLength: number) => fc.string({ unit: "grapheme", minLength, maxLength: 20 }).filter(clean);
const topic = text(1).filter((name) => !/[+#]/.test(name));
const filter = fc
  .tuple(fc.array(fc.oneof(fc.constant("+"), topic), { minLength: 1, maxLength: 4 }), fc.boolean())
  .map(([levels, isOpen]) => [...levels, ...(isOpen ? ["#"] : [])].join("/"));
const qos = fc.constantFrom<0 | 1 | 2>(0, 1, 2);
const messageId = fc.integer({ min: 1, max: 65_535 });
const payload = fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes));
const retain = fc.boolean();

const connect: fc.Arbitrary<Packet> = fc
  .record({
    clientId: text(1),
    clean: fc.boolean(),
    keepalive: fc.integer({ min: 0, max: 65_535 }),
    will: fc.option(fc.record({ topic: topic.filter((name) => !name.startsWith("$")), payload, qos, retain }), {
      nil: undefined,
    }),
    user: fc.option(fc.record({ username: text(1), password: payload }), { nil: undefined }),
  })
  .map(({ user, will, ...rest }) => ({
    cmd: "connect",
    protocolId: "MQTT",
    protocolVersion: 4,
    ...rest,
    ...(will !== undefined && { will }),
    ...user,
  }));

const acknowledgement: fc.Arbitrary<Packet> = fc
  .tuple(fc.constantFrom("puback", "pubrec", "pubrel", "pubcomp"), messageId)
  .map(([cmd, id]) => ({ cmd, messageId: id }) as Packet);

const afterConnect: fc.Arbitrary<Packet> = fc.oneof(
  fc
    .record({ topic, payload, qos, retain, dup: fc.boolean(), messageId })
    .map((fields): Packet => ({ cmd: "publish", ...fields, dup: fields.dup && fields.qos > 0 })),
  acknowledgement,
  fc
    .record({
      messageId,
      subscriptions: fc.array(fc.record({ topic: filter, qos }), { minLength: 1, maxLength: 10 }),
    })
    .map((fields): Packet => ({ cmd: "subscribe", ...fields })),
  fc
    .record({ messageId, unsubscriptions: fc.array(filter, { minLength: 1, maxLength: 10 }) })
    .map((fields): Packet => ({ cmd: "unsubscribe", ...fields })),
  fc.constant<Packet>({ cmd: "pingreq" }),
);

const conversation = fc
  .tuple(connect, fc.array(afterConnect, { maxLength: 12 }), fc.boolean())
  .map(([first, rest, isEnded]) =>
    Buffer.concat([first, ...rest, ...(isEnded ? [{ cmd: "disconnect" } as Packet] : [])].map((one) => generate(one))),
  );

const splits = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 20 });

/** What passes of the bytes, cut into these sizes in turn, and why it ended. */
function run(bytes: Uint8Array, sizes: readonly number[]) {
  const stream = new PacketStream(limits);
  const passed: Uint8Array[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    const passage = stream.push(bytes.subarray(at, at + size));
    passed.push(...passage.passed.map((piece) => piece.slice()));
    if (passage.refusal !== undefined) return { passed: Buffer.concat(passed), refusal: passage.refusal };
    at += size;
  }
  return { passed: Buffer.concat(passed), refusal: undefined };
}

test("valid packets pass unchanged under any split", () => {
  fc.assert(
    fc.property(conversation, splits, (bytes, sizes) => {
      const { passed, refusal } = run(bytes, sizes);
      expect(refusal).toBeUndefined();
      expect(passed.equals(bytes)).toBe(true);
    }),
    { numRuns: 500 },
  );
});

const changes = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 3 });
const changed = fc.tuple(conversation, changes).map(([original, places]) => {
  const bytes = Buffer.from(original);
  for (const [at, value] of places) bytes[at % bytes.length] = value;
  return bytes;
});

test("bytes of which some are changed get the same answer under any split, and what passes is a beginning of them", () => {
  fc.assert(
    fc.property(changed, splits, (bytes, sizes) => {
      const whole = run(bytes, [bytes.length]);
      const split = run(bytes, sizes);
      expect(split.refusal).toBe(whole.refusal);
      expect(split.passed.equals(whole.passed)).toBe(true);
      expect(bytes.subarray(0, whole.passed.length).equals(whole.passed)).toBe(true);
    }),
    { numRuns: 1_000 },
  );
});

test("the engine's parser takes whatever passes, and nothing of it is left over", () => {
  const noise = fc.tuple(connect, fc.uint8Array({ maxLength: 60 }));
  const hostile = fc.oneof(
    changed,
    noise.map(([first, bytes]) => Buffer.concat([generate(first), bytes])),
  );
  let passedCount = 0;
  fc.assert(
    fc.property(hostile, (bytes) => {
      const { passed } = run(bytes, [bytes.length]);
      const errors: Error[] = [];
      const engine = parser();
      engine.on("error", (error) => errors.push(error));
      engine.on("packet", () => {
        passedCount += 1;
      });
      expect(passed.length === 0 ? 0 : engine.parse(passed)).toBe(0);
      expect(errors).toEqual([]);
    }),
    { numRuns: 3_000 },
  );
  expect(passedCount).toBeGreaterThan(1_000);
});

test("any bytes after a CONNECT get the same answer under any split", () => {
  fc.assert(
    fc.property(connect, fc.uint8Array({ maxLength: 200 }), splits, (first, noise, sizes) => {
      const bytes = Buffer.concat([generate(first), noise]);
      expect(run(bytes, sizes)).toEqual(run(bytes, [bytes.length]));
    }),
    { numRuns: 1_000 },
  );
});

test("a text is found well-formed exactly when a strict decoder takes it", () => {
  const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const isTaken = (bytes: Uint8Array) => {
    try {
      strict.decode(bytes);
      return true;
    } catch {
      return false;
    }
  };
  const sequence = fc.oneof(
    fc.uint8Array({ maxLength: 6 }),
    fc
      .tuple(fc.integer({ min: 0xc0, max: 0xff }), fc.uint8Array({ min: 0x78, max: 0xc8, maxLength: 4 }))
      .map(([first, rest]) => Uint8Array.of(first, ...rest)),
    fc.string({ unit: "binary", maxLength: 3 }).map((value) => new TextEncoder().encode(value)),
  );
  fc.assert(
    fc.property(sequence, (bytes) => {
      const fault = textFault(bytes);
      if (fault !== "text-with-nul") expect(fault !== "text-malformed").toBe(isTaken(bytes));
      else expect(bytes).toContain(0);
    }),
    { numRuns: 5_000 },
  );
});
