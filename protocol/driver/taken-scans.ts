// The memory of scans that are already on the disk, by the numbers that readers give them; kept by the spool.

/** How a reader numbers a scan that it will send again until it is acknowledged. */
export interface ScanLink {
  /** Names one start of the reader, lower-case hexadecimal; empty where the protocol knows none. */
  readonly boot: string;
  /** Counts within `boot`; 0 where the protocol numbers nothing: then only the last scan is remembered. */
  readonly seq: number;
  /** CRC-32C of the scan's bytes, unsigned. */
  readonly crc: number;
}

/** Survives the agent: written in the same transaction as the scan's event. */
export interface TakenScans {
  /**
   * The CRC of a taken scan. `old`: its number lies below those of the last 256 that were taken, so that nobody knows it any
   * more; a reader holds no scan for so long. Undefined: never taken.
   */
  crcOf(boot: string, seq: number): number | "old" | undefined;
  /** The reader's latest start from which something was taken, and the highest `seq` up to which all were. */
  last(): { readonly boot: string; readonly contiguousSeq: number } | undefined;
}
