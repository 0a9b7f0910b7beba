// Counts broken frames of late: too many mean that the line, not the frame, is at fault (READERS chapter 2).

/** So many broken frames within so many milliseconds are line noise. */
export const faultsMax = 5;
export const faultWindowMs = 10_000;

export class RecentFaults {
  /** When each of the latest faults was, the oldest first. */
  #timesMs: readonly number[] = [];

  /** Takes one fault more; answers whether there are now too many. */
  add(nowMs: number): boolean {
    this.#timesMs = [...this.#timesMs, nowMs].filter((timeMs) => nowMs - timeMs < faultWindowMs).slice(-faultsMax);
    return this.#timesMs.length >= faultsMax;
  }
}
