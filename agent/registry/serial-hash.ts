// A short word for a reader's serial number: the same reader is known again at any desk, its number is not published.
import { createHash } from "node:crypto";

/** Enough that no two readers of a province meet in it. */
const hashBytes = 8;

/** SHA-256 of a label, the USB numbers and the serial number, its first bytes in lower-case hexadecimal. */
export function serialHash(vid: string, pid: string, serial: string): string {
  const text = ["tiepdon-reader-serial-v1", vid, pid, serial].join("\0");
  return createHash("sha256").update(text).digest().toString("hex", 0, hashBytes);
}
