// Laws of the codecs and the driver of text readers: identity, splits, turned bits, lost tails, and any bytes at all.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { asciiText } from "../../protocol/bytes/ascii.ts";
import { commandSets } from "../../protocol/driver/profile.ts";
import { serialTextDriver } from "../../protocol/driver/serial-text-driver.ts";
import type { Cut } from "../../protocol/frame/cut.ts";
import { cutGm65Answer, encodeGm65Answer } from "../../protocol/frame/gm65/answer.ts";
import { cutGm65Command, encodeGm65Command } from "../../protocol/frame/gm65/command.ts";
import { aimOfCode, cutDechdr, type DechdrScan, encodeDechdr } from "../../protocol/frame/honeywell/dechdr.ts";
import { encodeMenuAnswer, readMenuAnswer } from "../../protocol/frame/honeywell/menu-answer.ts";
import { cutMenuCommand, encodeMenuCommand } from "../../protocol/frame/honeywell/menu-command.ts";
import { cutLegacyWord, encodeLegacyWord } from "../../protocol/frame/newland/legacy-command.ts";
import {
  cutUnifiedAnswer,
  cutUnifiedCommand,
  encodeUnifiedAnswer,
  encodeUnifiedCommand,
} from "../../protocol/frame/newland/unified-command.ts";
import { MemoryHost } from "../fixtures/driver-host.ts";
import { profileWith } from "../fixtures/profiles.ts";

const letters = (length: number) =>
  fc.string({ unit: fc.constantFrom(..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"), minLength: length, maxLength: length });
const digits = fc.string({ unit: fc.constantFrom(..."0123456789"), maxLength: 40 });
const bytes = (maxLength: number) => fc.uint8Array({ maxLength });
const status = fc.constantFrom("ack" as const, "enq" as const, "nak" as const);
const unified = fc.record({
  storage: fc.constantFrom("permanent" as const, "temporary" as const),
  ...{ tag: letters(3), sub: letters(3), data: digits },
});

interface Law {
  readonly name: string;
  readonly frames: fc.Arbitrary<unknown>;
  readonly encode: (frame: never) => Uint8Array;
  readonly cut: (bytes: Uint8Array, at: number) => Cut<unknown>;
  /** A turned bit anywhere is seen. */
  readonly isChecked?: boolean;
}

const law = <Frame>(own: {
  name: string;
  frames: fc.Arbitrary<Frame>;
  encode: (frame: Frame) => Uint8Array;
  cut: (bytes: Uint8Array, at: number) => Cut<unknown>;
  isChecked?: boolean;
}): Law => own as unknown as Law;

const laws: readonly Law[] = [
  law({
    name: "Honeywell menu command",
    frames: fc.record({
      entries: fc.array(fc.record({ tag: letters(6), data: digits }), { minLength: 1, maxLength: 5 }),
      storage: fc.constantFrom("ram" as const, "saved" as const),
    }),
    encode: encodeMenuCommand,
    cut: cutMenuCommand,
  }),
  law({
    name: "Honeywell length-prefixed scan",
    frames: fc.record({
      codeId: fc.constantFrom(0x73, 0x64, 0x77),
      aim: fc.constantFrom("]Q1", "]E0", "]d2"),
      raw: bytes(8_192),
    }),
    encode: encodeDechdr,
    cut: (all, at) => withAim(cutDechdr(all, at, 8_192)),
  }),
  law({ name: "Newland command", frames: unified, encode: encodeUnifiedCommand, cut: cutUnifiedCommand }),
  law({
    name: "Newland answer",
    frames: fc.tuple(unified, status).map(([command, each]) => ({ ...command, status: each })),
    encode: encodeUnifiedAnswer,
    cut: cutUnifiedAnswer,
  }),
  law({
    name: "Newland's older word",
    frames: fc.record({
      kind: fc.constantFrom("command" as const, "accepted" as const, "refused" as const),
      text: digits,
    }),
    encode: encodeLegacyWord,
    cut: cutLegacyWord,
  }),
  law({
    name: "GM65 command",
    frames: fc.record({
      type: fc.constantFrom("read" as const, "write" as const, "save" as const),
      address: fc.integer({ min: 0, max: 0xffff }),
      data: bytes(255),
    }),
    encode: (frame) => encodeGm65Command(frame),
    cut: (all, at) => withoutCrc(cutGm65Command(all, at)),
    isChecked: true,
  }),
  law({
    name: "GM65 answer",
    frames: fc.record({ type: fc.integer({ min: 0, max: 255 }), data: bytes(255) }),
    encode: encodeGm65Answer,
    cut: (all, at) => withoutCrc(cutGm65Answer(all, at)),
    isChecked: true,
  }),
];

const withAim = (cut: Cut<DechdrScan>): Cut<unknown> => {
  if (cut.kind !== "frame") return cut;
  const { aimCode, ...frame } = cut.frame;
  return { ...cut, frame: { ...frame, aim: aimOfCode(aimCode) } };
};

const withoutCrc = (cut: Cut<{ crc: number }>): Cut<unknown> => {
  if (cut.kind !== "frame") return cut;
  const { crc: _crc, ...frame } = cut.frame;
  return { ...cut, frame };
};

/** Views into different memory are equal when their bytes are. */
const plainly = (value: unknown): unknown => {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plainly(each)]));
};

