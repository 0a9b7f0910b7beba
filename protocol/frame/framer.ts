// What cuts the bytes of one open port into scans, whatever marks their ends.
import type { Discard } from "../driver/discard.ts";
import type { Scan } from "../message/scan.ts";

/** Where scans go. Neither function may throw, nor call the framer. */
export interface FramerSink {
  /** `scan.raw` is good until this call returns. Never empty. */
  scan(scan: Scan): void;
  discarded(why: Discard, bytes: number): void;
}

export interface Framer {
  /** What the port's silence would end: nothing, a scan (a short gap is enough) or a frame with marks (a long one is meant). */
  readonly pending: "nothing" | "scan" | "stx";
  /** The chunk's memory may be used again as soon as this returns. */
  push(chunk: Uint8Array): void;
  /** The port was silent for its gap. */
  idle(): void;
  /** The port closed: what was begun is dropped and counted. */
  close(): void;
}
