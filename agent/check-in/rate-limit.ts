// Lets a burst through and then a steady few: keeps noise from a broken reader out of the spool.

export interface Rate {
  /** How many may come at once. */
  readonly burst: number;
  /** How many a second after that. */
  readonly perSecond: number;
}

/** A token bucket. Time is monotonic milliseconds, handed in. */
export class RateLimit {
  readonly #rate: Rate;
  #tokens: number;
  #atMs: number | undefined;

  constructor(rate: Rate) {
    this.#rate = rate;
    this.#tokens = rate.burst;
  }

  allows(nowMs: number): boolean {
    const passedMs = nowMs - (this.#atMs ?? nowMs);
    this.#atMs = nowMs;
    this.#tokens = Math.min(this.#rate.burst, this.#tokens + (passedMs * this.#rate.perSecond) / 1_000);
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
