// The highest of the values that came within a while: whoever looks seldom sees it all the same.

export class RecentPeak {
  readonly #keptMs: number;
  #values: readonly { readonly value: number; readonly atMs: number }[] = [];

  constructor(keptMs: number) {
    this.#keptMs = keptMs;
  }

  /** Takes one more, and answers the highest. Times are monotonic; values are to come a few times a minute at the most. */
  note(value: number, nowMs: number): number {
    // A lower one that came before will never be the answer.
    const before = this.#values.filter((one) => nowMs - one.atMs < this.#keptMs && one.value > value);
    this.#values = [...before, { value, atMs: nowMs }];
    return this.#values[0]?.value ?? value;
  }
}
