// Packets of another program's generator pass the check unchanged under any split; wrong bytes end in a refusal, never in an error.
import fc from "fast-check";
import { generate, parser } from "mqtt-packet";
import { expect, test } from "vitest";
import { PacketStream } from "../../broker/packet/packet-stream.ts";
import { textFault } from "../../broker/packet/text.ts";
import {
  changedConversation as changed,
  connectPacket as connect,
  conversation,
} from "../fixtures/mqtt-conversations.ts";

const limits = { packetBytesMax: 3_000, connectBytesMax: 3_000, filtersPerPacketMax: 10 };

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