describe.each(laws.map((each) => [each.name, each] as const))("%s", (_name, { frames, encode, cut, isChecked }) => {
  it("is what was encoded, wherever it lies", () => {
    fc.assert(
      fc.property(frames, bytes(20), bytes(20), (frame, before, after) => {
        const encoded = encode(frame as never);
        const all = Buffer.concat([before, encoded, after]);
        const found = cut(all, before.length);
        expect(plainly(found)).toEqual(plainly({ kind: "frame", bytesUsed: encoded.length, frame }));
      }),
    );
  });

  it("is incomplete as long as its tail is missing", () => {
    fc.assert(
      fc.property(frames, fc.nat(), (frame, missing) => {
        const encoded = encode(frame as never);
        const length = 1 + (missing % (encoded.length - 1));
        expect(cut(encoded.subarray(0, length), 0).kind).toBe("incomplete");
      }),
    );
  });

  it("with a turned bit is never taken for the same", () => {
    fc.assert(
      fc.property(frames, fc.nat(), (frame, where) => {
        const encoded = Uint8Array.from(encode(frame as never));
        const bit = where % (encoded.length * 8);
        encoded[bit >> 3] = (encoded[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const found = cut(encoded, 0);
        if (found.kind === "frame" && isChecked)
          expect((encoded.at(-2) ?? 0) * 256 + (encoded.at(-1) ?? 0)).toBe(0xabcd);
        else if (found.kind === "frame") expect(plainly(found.frame)).not.toEqual(plainly(frame));
      }),
    );
  });

  it("is looked for in any bytes without a throw, and always uses some", () => {
    fc.assert(
      fc.property(bytes(300), (all) => {
        for (let at = 0; at < all.length; ) {
          const found = cut(all, at);
          if (found.kind === "incomplete") return;
          expect(found.bytesUsed).toBeGreaterThan(0);
          at += found.bytesUsed;
        }
      }),
    );
  });
});

describe("Honeywell menu answer", () => {
  it("is what was encoded", () => {
    const answers = fc.record({ tag: letters(6), value: digits, status, terminator: fc.constantFrom(".", "!") });
    fc.assert(
      fc.property(answers, (answer) => {
        const encoded = encodeMenuAnswer(answer);
        expect(readMenuAnswer(encoded, 0, encoded.length - 2), asciiText(encoded)).toEqual(answer);
      }),
    );
  });
});

const profiles = commandSets.flatMap((commands) =>
  [undefined, "dechdr" as const].map((lengthPrefix) =>
    profileWith({
      ...{ commands, framing: { lengthPrefix }, ack: { mode: "ack-nak" as const, timeoutMs: undefined } },
      init: [Buffer.from("7e00080100020102da", "hex"), Buffer.from("164d0d434252454e413121", "hex")],
      version: { send: Buffer.from("164d0d524556494e465e21", "hex") },
    }),
  ),
);
const noneTaken = { crcOf: () => undefined, last: () => undefined };

/** Bytes in which the marks of all these protocols are frequent. */
const marked = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "\x16\xfe",
        "\x16M\r",
        "\x02\x00",
        "\x02\x010000@",
        "REVINF",
        "\x06.",
        ";\x03",
        "\r\n",
        "@@@@",
        "]Q1",
      ),
      fc.string({ unit: "binary-ascii", maxLength: 20 }),
    ),
    { maxLength: 60 },
  )
  .map((parts) => Buffer.from(parts.join(""), "latin1"));

describe("the driver", () => {
  it("survives any bytes in any pieces and at any time, and tells of each byte at most once", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...profiles),
        marked,
        fc.array(fc.integer({ min: 1, max: 40 })),
        (profile, all, sizes) => {
          const host = new MemoryHost();
          const driver = host.run((each) => serialTextDriver(each, { profile, transport: "usb", taken: noneTaken }));
          driver.setArmed(true, host.nowMs);
          let at = 0;
          for (const size of sizes.length > 0 ? sizes : [1_000]) {
            host.receive(all.subarray(at, at + size));
            at += size;
            host.pass(size * 20);
          }
          driver.close();
          const told = host.scans.reduce((sum, { raw }) => sum + raw.length, 0);
          const dropped = host.discards.reduce((sum, each) => sum + each.bytes, 0);
          expect(told + dropped).toBeLessThanOrEqual(all.length);
        },
      ),
    );
  });

  it("finds the same scans however their bytes are split, while a command is pending", () => {
    const payload = fc.string({ unit: fc.constantFrom(..."0123456789ABCDEFINRV| "), minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(
        fc.array(payload, { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 9 }),
        (payloads, size) => {
          const run = (piece: number): string[] => {
            const version = { send: Buffer.from("164d0d524556494e465e21", "hex") };
            const host = new MemoryHost();
            const profile = profileWith({ commands: "honeywell", version });
            const driver = host.run((each) => serialTextDriver(each, { profile, transport: "usb", taken: noneTaken }));
            const all = Buffer.from(payloads.map((each) => `${each}\r`).join(""));
            for (let at = 0; at < all.length; at += piece) host.receive(all.subarray(at, at + piece));
            host.receive("REVINF1\x06!");
            host.pass(5_000);
            driver.close();
            return host.payloads;
          };
          expect(run(size)).toEqual(run(1_000));
          expect(run(size)).toEqual(payloads);
        },
      ),
    );
  });
});
