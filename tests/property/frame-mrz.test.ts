// What holds for the framer of machine-readable zones whatever bytes come, and however they are split.
import fc from "fast-check";
import { expect, it } from "vitest";
import { encodeElyctis } from "../../protocol/frame/elyctis/elyctis-message.ts";
import { readZone, withCheckDigits, zoneSizes } from "../../protocol/frame/mrz/zone.ts";
import { encodeRte6701 } from "../../protocol/frame/rte6701/rte6701-block.ts";
import { frameMrz } from "../unit/protocol/frame/mrz/record-mrz.ts";

const zoneCharacter = fc.constantFrom(..."ABCXYZ0189<");
const line = (length: number) => fc.string({ unit: zoneCharacter, minLength: length, maxLength: length });
const card = fc.tuple(line(30), line(30), line(30)).map((lines) => withCheckDigits(lines.join(""), "TD1"));
const text = (characters: string) => Buffer.from(characters, "latin1");
const frame = fc.oneof(
  card.map(text),
  fc
    .tuple(card, fc.constantFrom("\r", "\n", "\r\n"))
    .map(([all, end]) => text((readZone([all])?.lines ?? []).join(end))),
  fc
    .tuple(fc.constantFrom(0x43, 0x49, 0x4c, 0x50), card)
    .map(([command, all]) => encodeElyctis({ command, body: text(all) })),
  fc
    .tuple(fc.integer({ min: 0, max: 255 }), card)
    .map(([flag, all]) => encodeRte6701({ flag, lines: readZone([all])?.lines ?? [] })),
);
const mark = fc
  .constantFrom(0x00, 0x01, 0x02, 0x03, 0x0d, 0x0a, 0x3c, 0x43, 0x49, 0x4f, 0x55, 0x5f, 0xff)
  .map((byte) => [byte]);
const noise = fc.uint8Array({ maxLength: 40 });
const stream = fc
  .array(fc.oneof(frame, mark, noise), { maxLength: 12 })
  .map((parts) => Buffer.concat(parts.map((part) => Uint8Array.from(part))));
const split = fc.array(fc.constantFrom(1, 2, 3, 30, 64, 257, 258, 259, 1_000), { minLength: 1, maxLength: 6 });

it("gives the same frames and losses for every split, and accounts for every byte", () => {
  fc.assert(
    fc.property(stream, split, (bytes, lengths) => {
      const whole = frameMrz(bytes);
      expect(frameMrz(bytes, lengths)).toEqual(whole);
      const dropped = Object.values(whole.dropped).reduce((sum, count) => sum + count, 0);
      const lineEnds = bytes.filter((byte) => byte === 0x0d || byte === 0x0a).length;
      expect(dropped + whole.taken).toBeLessThanOrEqual(bytes.length);
      expect(dropped + whole.taken).toBeGreaterThanOrEqual(bytes.length - lineEnds);
    }),
  );
});

it("reads back each frame that it wrote, with line ends around it", () => {
  fc.assert(
    fc.property(fc.array(frame, { minLength: 1, maxLength: 5 }), (frames) => {
      const told = frameMrz(Buffer.concat(frames.flatMap((each) => [each, text("\r\n")])));
      expect(told.frames).toHaveLength(frames.length);
      expect(told.dropped).toEqual({});
    }),
  );
});

it("lets no changed bit of a block of 3M through once a block has shown how the reader checks", () => {
  fc.assert(
    fc.property(card, fc.nat(), fc.nat(7), (all, at, bit) => {
      const lines = readZone([all])?.lines ?? [];
      const good = encodeRte6701({ flag: 0x20, lines });
      const block = good.slice();
      const place = 7 + (at % (block.length - 9)); // behind the flag, before ETX
      block[place] = (block[place] ?? 0) ^ (1 << bit);
      const told = frameMrz(Buffer.concat([good, block]));
      expect(told.frames.filter((each) => each.startsWith("rte6701"))).toHaveLength(1);
    }),
  );
});

it("writes check digits that hold, into any characters", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...zoneSizes),
      fc.string({ unit: zoneCharacter, minLength: 90, maxLength: 90 }),
      (size, all) => {
        const characters = all.slice(0, { TD1: 90, TD2: 72, TD3: 88 }[size]);
        const written = withCheckDigits(characters, size);
        expect(readZone([written])?.isValid).toBe(true);
      },
    ),
  );
});
