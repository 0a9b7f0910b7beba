// Feeds systemd's watchdog as long as every part of the service makes progress, and only then.
import type { Log } from "../protocol/host.ts";

export interface WatchdogOptions {
  /** The parts that must each say `alive` within an interval: a loop that turns, not a timer that fires. */
  readonly parts: readonly string[];
  /** Time between two looks, in milliseconds; parts must report more often than this. */
  readonly intervalMs: number;
  /** Called at each look at which no part was silent. */
  readonly feed: () => void;
  readonly log: Log;
}

/** A part that is silent for one interval stops the feeding; when it speaks again in time, feeding goes on. */
export class Watchdog {
  readonly #options: WatchdogOptions;
  readonly #alive = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: WatchdogOptions) {
    this.#options = options;
  }

  /** The part made progress. A part that was not named at the start is a broken invariant and throws. */
  alive(part: string): void {
    if (!this.#options.parts.includes(part)) throw new Error(`The watchdog does not know the part ${part}`);
    this.#alive.add(part);
  }

  /** Begins to look every interval; the timer alone does not keep the process running. */
  start(): void {
    this.#timer = setInterval(() => this.look(), this.#options.intervalMs).unref();
  }

  /** One look: feeds if every part spoke since the last one, else names the silent ones in the log. */
  look(): void {
    const silent = this.#options.parts.filter((part) => !this.#alive.has(part));
    this.#alive.clear();
    if (silent.length === 0) this.#options.feed();
    else this.#options.log.error({ silent }, "No progress: the watchdog is not fed");
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
