// ReaderLink frames: the worked ones, the limits, and every way to be broken.
import { describe, expect, it, test } from "vitest";
import { encodeCobs } from "../../../../../protocol/bytes/cobs.ts";
import { decodeEnvelope } from "../../../../../protocol/frame/reader-link/decode-envelope.ts";
import { encodeEnvelope } from "../../../../../protocol/frame/reader-link/encode-envelope.ts";
import { encodeFrame } from "../../../../../protocol/frame/reader-link/encode-frame.ts";
import type { EnvelopeDraft } from "../../../../../protocol/frame/reader-link/messages.ts";
import { comparable } from "./drafts.ts";
import { payloadsOf, recordPayloads } from "./record-payloads.ts";

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(" ", ""), "hex"));
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

/** The two worked frames of the reference, which protoc has verified. */
const worked: readonly (readonly [name: string, envelope: EnvelopeDraft, frame: string])[] = [
  [
    "a scan",
    {
      version: 1,
      bootId: bytesOf("a1b2c3d4e5f60718"),
      seq: 7,
      body: { kind: "scan", data: Buffer.from("Nữ"), aim: "]Q1", ageMs: 12, attempt: 1, length: 4, oversize: false },
    },
    "26 08 01 12 08 A1 B2 C3 D4 E5 F6 07 18 18 07 62 11 0A 04 4E E1 BB AF 12 03 5D 51 31 18 0C 20 01 28 04 04 C5 50 AC 00",
  ],
  [
    "its acknowledgement",
    {
      version: 1,
      bootId: bytesOf("0102030405060708"),
      seq: 0,
      body: { kind: "ack", bootId: bytesOf("a1b2c3d4e5f60718"), seq: [7], result: "stored" },
    },
    "22 08 01 12 08 01 02 03 04 05 06 07 08 6A 0F 0A 08 A1 B2 C3 D4 E5 F6 07 18 12 01 07 18 01 76 E3 5D 5A 00",
  ],
];

describe("the worked frames", () => {
  test.each(worked)("%s is written and read exactly", (_name, envelope, frame) => {
    expect(hexOf(encodeFrame(encodeEnvelope(envelope)))).toBe(hexOf(bytesOf(frame)));
    const [first, ...others] = payloadsOf(bytesOf(frame));
    expect(others).toEqual([]);
    if (first?.kind !== "payload") throw new Error("no payload");
    expect(comparable(decodeEnvelope(first.payload))).toEqual(comparable(envelope));
  });

  test("a payload of one short field is framed as the reference says", () => {
    expect(hexOf(encodeFrame(bytesOf("0a0548656c6c6f")))).toBe("0c0a0548656c6c6feeea7bbc00");
  });
});

const longest = new Uint8Array(4_092).fill(0x41);

describe("the limits", () => {
  it("lets the longest payload through: 4,114 bytes on the wire", () => {
    const frame = encodeFrame(longest);
    expect(frame.length).toBe(4_114);
    expect(payloadsOf(frame)).toEqual([{ kind: "payload", payload: longest }]);
  });

  it("lets the shortest payload through", () => {
    expect(payloadsOf(encodeFrame(Uint8Array.of(0)))).toEqual([{ kind: "payload", payload: Uint8Array.of(0) }]);
  });

  test.each([0, 4_093])("writes no payload of %d bytes", (length) => {
    expect(() => encodeFrame(new Uint8Array(length))).toThrow(RangeError);
  });

  it("drops what is longer than any frame up to its end, and reads on behind it", () => {
    const overrun = new Uint8Array(4_114).fill(0x41);
    const good = encodeFrame(Uint8Array.of(1));
    expect(payloadsOf(Uint8Array.from([...overrun, 0, ...good]))).toEqual([
      { kind: "discarded", why: "overflow", bytes: 4_114 },
      { kind: "payload", payload: Uint8Array.of(1) },
    ]);
  });

  it("counts an endless frame once, however it comes in", () => {
    const { reader, told } = recordPayloads();
    for (let count = 0; count < 200; count += 1) reader.push(new Uint8Array(1_000).fill(0x41));
    expect(told).toEqual([]);
    reader.push(Uint8Array.of(0));
    expect(told).toEqual([{ kind: "discarded", why: "overflow", bytes: 200_000 }]);
  });
});

describe("broken frames", () => {
  const good = encodeFrame(Uint8Array.of(1, 2, 3));
  const dropped = (bytes: Uint8Array) => payloadsOf(bytes).map((told) => (told.kind === "discarded" ? told.why : ""));

  test("are dropped for a wrong checksum", () => {
    const spoilt = good.slice();
    spoilt[2] = 0x55;
    expect(dropped(spoilt)).toEqual(["bad-checksum"]);
  });

  test("are dropped for a form that is no COBS", () => {
    expect(dropped(Uint8Array.of(9, 1, 2, 0))).toEqual(["bad-frame"]);
  });

  test.each([0, 1, 4])("are dropped with %d bytes inside", (count) => {
    expect(dropped(Uint8Array.from([...encodeCobs(new Uint8Array(count).fill(1)), 0]))).toEqual(["bad-length"]);
  });

  test("are dropped when the line closes before their end, and the next line begins anew", () => {
    const { reader, told } = recordPayloads();
    reader.push(good.subarray(0, 5));
    reader.close();
    reader.close();
    reader.push(good);
    expect(told).toEqual([
      { kind: "discarded", why: "closed", bytes: 5 },
      { kind: "payload", payload: Uint8Array.of(1, 2, 3) },
    ]);
  });

  test.each([1, 12, 13, 14, 40, 254, 4_092])("do not depend on what stands around a good one of %d bytes", (length) => {
    const payload = new Uint8Array(length).fill(1);
    const frame = encodeFrame(payload);
    const { reader, told } = recordPayloads();
    const chunks = [
      frame,
      [0, ...frame],
      [...frame, ...frame],
      [...frame, 0],
      frame.slice(0, -1),
      [0],
      frame.slice(0, 1),
    ];
    for (const chunk of [...chunks, frame.slice(1)]) reader.push(Uint8Array.from(chunk));
    expect(told).toEqual(Array(7).fill({ kind: "payload", payload }));
  });

  test("do not include empty ones", () => expect(payloadsOf(new Uint8Array(9))).toEqual([]));
});
