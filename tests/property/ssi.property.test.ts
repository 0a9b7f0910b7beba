// What holds for SSI whatever bytes come, however they are split, whatever the line does to them, and whenever the agent is killed.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ssiDriver } from "../../protocol/driver/ssi-driver.ts";
import { decodePacket, encodePacket } from "../../protocol/frame/ssi/packet.ts";
import { decodeParameterList, encodeParameterList } from "../../protocol/frame/ssi/parameters.ts";
import { SeededRandom } from "../../simulators/seeded-random.ts";
import { powerSsiDecoder } from "../../simulators/ssi/ssi-decoder.ts";
import { MemoryHost } from "../fixtures/driver-host.ts";
import { KillableDesk, type KillableDeskOptions, type Wire } from "../fixtures/killable-desk.ts";
import { profileWith } from "../fixtures/profiles.ts";
import { pushInPieces, recordPackets, type Told } from "../unit/protocol/frame/ssi/record-packets.ts";

const byte = fc.integer({ min: 0, max: 255 });
const packet = fc.record({
  opcode: byte,
  source: byte,
  status: byte,
  data: fc.uint8Array({ maxLength: 251 }),
});
/** Bytes that a cutter cares about come as often as all others. */
const noise = fc.array(fc.oneof(byte, fc.constantFrom(0, 4, 6, 0xf3, 0xd0, 0xff)), { maxLength: 40 });
const stream = fc
  .array(
    fc.oneof(
      packet.map((each) => [...encodePacket(each)]),
      noise,
    ),
    { maxLength: 12 },
  )
  .map((parts) => Uint8Array.from(parts.flat()));
const split = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 6 });

function cutBursts(bursts: readonly Uint8Array[], lengths: readonly number[]): Told[] {
  const { cutter, told } = recordPackets();
  for (const burst of bursts) {
    pushInPieces(cutter, burst, lengths);
    cutter.silence();
  }
  return told;
}

describe("the cutter", () => {
  it("gives the same packets and losses for every split", () => {
    fc.assert(
      fc.property(fc.array(stream, { maxLength: 3 }), split, (bursts, lengths) => {
        expect(cutBursts(bursts, lengths)).toEqual(cutBursts(bursts, [1_000_000]));
      }),
      { numRuns: 500 },
    );
  });

  it("accounts for every byte", () => {
    fc.assert(
      fc.property(stream, split, (bytes, lengths) => {
        const sizes = cutBursts([bytes], lengths).map((told) => {
          if ("packet" in told) return told.packet.length / 2;
          return "corrupt" in told ? told.corrupt.length / 2 : told.bytes;
        });
        expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(bytes.length);
      }),
    );
  });

  it("finds every packet where nothing stands between them", () => {
    fc.assert(
      fc.property(fc.array(packet, { maxLength: 6 }), split, (packets, lengths) => {
        const whole = packets.map(encodePacket);
        const expected = whole.map((bytes) => ({ packet: Buffer.from(bytes).toString("hex") }));
        expect(cutBursts([Buffer.concat(whole)], lengths)).toEqual(expected);
      }),
    );
  });

  it("takes no packet in which one bit was turned", () => {
    fc.assert(
      fc.property(packet, fc.nat(), (each, where) => {
        const bytes = encodePacket(each);
        const bit = where % (bytes.length * 8);
        bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const hex = Buffer.from(bytes).toString("hex");
        expect(cutBursts([bytes], [1_000])).not.toContainEqual({ packet: hex });
      }),
    );
  });

  it("takes no packet from one that was cut short", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 250 }), fc.nat(), (payload, at) => {
        const bytes = encodePacket({ opcode: 0xf3, source: 0, status: 0, data: Uint8Array.of(0x1c, ...payload) });
        const told = cutBursts([bytes.subarray(0, at % bytes.length)], [1_000]);
        const whole = Buffer.from(bytes).toString("hex");
        expect(told).not.toContainEqual({ packet: whole });
      }),
    );
  });
});

it("a packet comes back as it was written", () => {
  fc.assert(fc.property(packet, (each) => void expect(decodePacket(encodePacket(each))).toEqual(each)));
});

it("parameters come back as they were written", () => {
  const value = fc.oneof(
    fc.record({ kind: fc.constant("byte" as const), value: byte }),
    fc.record({ kind: fc.constant("word" as const), value: fc.integer({ min: 0, max: 0xffff }) }),
    fc.record({ kind: fc.constantFrom("text" as const, "array" as const), bytes: fc.uint8Array({ maxLength: 40 }) }),
  );
  const parameters = fc.array(fc.record({ number: fc.integer({ min: 0, max: 0xffff }), value }), { maxLength: 5 });
  const beep = fc.option(fc.integer({ min: 0, max: 0xfe }), { nil: undefined });
  fc.assert(
    fc.property(fc.record({ beep, parameters }), (list) => {
      expect(decodeParameterList(encodeParameterList(list))).toEqual(list);
    }),
  );
});

