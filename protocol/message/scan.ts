// One complete scan as a reader delivered it, before anybody asks what it says.
import type { ScanLink } from "../driver/taken-scans.ts";

/** How the framer knew that the scan was over. */
export type EndedBy = "terminator" | "etx" | "length" | "report" | "packet" | "idle" | "message";

/**
 * Bytes of one complete scan. `aim` is the symbology identifier of ISO/IEC 15424 where the reader sent one, `symbology`
 * the name of UnifiedPOS ScanDataType where it said it otherwise.
 */
export interface Scan {
  readonly raw: Uint8Array;
  readonly aim?: string;
  readonly symbology?: string;
  readonly endedBy: EndedBy;
  /** The reader keeps the scan until it is acknowledged, under this number. */
  readonly link?: ScanLink;
  /** Milliseconds between the reading and the arrival of the bytes, where the reader said so. */
  readonly ageMs?: number;
}
