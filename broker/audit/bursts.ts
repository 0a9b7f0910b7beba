// Makes of a flood of like entries a few records: the first at once, its repetitions within a minute as one with a count.
import { type AuditEntry, networkActions } from "./audit.ts";
import { type NewRecord, timeOf } from "./audit-store.ts";

/** Repetitions are gathered for this time, in milliseconds. */
const gatheredMs = 60_000;
/** Kinds of entries that are gathered at once; what comes beside them is told apart by its action alone. */
const burstsMax = 1_000;
/** Records that others may bring about: a facility's return after a power cut at once, then as many a minute. */
const creditMax = 2_000;
const creditPerMs = 30 / 60_000;

const untold = "too-many-to-tell-apart";

interface Burst {
  readonly entry: AuditEntry;
  readonly sinceMs: number;
  count: number;
  firstAt: number;
  lastAt: number;
}

const bounded: ReadonlySet<string> = new Set(networkActions);

/** Pure: times are handed in, `now` since 1970 and `monotonic`, in milliseconds. */
export class Bursts {
  readonly #bursts = new Map<string, Burst>();
  #credit = creditMax;
  #countedAtMs = Number.NEGATIVE_INFINITY;

  /** Answers the record to write now, if any. */
  take(entry: AuditEntry, now: number, monotonic: number): NewRecord | undefined {
    if (!bounded.has(entry.action)) return { time: timeOf(now), ...entry };
    const burst = this.#bursts.get(keyOf(entry));
    if (burst !== undefined) {
      repeat(burst, now);
      return undefined;
    }
    if (this.#bursts.size < burstsMax && this.#pay(monotonic)) {
      this.#bursts.set(keyOf(entry), begin(entry, monotonic));
      return { time: timeOf(now), ...entry };
    }
    repeat(this.#beside(entry, monotonic), now);
    return undefined;
  }

  /** The repetitions that were gathered long enough, or all of them. */
  due(monotonic: number, all = false): readonly NewRecord[] {
    const ripe = [...this.#bursts].filter(([, { sinceMs }]) => all || monotonic - sinceMs >= gatheredMs);
    for (const [key] of ripe) this.#bursts.delete(key);
    return ripe.flatMap(([key, burst]) => {
      const { entry, count, firstAt, lastAt } = burst;
      if (count === 0) return [];
      if (entry.why !== untold && !all && !this.#pay(monotonic)) {
        const beside = this.#beside(entry, monotonic);
        if (beside.count === 0) beside.firstAt = firstAt;
        beside.count += count;
        beside.lastAt = lastAt;
        return [];
      }
      this.#bursts.set(key, begin(entry, monotonic)); // it goes on: its next repetition is gathered too
      return [{ time: timeOf(firstAt), until: timeOf(lastAt), count, ...entry }];
    });
  }

  /** Where everything goes that there is no room for: one burst for each action and result. */
  #beside({ action, result }: AuditEntry, monotonic: number): Burst {
    const many: AuditEntry = { action, result, why: untold };
    const burst = this.#bursts.get(keyOf(many)) ?? begin(many, monotonic);
    this.#bursts.set(keyOf(many), burst);
    return burst;
  }

  #pay(monotonic: number): boolean {
    const earned = Number.isFinite(this.#countedAtMs) ? (monotonic - this.#countedAtMs) * creditPerMs : 0;
    this.#credit = Math.min(creditMax, this.#credit + earned);
    this.#countedAtMs = monotonic;
    if (this.#credit < 1) return false;
    this.#credit -= 1;
    return true;
  }
}

const begin = (entry: AuditEntry, sinceMs: number): Burst => ({ entry, sinceMs, count: 0, firstAt: 0, lastAt: 0 });

function repeat(burst: Burst, now: number): void {
  if (burst.count === 0) burst.firstAt = now;
  burst.lastAt = now;
  burst.count += 1;
}

/** The port is another one with each connection, and what was refused may be what a hostile client varies. */
const keyOf = ({ action, result, account, address, client, object, why }: AuditEntry): string =>
  JSON.stringify([action, result, account, address, client, why, result === "ok" ? object : undefined]);
