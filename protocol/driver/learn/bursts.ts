// Parts what a reader sends into bursts: bytes that come together, with silence before and behind.

/** Bytes, or one HID report, as they came. */
export interface Arrival {
  /** Monotonic, milliseconds. */
  readonly atMs: number;
  readonly bytes: Uint8Array;
}

export interface Burst {
  readonly arrivals: readonly Arrival[];
  /** Longest silence within it. */
  readonly gapMsMax: number;
}

/** Silence that parts two scans: a hand is slower, and a reader within a scan is faster. */
export const burstSilenceMs = 400;

/** `arrivals` in the order of their times. */
export function burstsOf(arrivals: readonly Arrival[]): readonly Burst[] {
  const bursts: { arrivals: Arrival[]; gapMsMax: number }[] = [];
  let last: Arrival | undefined;
  for (const arrival of arrivals) {
    const gapMs = last === undefined ? burstSilenceMs : arrival.atMs - last.atMs;
    const burst = bursts.at(-1);
    if (burst === undefined || gapMs >= burstSilenceMs) bursts.push({ arrivals: [arrival], gapMsMax: 0 });
    else {
      burst.arrivals.push(arrival);
      burst.gapMsMax = Math.max(burst.gapMsMax, gapMs);
    }
    last = arrival;
  }
  return bursts;
}
