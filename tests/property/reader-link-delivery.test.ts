// What holds for ReaderLink whatever the line does and whoever is killed: nothing acknowledged is lost, nothing is stored twice.
import fc from "fast-check";
import { expect, it } from "vitest";
import { SeededRandom } from "../../simulators/seeded-random.ts";
import { type Direction, goodLine, Kept, type Medium, Rig } from "../unit/protocol/driver/reader-link/rig.ts";

/** Shares of the pieces that are dropped, spoilt, repeated and delayed. */
interface Faults {
  readonly drop: number;
  readonly spoil: number;
  readonly repeat: number;
  readonly delay: number;
}

const share = fc.constantFrom(0, 0.02, 0.1, 0.3);
const faults: fc.Arbitrary<Faults> = fc.record({ drop: share, spoil: share, repeat: share, delay: share });

function faultyLine({ drop, spoil, repeat, delay }: Faults, random: SeededRandom): Medium {
  const happens = (chance: number) => random.unit() < chance;
  const piece = (bytes: Uint8Array) => {
    const copy = bytes.slice();
    const at = random.between(0, copy.length - 1);
    if (happens(spoil)) copy[at] = (copy[at] ?? 0) ^ (1 << random.between(0, 7));
    return { bytes: copy, delayMs: happens(delay) ? random.between(1, 3_000) : 2 };
  };
  return (bytes: Uint8Array, _direction: Direction) => {
    if (happens(drop)) return [];
    return happens(repeat) ? [piece(bytes), piece(bytes)] : [piece(bytes)];
  };
}

type Happening = "patient" | "patients" | "kill" | "restart" | "power" | "full" | "pass";
const happenings = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: fc.constant<Happening>("patient") },
    { weight: 2, arbitrary: fc.constantFrom<Happening>("patients", "kill", "pass") },
    { weight: 1, arbitrary: fc.constantFrom<Happening>("restart", "power", "full") },
  ),
  { maxLength: 40 },
);

class Desk {
  readonly rig: Rig;
  readonly random: SeededRandom;
  /** Texts that the reader took. */
  readonly read: string[] = [];
  #patients = 0;
  #openings = 0;

  constructor(seed: number, persistentRing: boolean, medium: Faults) {
    this.random = new SeededRandom(seed);
    this.rig = new Rig({ seed, kept: new Kept(), model: { persistentRing }, medium: faultyLine(medium, this.random) });
  }

  /** As the runner of readers does: a failed conversation is closed, and a new line opened after a while. */
  tend(): void {
    const { rig } = this;
    if (rig.failures.length > 0) {
      rig.failures.length = 0;
      rig.driver?.close();
      rig.kill();
      rig.run(500);
    }
    if (rig.driver === undefined) {
      this.#openings = rig.reports.length;
      rig.open();
      rig.run(100);
    }
    if (rig.reports.length > this.#openings) rig.driver?.setArmed(true, rig.nowMs);
    rig.run(50);
  }

  patient(): void {
    const text = `patient ${this.#patients}`;
    this.#patients += 1;
    if (this.rig.present(text)) this.read.push(text);
  }

  happen(what: Happening): void {
    const { rig, random } = this;
    this.tend();
    rig.settleMs = random.between(0, 300);
    if (what === "patient") this.patient();
    else if (what === "patients") for (let count = 0; count < 6; count += 1) this.patient();
    else if (what === "restart") rig.device.restart(rig.nowMs);
    else if (what === "power") rig.cutPower();
    else if (what === "full") rig.outcome = "wait";
    rig.run(random.between(0, what === "pass" ? 8_000 : 400));
    if (what === "kill") rig.kill();
    if (what === "full") rig.outcome = "accepted";
  }

  /** Everything heals: what the reader still holds has time to arrive. */
  settle(): void {
    this.rig.medium = goodLine;
    this.rig.outcome = "accepted";
    for (let count = 0; count < 20; count += 1) {
      this.tend();
      this.rig.run(5_000);
    }
  }
}

const seeds = fc.integer({ min: 0, max: 0xffffffff });

it("stores no number twice, and every scan that the reader let go of", () => {
  fc.assert(
    fc.property(seeds, fc.boolean(), faults, happenings, (seed, persistentRing, medium, events) => {
      const desk = new Desk(seed, persistentRing, medium);
      for (const event of events) desk.happen(event);
      desk.settle();
      const { kept, device } = desk.rig;
      expect(new Set(kept.keys).size).toBe(kept.keys.length);
      expect(new Set(kept.texts).size).toBe(kept.texts.length);
      expect(device.held).toBe(0);
      expect(kept.texts.every((text) => desk.read.includes(text))).toBe(true);
      const canForget = !persistentRing && events.some((event) => event === "restart" || event === "power");
      if (!canForget) expect([...kept.texts].sort()).toEqual([...desk.read].sort());
    }),
    { numRuns: 150 },
  );
});

it("tells of no lost scans where the reader forgets none", () => {
  fc.assert(
    fc.property(seeds, faults, happenings, (seed, medium, events) => {
      const desk = new Desk(seed, true, { ...medium, drop: 0, spoil: 0, delay: 0 });
      for (const event of events) desk.happen(event);
      desk.settle();
      expect(desk.rig.faults).toEqual([]);
    }),
    { numRuns: 50 },
  );
});
