// How much passes in a minute, averaged over 1, 5 and 15 minutes as mosquitto does it: the latest counts most.

const minuteMs = 60_000;
const spans = [1, 5, 15] as const;

export type LoadName = `${(typeof spans)[number]}min`;

export class Load {
  #total: number;
  #atMs: number;
  readonly #averages = new Map<LoadName, number>(spans.map((minutes) => [`${minutes}min`, 0]));

  /** `total` is a count that only grows; times are monotonic. */
  constructor(total: number, nowMs: number) {
    this.#total = total;
    this.#atMs = nowMs;
  }

  /** Messages a minute, by span. */
  update(total: number, nowMs: number): ReadonlyMap<LoadName, number> {
    const passedMs = nowMs - this.#atMs;
    if (passedMs <= 0) return this.#averages;
    const aMinute = ((total - this.#total) * minuteMs) / passedMs;
    this.#total = total;
    this.#atMs = nowMs;
    for (const minutes of spans) {
      const kept = Math.exp(-passedMs / (minutes * minuteMs));
      const before = this.#averages.get(`${minutes}min`) ?? 0;
      this.#averages.set(`${minutes}min`, aMinute + kept * (before - aMinute));
    }
    return this.#averages;
  }
}
