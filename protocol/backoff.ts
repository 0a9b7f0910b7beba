// How long to wait before the next try: grows with each failure, has a ceiling, and differs from desk to desk.

export interface Backoff {
  /** Delays after the first, second, … failure in milliseconds; the last one stays. */
  readonly delaysMs: readonly number[];
  /** Share by which a delay may differ either way, 0 to 1, so that desks don't all come back in one instant. */
  readonly jitter: number;
}

/** A reader that fails: 0.5 to 10 s, 20 % jitter (READERS chapter 2). */
export const readerBackoff: Backoff = { delaysMs: [500, 1_000, 2_000, 5_000, 10_000], jitter: 0.2 };

/** A broker that is away: at once nearly, then up to 30 s, spread wide because every desk of a facility waits for the same one. */
export const brokerBackoff: Backoff = { delaysMs: [250, 1_000, 2_000, 5_000, 10_000, 20_000, 30_000], jitter: 0.5 };

/** Answers the delay in milliseconds after `failures` (1 or more) failures in a row; `unit` is a random number in [0, 1). */
export function backoffMs(backoff: Backoff, failures: number, unit: number): number {
  const step = Math.min(Math.max(failures, 1), backoff.delaysMs.length) - 1;
  const delay = backoff.delaysMs[step] ?? 0;
  return Math.round(delay * (1 + backoff.jitter * (2 * unit - 1)));
}
