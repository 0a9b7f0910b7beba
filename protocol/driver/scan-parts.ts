// Where the beginning of a scan is kept whose packets a reader wants acknowledged one by one.

/**
 * An acknowledged packet is gone from the reader: what it said must outlive this process, or the scan is lost when the
 * process dies before the last packet. One reader, one unfinished scan.
 */
export interface ScanParts {
  /** What was kept last, and how long ago by the wall clock, below 0 when that has stepped back; undefined where nothing was, or it was forgotten. */
  read(): { readonly bytes: Uint8Array; readonly ageMs: number } | undefined;
  /** Keeps the bytes in place of those before; none at all forgets. `done` tells, never from inside the call, whether they are on the disk. */
  keep(bytes: Uint8Array, done: (isKept: boolean) => void): void;
}
