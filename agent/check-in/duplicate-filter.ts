// Tells a second look at the same code from a second patient: one window per code, any other code passes at once.

/** Codes that are remembered at the most; a desk scans a handful in a window, more is noise. */
const codesMax = 1_024;

export class DuplicateFilter {
  readonly #windowMs: number;
  /** From code to the time (monotonic, ms) it was last seen; the order of insertion is the order of time. */
  readonly #seenAt = new Map<string, number>();

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  /** Whether this code was seen within the window; seeing it again, like a card held before the reader, prolongs the window. */
  isRepeat(code: string, nowMs: number): boolean {
    if (this.#windowMs === 0) return false;
    for (const [old, at] of this.#seenAt) {
      if (nowMs - at < this.#windowMs && this.#seenAt.size <= codesMax) break;
      this.#seenAt.delete(old);
    }
    const repeated = this.#seenAt.delete(code);
    this.#seenAt.set(code, nowMs);
    return repeated;
  }

  /** Forgets a code whose check-in could not be kept, so that the next scan of it counts. */
  forget(code: string): void {
    this.#seenAt.delete(code);
  }
}
