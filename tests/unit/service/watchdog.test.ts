// The watchdog is fed by progress of every part, never by the mere passing of time.
import { expect, test } from "vitest";
import { openLog } from "../../../service/log.ts";
import { Watchdog } from "../../../service/watchdog.ts";

function makeWatchdog() {
  const lines: string[] = [];
  const seen = { meals: 0, lines };
  const log = openLog({ level: "debug", service: "test", destination: { write: (line) => lines.push(line) } });
  const watchdog = new Watchdog({ parts: ["loop", "spool"], intervalMs: 20_000, feed: () => (seen.meals += 1), log });
  return { watchdog, seen };
}

test("it is fed only when every part spoke since the last look", () => {
  const { watchdog, seen } = makeWatchdog();
  watchdog.look();
  watchdog.alive("loop");
  watchdog.look();
  expect(seen.meals).toBe(0);
  expect(seen.lines[1]).toContain('["spool"]');
  watchdog.alive("loop");
  watchdog.alive("spool");
  watchdog.look();
  expect(seen.meals).toBe(1);
  watchdog.look();
  expect(seen.meals).toBe(1);
});

test("a part that nobody named is refused", () => {
  expect(() => makeWatchdog().watchdog.alive("lopo")).toThrow("lopo");
});
