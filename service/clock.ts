// The real clock, with what the operating system says about its being set.
import { existsSync } from "node:fs";
import type { Clock } from "../protocol/host.ts";

/** Where systemd-timesyncd works; the file inside appears when the clock was set from the network (systemd-timesyncd(8), Files). */
export interface SyncMarks {
  readonly directory: string;
  readonly file: string;
}
const timesyncMarks: SyncMarks = {
  directory: "/run/systemd/timesync",
  file: "/run/systemd/timesync/synchronized",
};

/** Before 2025 no desk ran this program: such a clock was never set. Milliseconds since 1970. */
const plausibleFrom = Date.UTC(2025, 0, 1);

/** How long an answer about synchronisation is used again, in milliseconds: every scan asks, and it changes once a boot. */
const syncAnswerMs = 10_000;

/**
 * The clocks of this machine. `isSynced` goes by timesyncd where that runs (every Raspberry Pi OS and Debian by
 * default: a Pi wakes up with the time at which it was switched off). Elsewhere, with chrony or a battery-backed clock,
 * no file tells, and a plausible year has to do.
 */
export function systemClock(marks: SyncMarks = timesyncMarks): Clock {
  let synced = false;
  let askedAt = Number.NEGATIVE_INFINITY;
  const monotonic = () => performance.now();
  return {
    now: () => Date.now(),
    monotonic,
    isSynced: () => {
      if (monotonic() - askedAt >= syncAnswerMs) {
        askedAt = monotonic();
        synced = Date.now() >= plausibleFrom && (!existsSync(marks.directory) || existsSync(marks.file));
      }
      return synced;
    },
  };
}
