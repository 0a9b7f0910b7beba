// Which reader took an arrival, for as long as the hospital's answer may still be news at the desk.

/** Arrivals that are remembered: a desk sees a few a minute, and answers take a minute at the most. */
const arrivalsMax = 256;

export class RecentArrivals {
  readonly #readers = new Map<string, string>();

  add(eventId: string, readerId: string): void {
    this.#readers.set(eventId, readerId);
    if (this.#readers.size <= arrivalsMax) return;
    const [oldest] = this.#readers.keys();
    if (oldest !== undefined) this.#readers.delete(oldest);
  }

  /** Answers the reader once: a result that comes again is no news. */
  take(eventId: string): string | undefined {
    const reader = this.#readers.get(eventId);
    this.#readers.delete(eventId);
    return reader;
  }
}
