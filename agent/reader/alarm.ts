// One wish to be woken at a time, which may change with every chunk: kept with one timer that is seldom touched.
import type { Clock } from "../../protocol/host.ts";

/** Bytes may have arrived while the process was busy: at the wished time the port gets this long to hand them over first. */
const graceMs = 5;

export class Alarm {
  readonly #clock: Clock;
  readonly #ring: (nowMs: number) => void;
  #wish: number | undefined;
  #timer: NodeJS.Timeout | undefined;
  #timerAtMs = 0;

  /** `ring` is called at the wished time or a little later, once for each wish. */
  constructor(clock: Clock, ring: (nowMs: number) => void) {
    this.#clock = clock;
    this.#ring = ring;
  }

  /** Replaces the last wish; monotonic milliseconds, or undefined for none. */
  set(wish: number | undefined): void {
    this.#wish = wish;
    // A timer that fires too early sets itself again: cheaper than a new one for each chunk.
    if (wish === undefined || (this.#timer !== undefined && this.#timerAtMs <= wish)) return;
    this.#start(wish, this.#clock.monotonic());
  }

  /** Forgets the wish and the timer. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#wish = undefined;
  }

  #start(atMs: number, nowMs: number): void {
    clearTimeout(this.#timer);
    this.#timerAtMs = atMs;
    this.#timer = setTimeout(this.#due, Math.max(atMs - nowMs, 0));
  }

  readonly #due = (): void => {
    this.#timer = undefined;
    if (this.#wish === undefined) return;
    const now = this.#clock.monotonic();
    if (now < this.#wish) this.#start(this.#wish, now);
    else this.#timer = setTimeout(this.#graceOver, graceMs);
  };

  readonly #graceOver = (): void => {
    this.#timer = undefined;
    const wish = this.#wish;
    if (wish === undefined) return;
    const now = this.#clock.monotonic();
    if (now < wish) {
      this.#start(wish, now);
      return;
    }
    this.#wish = undefined;
    this.#ring(now);
  };
}