it("any bytes leave a parameter list read or not, and throw nothing", () => {
  fc.assert(fc.property(fc.uint8Array(), (bytes) => void decodeParameterList(bytes)));
});

const profile = profileWith({
  driver: "ssi",
  framing: { end: [], aim: "none" },
  init: [Uint8Array.of(0xc6, 0xff, 0x38, 0x00)],
  feedback: { accepted: [Uint8Array.of(0xe6, 0x16), Uint8Array.of(0xe7, 0x01)] },
  quirks: ["ssi-raw-by-default"],
});

describe("the driver", () => {
  it("survives any bytes at any time, keeps asking to be woken in the future only, and delivers no scan beyond its limit", () => {
    const step = fc.oneof(
      stream.map((bytes) => ({ bytes, waitMs: 0 })),
      fc.integer({ min: 0, max: 5_000 }).map((waitMs) => ({ bytes: new Uint8Array(), waitMs })),
    );
    const outcomes = fc.constantFrom("accepted", "wait", "rejected", undefined);
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), outcomes, (steps, outcome) => {
        const host = new MemoryHost();
        host.outcome = outcome;
        const driver = host.run((to) =>
          ssiDriver(to, { profile, taken: { crcOf: () => undefined, last: () => undefined } }),
        );
        for (const { bytes, waitMs } of steps) {
          host.receive(bytes);
          host.pass(waitMs);
        }
        driver.close();
        expect(host.wakeUps).toBeLessThan(20_000);
        expect(host.scans.every(({ raw }) => raw.length > 0 && raw.length <= 8_192)).toBe(true);
        expect(host.failures.length).toBeLessThanOrEqual(1);
      }),
    );
  });
});

type Fault = "none" | "corrupt" | "drop" | "split" | "double" | "delay";

/** Each piece of bytes meets the fault with this chance. */
function faultyWire(fault: Fault, chance: number, random: SeededRandom): Wire {
  return (bytes) => {
    const whole = [{ bytes, delayMs: 1 }];
    if (random.unit() >= chance) return whole;
    switch (fault) {
      case "none":
        return whole;
      case "corrupt": {
        // One bit: a sum does not notice two that cancel each other, and no code of ours can change that.
        const where = random.between(0, bytes.length - 1);
        const turned = bytes.map((each, at) => (at === where ? each ^ (1 << random.between(0, 7)) : each));
        return [{ bytes: turned, delayMs: 1 }];
      }
      case "drop":
        return [];
      case "double":
        return [...whole, { bytes, delayMs: random.between(1, 20) }];
      case "delay":
        return [{ bytes, delayMs: random.between(1, 1_200) }];
      case "split": {
        const at = random.between(0, bytes.length);
        const later = random.between(1, 190);
        return [
          { bytes: bytes.subarray(0, at), delayMs: 1 },
          { bytes: bytes.subarray(at), delayMs: 1 + later },
        ].filter((piece) => piece.bytes.length > 0);
      }
    }
  };
}

function desk(
  seed: number,
  fault: Fault,
  chance: number,
  more: Partial<KillableDeskOptions> = {},
): { desk: KillableDesk; random: SeededRandom } {
  const random = new SeededRandom(seed);
  const made = new KillableDesk({
    makeDriver: (host, taken, parts) => ssiDriver(host, { profile, taken, parts }),
    power: powerSsiDecoder(),
    ...more,
    wire: faultyWire(fault, chance, random),
    commitMs: () => random.between(0, 30),
    settleMs: () => random.between(0, 5),
  });
  return { desk: made, random };
}

/** No two parts of it are equal: by the rule that tells a repeat, a decoder can't send two equal parts. */
function textOf(number: number, length: number): string {
  const letters = Array.from({ length }, (_, at) => String.fromCharCode(0x61 + ((at * at + number + (at >> 4)) % 26)));
  return `${String(number).padStart(6, "0")}${letters.join("")}`.slice(0, length);
}

/** Packets of a long scan have no numbers: a line that doubles them can't be told from a decoder that sends two equal ones. */
const longest = (fault: Fault): number => (fault === "double" ? 240 : 700);
const payloadMaxOf = (fault: Fault, seed: number): number => (fault !== "double" && seed % 3 === 0 ? 50 : 250);

