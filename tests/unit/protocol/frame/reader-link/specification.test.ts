// The specification for firmware engineers says what the codec does: its vectors, its sizes, its constants.
import { readFileSync } from "node:fs";
import { describe, expect, it, test } from "vitest";
import { readerlink } from "../../../../../command-line/frames/readerlink.ts";
import { crc32c } from "../../../../../protocol/bytes/crc32c.ts";
import { decodeEnvelope } from "../../../../../protocol/frame/reader-link/decode-envelope.ts";
import { largestMessages } from "../../../../../protocol/frame/reader-link/largest-messages.ts";
import { bodies } from "../../../../../protocol/frame/reader-link/messages.ts";
import { protoName } from "../../../../../protocol/frame/reader-link/proto-file.ts";

const folder = new URL("../../../../../docs/readers/", import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, folder), "utf8");
const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, "hex"));
const decode = (hex: string) => readerlink.decode({ parts: [{ role: "chunk", bytes: bytesOf(hex) }], config: {} });

interface FrameVector {
  readonly name: string;
  readonly payload_hex: string;
  readonly crc32c: string;
  readonly frame_hex: string;
  readonly envelope?: Readonly<Record<string, unknown>>;
}
interface StreamVector {
  readonly name: string;
  readonly hex: string;
  readonly made: readonly (Readonly<Record<string, unknown>> & {
    readonly kind: string;
    readonly payload_hex?: string;
  })[];
}
const vectors = JSON.parse(read("readerlink-vectors.json")) as Readonly<
  Record<"messages" | "conversation" | "edges" | "malformed" | "later", readonly FrameVector[]>
> & { readonly streams: readonly StreamVector[] };

const named = (list: readonly FrameVector[]) => list.map((vector) => [vector.name, vector] as const);
const frames = [...vectors.messages, ...vectors.conversation, ...vectors.edges, ...vectors.malformed, ...vectors.later];

describe("the vectors", () => {
  test.each(named(frames))("%s: payload, CRC and frame belong together", (_name, vector) => {
    expect(readerlink.encode({ payloadHex: vector.payload_hex })).toBe(vector.frame_hex);
    expect(decode(vector.frame_hex)).toMatchObject([
      { kind: "frame", payloadHex: vector.payload_hex, crc32c: vector.crc32c },
    ]);
  });

  test.each(named([...vectors.messages, ...vectors.conversation]))(
    "%s: members and frame belong together",
    (_name, vector) => {
      const { envelope, frame_hex } = vector;
      expect(decode(frame_hex)).toMatchObject([{ envelope }]);
      expect(readerlink.encode({ envelope })).toBe(frame_hex);
    },
  );

  test.each(named(vectors.later))("%s: is taken", (_name, { frame_hex, envelope }) => {
    expect(envelope).toBeDefined();
    expect(decode(frame_hex)).toMatchObject([{ envelope }]);
  });

  test.each(named(vectors.malformed))("%s: is no message", (_name, { payload_hex }) => {
    expect(decodeEnvelope(bytesOf(payload_hex))).toBeUndefined();
  });

  test.each(vectors.streams.map((stream) => [stream.name, stream] as const))(
    "%s: is made of the bytes",
    (_name, stream) => {
      const made = decode(stream.hex).map((report) =>
        report.kind === "frame" ? { kind: report.kind, payload_hex: report.payloadHex } : report,
      );
      expect(made).toEqual(stream.made);
    },
  );

  it("has a frame of every message, and a broken one of every kind", () => {
    const seen = new Set(vectors.messages.flatMap(({ envelope }) => Object.keys(envelope ?? {})));
    expect(Object.keys(bodies).filter((kind) => !seen.has(protoName(kind)))).toEqual([]);
    const whys = new Set(vectors.streams.flatMap(({ made }) => made.map((each) => each["why"] ?? each.kind)));
    expect([...whys].sort()).toEqual(["bad-checksum", "bad-frame", "bad-length", "frame", "incomplete", "overflow"]);
  });
});

describe("the page", () => {
  const page = read("readerlink.md");

  test.each(largestMessages().map((largest) => [largest.name, largest] as const))(
    "has the sizes of %s",
    (name, largest) => {
      const row = page.split("\n").find((line) => line.startsWith(`| ${name} |`)) ?? "";
      expect(row.split("|").slice(4, 7).map(Number)).toEqual([largest.body, largest.envelope, largest.wire]);
    },
  );

  it("has the constant that the CRC over payload and CRC gives", () => {
    const payload = bytesOf("0a0548656c6c6f");
    const whole = new Uint8Array([...payload, 0xee, 0xea, 0x7b, 0xbc]);
    expect(page).toContain("48674BC7");
    expect(crc32c(whole)).toBe(0x48674bc7);
  });
});
