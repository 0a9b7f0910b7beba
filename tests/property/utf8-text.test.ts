// The core's own decoder of UTF-8 against the platform's: the same text, or both refuse.
import fc from "fast-check";
import { expect, it } from "vitest";
import { decodeUtf8, encodeUtf8 } from "../../protocol/bytes/utf8.ts";

const platform = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const byPlatform = (bytes: Uint8Array): string | undefined => {
  try {
    return platform.decode(bytes);
  } catch {
    return undefined;
  }
};

it("decodes what it encodes, across the length that is taken at once", () => {
  const text = fc.tuple(fc.integer({ min: 4_090, max: 4_100 }), fc.string({ unit: "grapheme" }));
  fc.assert(
    fc.property(text, ([length, end]) => {
      const whole = "a".repeat(length) + end + "b".repeat(length);
      expect(decodeUtf8(encodeUtf8(whole))).toBe(whole);
    }),
  );
});

it("reads and refuses the bytes that the platform reads and refuses", () => {
  const byte = fc.oneof(
    fc.integer({ min: 0, max: 255 }),
    fc.constantFrom(0x41, 0xc3, 0xa1, 0xe1, 0xba, 0xbb, 0xf0, 0x9f),
  );
  fc.assert(
    fc.property(fc.array(byte, { maxLength: 12 }), (bytes) => {
      const all = Uint8Array.from(bytes);
      expect(decodeUtf8(all)).toBe(byPlatform(all));
    }),
    { numRuns: 3_000 },
  );
});
