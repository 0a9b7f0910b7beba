// Says in the log how a file was found when it was opened: what was set aside, what was saved, what a power cut left.
import type { Log } from "../protocol/host.ts";
import type { OpenedFile } from "./sqlite-file.ts";
import { isLogDamaged } from "./wal-tail.ts";

/** Says nothing of a file that was as it should be. */
export function reportOpening(opened: OpenedFile, log: Log): void {
  const { setAside, salvaged, walTail, walSetAside } = opened;
  if (walTail !== undefined && isLogDamaged(walTail)) {
    const { committedPages, commitsBehindDamage } = walTail;
    log.error(
      { walSetAside, committedPages, commitsBehindDamage },
      "The write-ahead log was damaged; it was copied aside, and what was committed behind the damage is lost",
    );
  } else if (walTail !== undefined && walTail.unfinishedPages > 0) {
    const { committedPages, committedBytes, unfinishedPages } = walTail;
    log.warn(
      { committedPages, committedBytes, unfinishedPages },
      "The last run ended amid a write; it was dropped, nothing of it was acknowledged",
    );
  }
  if (setAside !== undefined) {
    log.error(
      { setAside, salvaged },
      "The file was damaged; it was set aside, and what could be read of it is in a new one",
    );
  }
}