describe("a decoder and the driver over a faulty line", () => {
  const faults = fc.constantFrom<Fault[]>("corrupt", "drop", "split", "double", "delay");

  /**
   * Failed once: a rest that came after two seconds; a line reopened after a part had come again; a scan that was given up
   * at its last packet, and then its rest or the next scan at once.
   */
  const lost: [number, Fault, number][] = [
    [1204416991, "delay", 0.2665958744473756],
    [1203828889, "delay", 0.2074478319846094],
    [862648803, "drop", 0.39405940356664365],
  ];
  /** A line that is seconds late brings the next scan before the word that the last one was given up: nothing tells them apart. */
  const restMs = (fault: Fault, random: SeededRandom): number =>
    fault === "delay" ? 1_500 : random.between(0, 1) * 1_500;

  it("publish each scan once, and lose none of which the decoder does not sound its error", () => {
    fc.assert(
      fc.property(fc.integer(), faults, fc.double({ min: 0, max: 0.4, noNaN: true }), (seed, fault, chance) => {
        const usesSegments = seed % 2 === 0;
        const power = powerSsiDecoder({ usesSegments, payloadMax: payloadMaxOf(fault, seed) });
        const { desk: made, random } = desk(seed, fault, chance, { power });
        made.start();
        const shown: string[] = [];
        for (let number = 0; number < 8; number += 1) {
          if (!made.isReady) {
            made.run(120_000, () => made.isReady);
            made.run(3_000); // a decoder that was just armed has heard of it
          }
          const text = textOf(number, random.between(6, longest(fault)));
          if (made.isReady && made.present(text)) shown.push(text);
          made.run(30_000, () => made.device.held === 0);
          made.run(restMs(fault, random));
        }
        made.run(30_000);
        const errors = made.signs.filter((sign) => sign === "error").length;
        expect(made.kept.filter((text) => !shown.includes(text))).toEqual([]);
        expect(new Set(made.kept).size).toBe(made.kept.length);
        expect(shown.length - made.kept.length).toBeLessThanOrEqual(errors);
        expect(made.device.held).toBe(0);
      }),
      { numRuns: 150, examples: lost },
    );
  });
});

describe("an agent that is killed", () => {
  it("between receipt and acknowledgement loses no scan that the decoder held, and publishes none twice", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const power = powerSsiDecoder({ usesSegments: seed % 2 === 0 });
        const { desk: made, random } = desk(seed, "none", 0, { power });
        made.start();
        made.run(10_000, () => made.isReady);
        made.run(100);
        const shown: string[] = [];
        for (let number = 0; number < 6; number += 1) {
          const text = textOf(number, random.between(6, 900));
          expect(made.present(text)).toBe(true);
          shown.push(text);
          made.run(random.between(0, 120)); // before, during and after the commit and the acknowledgement
          made.kill();
          made.run(random.between(50, 1_500));
          made.start();
          made.run(20_000, () => made.device.held === 0 && made.isReady);
          made.run(400);
        }
        expect(made.kept).toEqual(shown);
        expect(made.signs).not.toContain("error");
      }),
      { numRuns: 100 },
    );
  });
});

it("a decoder whose scan never ends fills nothing", () => {
  const kept: number[] = [];
  const parts = {
    read: () => undefined,
    keep: (bytes: Uint8Array, done: (isKept: boolean) => void) => {
      kept.push(bytes.length);
      waiting.push(() => done(true));
    },
  };
  const waiting: (() => void)[] = [];
  const host = new MemoryHost();
  host.run((to) => ssiDriver(to, { profile, taken: { crcOf: () => undefined, last: () => undefined }, parts }));
  for (let number = 0; number < 1_000; number += 1) {
    const data = Uint8Array.of(0x1c, ...Buffer.from(textOf(number, 250)));
    host.receive(encodePacket({ opcode: 0xf3, source: 0, status: 2, data }));
    for (const tell of waiting.splice(0)) tell();
  }
  expect(host.written).toHaveLength(1 + 1_000); // the opening's first command, and each part's acknowledgement
  expect(Math.max(...kept)).toBeLessThan(10_000);
});

describe("a spool that can't keep anything", () => {
  const show = (keepsFromMs: number) => {
    const canKeep = (nowMs: number) => nowMs >= 2_000 + keepsFromMs;
    const { desk: made } = desk(1, "none", 0, { canKeep, commitMs: () => 2, settleMs: () => 1 });
    made.start();
    made.run(2_000);
    made.present("000001");
    made.run(20_000);
    return made;
  };

  it("for less than three holds costs no scan", () => {
    const made = show(2_900);
    expect(made.kept).toEqual(["000001"]);
    expect(made.signs).not.toContain("error");
  });

  it("for longer makes the decoder sound its error, and nothing is kept", () => {
    const made = show(10_000);
    expect(made.kept).toEqual([]);
    expect(made.signs).toContain("error");
    expect(made.signs).not.toContain("good-read");
    expect(made.device.held).toBe(0);
  });
});
