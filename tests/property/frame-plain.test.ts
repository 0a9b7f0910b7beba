// What holds for the plain framer whatever bytes come, and however they are split.
import fc from "fast-check";
import { expect, it } from "vitest";
import { encodePlain } from "../../protocol/frame/encode-plain.ts";
import { PlainFramer } from "../../protocol/frame/plain-framer.ts";
import {
  defaultPlainFraming,
  type PlainFraming,
  type Terminator,
  terminators,
} from "../../protocol/frame/plain-framing.ts";
import { recordFrames, type Told } from "../unit/protocol/frame/record-frames.ts";

/** Small, so that the limit is met often; the first buffer of the framer is larger, the last case smaller than a chunk. */
const framings: fc.Arbitrary<PlainFraming> = fc.record({
  stx: fc.boolean(),
  terminators: fc.subarray<Terminator>(["cr", "lf", "crlf", "tab"]),
  aim: fc.constantFrom("none" as const, "optional" as const, "required" as const),
  scanBytesMax: fc.constantFrom(1, 8, 40, 700, 1_100),
  refuseTelnet: fc.boolean(),
});

/** Bytes that mean something to the framer come as often as all others together; runs make scans long enough for every path. */
const mark = fc.constantFrom(0x02, 0x03, 0x09, 0x0a, 0x0d, 0x5d, 0x51, 0x31, 0xff, 0xfb, 0xfd).map((byte) => [byte]);
const run = fc.tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 1, max: 300 }));
const text = run.map(([byte, length]) => Array<number>(length).fill(byte));
const stream = fc.array(fc.oneof(mark, text), { maxLength: 30 }).map((parts) => Uint8Array.from(parts.flat()));

/** Lengths of the chunks, used in turn. */
const split = fc.array(fc.constantFrom(1, 2, 3, 15, 31, 32, 33, 47, 48, 49, 64, 200, 4_096), {
  minLength: 1,
  maxLength: 8,
});

function frameInChunks(framing: PlainFraming, bytes: Uint8Array, lengths: readonly number[]): Told[] {
  return frameBursts(framing, [bytes], lengths, true);
}

/** Silence follows each burst, and the port closes in the end. */
function frameBursts(
  framing: PlainFraming,
  bursts: readonly Uint8Array[],
  lengths: readonly number[],
  asBuffer: boolean,
): Told[] {
  const { framer, told } = recordFrames(framing);
  for (const burst of bursts) {
    pushInChunks(framer, burst, lengths, asBuffer);
    framer.idle();
  }
  framer.close();
  return told;
}

function pushInChunks(framer: PlainFramer, bytes: Uint8Array, lengths: readonly number[], asBuffer: boolean): void {
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const length = lengths[turn % lengths.length] ?? 1;
    const chunk = bytes.slice(at, at + length);
    framer.push(asBuffer ? Buffer.from(chunk.buffer) : chunk);
    chunk.fill(0xee); // the port uses its memory again
    at += length;
  }
}

it("gives the same scans and losses for every split", () => {
  const bursts = fc.array(stream, { maxLength: 4 });
  fc.assert(
    fc.property(framings, bursts, split, fc.boolean(), (framing, bytes, lengths, asBuffer) => {
      const whole = frameBursts(framing, bytes, [Number.MAX_SAFE_INTEGER], true);
      expect(frameBursts(framing, bytes, lengths, asBuffer)).toEqual(whole);
    }),
    { numRuns: 1_000 },
  );
});

it("finds what a plain split of the text finds", () => {
  const framing: PlainFraming = { ...defaultPlainFraming, aim: "none", scanBytesMax: 100_000 };
  fc.assert(
    fc.property(stream, split, (bytes, lengths) => {
      const expected = Buffer.from(bytes)
        .toString("latin1")
        .split(/[\r\n\t]/)
        .filter((part) => part !== "");
      const scans = frameInChunks(framing, bytes, lengths).map((told) => ("scan" in told ? told.scan : told));
      expect(scans).toEqual(expected);
    }),
  );
});

it("loses no byte uncounted", () => {
  const framing: PlainFraming = { ...defaultPlainFraming, aim: "none", terminators: ["cr"], scanBytesMax: 40 };
  fc.assert(
    fc.property(stream, split, (bytes, lengths) => {
      const told = frameInChunks(framing, bytes, lengths);
      const counted = told.reduce((sum, each) => sum + ("scan" in each ? each.scan.length : each.bytes), 0);
      expect(counted).toBe(bytes.filter((byte) => byte !== 0x0d).length);
    }),
  );
});

it("gives back what was encoded", () => {
  const payload = fc.uint8Array({ minLength: 1, maxLength: 500 });
  const ends = new Set<number>(Object.values(terminators).flat());
  const safe = payload.map((bytes) => bytes.map((byte) => (ends.has(byte) || byte === 0x03 ? 0x41 : byte)));
  const terminator = fc.constantFrom<Terminator | "none">("cr", "lf", "crlf", "tab", "none");
  const aims = fc.constantFrom("", "]Q1", "]d2");
  fc.assert(
    fc.property(fc.boolean(), safe, terminator, aims, split, (stx, bytes, end, aim, lengths) => {
      fc.pre(stx || bytes[0] !== 0x02 || aim !== "");
      fc.pre(aim !== "" || bytes[0] !== 0x5d);
      const framing: PlainFraming = { ...defaultPlainFraming, stx };
      const told = frameInChunks(framing, encodePlain(bytes, framing, end, aim), lengths);
      const endedBy = stx ? "etx" : end === "none" ? "idle" : "terminator";
      const scan = Buffer.from(bytes).toString("latin1");
      expect(told).toEqual([aim === "" ? { scan, endedBy } : { scan, endedBy, aim }]);
    }),
  );
});

it("keeps no more than the limit of an endless scan, and takes time in proportion", () => {
  let dropped = 0;
  const framer = new PlainFramer(defaultPlainFraming, {
    scan: () => undefined,
    discarded: (_why, bytes) => {
      dropped += bytes;
    },
  });
  const chunk = Buffer.alloc(64, 0x39);
  const before = process.memoryUsage().arrayBuffers;
  for (let sent = 0; sent < 64 * 1024 * 1024; sent += chunk.length) framer.push(chunk);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1024 * 1024);
  framer.close();
  expect(dropped).toBe(64 * 1024 * 1024);
});
