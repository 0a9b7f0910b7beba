// systemd gives a start the time that saving the largest damaged file takes: one that is cut off begins again, for ever.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

/** Of a worn card or an old disk. */
const readBytesPerSecond = 20_000_000;
const writtenBytesPerSecond = 8_000_000;
/** `agent.spool.waitingMax` and `broker.limits.storeBytesMax` at their most: events of about 1 KB, and 1 TiB. */
const largest = { agent: 5_000_000 * 1_024, broker: 1_099_511_627_776 };

test.each(["agent", "broker"] as const)("the %s has the time to save its largest file", (service) => {
  const unit = readFileSync(new URL(`../../../systemd/tiepdon-${service}.service`, import.meta.url), "utf8");
  const [, limit = ""] = /^TimeoutStartSec=(\w+)$/m.exec(unit) ?? [];
  const seconds = limit === "infinity" ? Number.POSITIVE_INFINITY : Number.parseInt(limit, 10) * unitOf(limit);
  // Looked through, then read once more while all of it is written.
  const needed = (2 * largest[service]) / readBytesPerSecond + largest[service] / writtenBytesPerSecond;
  expect(seconds).toBeGreaterThan(needed);
});

const unitOf = (limit: string): number => (limit.endsWith("min") ? 60 : 1);
