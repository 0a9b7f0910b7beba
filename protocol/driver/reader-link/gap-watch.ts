// Watches a reader's numbering for scans that never come while later ones do (READERS chapter 10, "gap").

/** A number may be this late: the reader sends again after 0.5, 1 and 2 seconds. */
export const gapMsMax = 5_000;

/** Numbers kept above the first missing one; a reader's ring holds no more than 256 scans. */
const seenMax = 256;

/** Numbers that are looked up one by one; what lies beyond them is judged unseen, however far a faulty reader jumps. */
const lookUpMax = 1_024;

/** A number that an earlier conversation has taken never comes again, and is not missing. */
export type WasTaken = (seq: number) => boolean;

export class GapWatch {
  #wasTaken: WasTaken = () => false;
  /** Every number up to this one has come, or was given up; undefined before the first. */
  #contiguous: number | undefined;
  readonly #seen = new Set<number>();
  #untilMs: number | undefined;

  /**
   * The reader has started, or was met, with numbers that go on from `contiguous`: 0 for a start that we saw, undefined
   * where nobody knows what came before.
   */
  begin(contiguous: number | undefined, wasTaken: WasTaken): void {
    this.#wasTaken = wasTaken;
    this.#contiguous = contiguous;
    this.#seen.clear();
    this.#untilMs = undefined;
  }

  /** When the gap is too old. */
  get untilMs(): number | undefined {
    return this.#untilMs;
  }

  /** A scan came, for the first time or again. Answers how many are lost, which is seldom more than none. */
  take(seq: number, nowMs: number): number {
    this.#contiguous ??= seq - 1;
    if (seq <= this.#contiguous) return 0;
    this.#seen.add(seq);
    const lost = this.#seen.size > seenMax ? this.#giveUp() : 0;
    this.#close(nowMs);
    return lost;
  }

  /** Answers how many numbers are given up now. */
  wake(nowMs: number): number {
    if (this.#untilMs === undefined || nowMs < this.#untilMs) return 0;
    const lost = this.#giveUp();
    this.#close(nowMs);
    return lost;
  }

  /** Numbers up to the first one that is missing need no memory. Beyond `lookUpMax` those that were taken reach up to the next one seen. */
  #close(nowMs: number): void {
    let contiguous = this.#contiguous ?? 0;
    let lookUps = 0;
    while (this.#seen.size > 0) {
      if (this.#seen.delete(contiguous + 1)) contiguous += 1;
      else if (!this.#wasTaken(contiguous + 1)) break;
      else {
        lookUps += 1;
        contiguous = lookUps < lookUpMax ? contiguous + 1 : Math.min(...this.#seen) - 1;
      }
    }
    const isWhole = this.#seen.size === 0;
    if (isWhole) this.#untilMs = undefined;
    else if (this.#untilMs === undefined || contiguous !== this.#contiguous) this.#untilMs = nowMs + gapMsMax;
    this.#contiguous = contiguous;
  }

  /** Everything missing below the highest number is lost. */
  #giveUp(): number {
    const first = (this.#contiguous ?? 0) + 1;
    const highest = Math.max(...this.#seen);
    let lost = Math.max(highest - first - lookUpMax, 0);
    for (let seq = first; seq < Math.min(highest, first + lookUpMax); seq += 1) {
      if (!this.#seen.has(seq) && !this.#wasTaken(seq)) lost += 1;
    }
    this.#contiguous = highest;
    this.#seen.clear();
    this.#untilMs = undefined;
    return lost;
  }
}
