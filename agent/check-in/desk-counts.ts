// What a desk has seen since it started, as plain numbers; nothing here says who.

/** Durations that the percentiles look back over. */
const durationsMax = 256;

export class DeskCounts {
  scans = 0;
  accepted = 0;
  duplicates = 0;
  /** Scans that nothing could keep: the desk was told. */
  refused = 0;
  /** Scans that were no document and whose report was left out, because too many came at once. */
  rejectedUnreported = 0;
  /** Per stable reason. */
  readonly rejected = new Map<string, number>();
  /** Per stable reason: bytes that never became a scan. */
  readonly discarded = new Map<string, number>();
  lastScanAtMs: number | undefined;
  readonly #durations: number[] = [];
  #next = 0;

  count(counter: Map<string, number>, key: string): void {
    counter.set(key, (counter.get(key) ?? 0) + 1);
  }

  /** Milliseconds from the end of a scan to the moment it was on the disk. */
  keptAfter(ms: number): void {
    this.#durations[this.#next] = ms;
    this.#next = (this.#next + 1) % durationsMax;
  }

  /** The given share (0 to 1) of the latest durations was at most this long, in milliseconds; undefined before the first. */
  percentile(share: number): number | undefined {
    const sorted = [...this.#durations].sort((a, b) => a - b);
    const at = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
    return at === undefined ? undefined : Math.round(at * 1_000) / 1_000;
  }

  /** For `health`: every counter, with the maps as plain objects. */
  snapshot(): object {
    return {
      scans: this.scans,
      accepted: this.accepted,
      duplicates: this.duplicates,
      refused: this.refused,
      rejected: Object.fromEntries(this.rejected),
      rejectedUnreported: this.rejectedUnreported,
      discarded: Object.fromEntries(this.discarded),
      keptP50Ms: this.percentile(0.5),
      keptP95Ms: this.percentile(0.95),
    };
  }
}
