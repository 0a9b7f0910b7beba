// How fast one connection may go: so many packets and bytes a second on the average, a second's worth of them at once.
import type { Clock } from "../../protocol/host.ts";

export interface PaceLimits {
  readonly unpacedPerSecondMax: number;
  readonly bytesPerSecondMax: number;
}

/** Whoever is too fast waits; nobody is refused, since a desk that empties its spool is no enemy. */
export class Pace {
  readonly #limits: PaceLimits;
  readonly #clock: Clock;
  /** In seconds of work that it is ahead of the clock, for packets and for bytes; negative is saved up. */
  #packetsAhead = -1;
  #bytesAhead = -1;
  #countedAtMs: number;

  constructor(limits: PaceLimits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
    this.#countedAtMs = clock.monotonic();
  }

  /** So much came. Answers how many milliseconds nothing more is to be read; 0 in the ordinary case. */
  spend(packets: number, bytes: number): number {
    const { unpacedPerSecondMax, bytesPerSecondMax } = this.#limits;
    const nowMs = this.#clock.monotonic();
    const passed = (nowMs - this.#countedAtMs) / 1_000;
    this.#countedAtMs = nowMs;
    this.#packetsAhead = Math.max(-1, this.#packetsAhead - passed) + packets / unpacedPerSecondMax;
    this.#bytesAhead = Math.max(-1, this.#bytesAhead - passed) + bytes / bytesPerSecondMax;
    return Math.ceil(Math.max(0, this.#packetsAhead, this.#bytesAhead) * 1_000);
  }
}
