// What holds for ReaderLink frames whatever bytes come, and however they are split.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeCobs } from "../../protocol/bytes/cobs.ts";
import { crcAlgorithms, makeCrc } from "../../protocol/bytes/crc.ts";
import { decodeEnvelope } from "../../protocol/frame/reader-link/decode-envelope.ts";
import { encodeEnvelope } from "../../protocol/frame/reader-link/encode-envelope.ts";
import { encodeFrame } from "../../protocol/frame/reader-link/encode-frame.ts";
import { anyEnvelope, comparable } from "../unit/protocol/frame/reader-link/drafts.ts";
import { payloadsOf, recordPayloads, type Told } from "../unit/protocol/frame/reader-link/record-payloads.ts";

/** Payloads with and without 00, around the length of a full block and of the longest frame. */
const payload = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 40 }),
  fc
    .tuple(fc.constantFrom(249, 250, 251, 253, 254, 255, 508, 4_092), fc.nat(255))
    .map(([length, byte]) => new Uint8Array(length).fill(byte)),
  fc.uint8Array({ minLength: 250, maxLength: 700 }).map((bytes) => bytes.map((byte) => byte | 1)),
);

/** Good frames, noise, and ends of frames, as a line with faults brings them. */
const stream = fc
  .array(
    fc.oneof(
      payload.map((bytes) => [...encodeFrame(bytes)]),
      fc.uint8Array({ maxLength: 30 }).map((bytes) => [...bytes]),
      fc.constant([0, 0]),
      fc.constant(Array<number>(4_200).fill(0x41)),
    ),
    { maxLength: 8 },
  )
  .map((parts) => Uint8Array.from(parts.flat()));

const split = fc.array(fc.constantFrom(1, 2, 3, 7, 12, 13, 64, 500, 5_000), { minLength: 1, maxLength: 6 });

function inChunks(bytes: Uint8Array, lengths: readonly number[]): readonly Told[] {
  const { reader, told } = recordPayloads();
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const length = lengths[turn % lengths.length] ?? 1;
    const chunk = bytes.slice(at, at + length);
    reader.push(chunk);
    chunk.fill(0xee); // the port uses its memory again
    at += length;
  }
  reader.close();
  return told;
}

const plainCrc = makeCrc(crcAlgorithms.crc32c);

/** The rules written once more, without care for speed: frames between 00, each judged by itself. */
function judgedOneByOne(bytes: Uint8Array): readonly Told[] {
  const frames = Buffer.from(bytes).toString("latin1").split("\0");
  const last = frames.pop() ?? "";
  const told = frames.filter((frame) => frame !== "").map((frame) => judged(Buffer.from(frame, "latin1")));
  return last === "" ? told : [...told, { kind: "discarded", why: "closed", bytes: last.length }];
}

function judged(frame: Uint8Array): Told {
  const why = (reason: Extract<Told, { kind: "discarded" }>["why"]): Told => ({
    kind: "discarded",
    why: reason,
    bytes: frame.length,
  });
  if (frame.length > 4_113) return why("overflow");
  const plain = decodeCobs(Uint8Array.from(frame));
  if (plain === undefined) return why("bad-frame");
  if (plain.length < 5 || plain.length > 4_096) return why("bad-length");
  const crc = Buffer.from(plain).readUInt32LE(plain.length - 4);
  if (crc !== plainCrc(plain, 0, plain.length - 4)) return why("bad-checksum");
  return { kind: "payload", payload: plain.slice(0, -4) };
}

describe("frames", () => {
  it("give the same payloads and losses for every split, and those that each frame has by itself", () => {
    fc.assert(
      fc.property(stream, split, (bytes, lengths) => {
        expect(inChunks(bytes, lengths)).toEqual(judgedOneByOne(bytes));
      }),
      { numRuns: 500 },
    );
  });

  it("give back every payload", () => {
    fc.assert(
      fc.property(fc.array(payload, { maxLength: 5 }), (payloads) => {
        const bytes = Uint8Array.from(payloads.flatMap((each) => [...encodeFrame(each)]));
        expect(payloadsOf(bytes)).toEqual(payloads.map((each) => ({ kind: "payload", payload: each })));
      }),
    );
  });

  it("never give another payload for one turned bit", () => {
    fc.assert(
      fc.property(payload, fc.nat(), fc.nat(7), (bytes, place, bit) => {
        const frame = encodeFrame(bytes);
        const at = place % frame.length;
        frame[at] = (frame[at] ?? 0) ^ (1 << bit);
        expect(payloadsOf(frame).filter(({ kind }) => kind === "payload")).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });

  it("give nothing for one that breaks off", () => {
    fc.assert(
      fc.property(payload, fc.nat(), (bytes, place) => {
        const frame = encodeFrame(bytes);
        const cut = frame.subarray(0, place % (frame.length - 1)); // the last byte is the 00 itself
        expect(payloadsOf(Uint8Array.from([...cut, 0])).filter(({ kind }) => kind === "payload")).toEqual([]);
      }),
    );
  });
});

it("messages come back as they were sent", () => {
  fc.assert(
    fc.property(anyEnvelope, (envelope) => {
      const [told] = payloadsOf(encodeFrame(encodeEnvelope(envelope)));
      if (told?.kind !== "payload") throw new Error("no payload");
      expect(comparable(decodeEnvelope(told.payload))).toEqual(comparable(envelope));
    }),
    { numRuns: 500 },
  );
});

it("a message that breaks off anywhere is refused or shorter, and never thrown at", () => {
  fc.assert(
    fc.property(anyEnvelope, fc.nat(), (envelope, place) => {
      const payload = encodeEnvelope(envelope);
      const cut = decodeEnvelope(payload.subarray(0, place % payload.length));
      expect(cut === undefined || typeof cut.body.kind === "string").toBe(true);
    }),
  );
});
