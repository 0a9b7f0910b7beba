// One complete scan as a reader delivered it, before anybody asks what it says.

/** How the framer knew that the scan was over. */
export type EndedBy = "terminator" | "etx" | "length" | "report" | "packet" | "idle" | "message";

/** Bytes of one complete scan. `aim` is the symbology identifier of ISO/IEC 15424 where the reader sent one. */
export interface Scan {
  readonly raw: Uint8Array;
  readonly aim?: string;
  readonly endedBy: EndedBy;
}
