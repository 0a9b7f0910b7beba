// The real clock says when it can be trusted; the real chance is even and never repeats its bytes.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { systemClock } from "../../../service/clock.ts";
import { systemRandom } from "../../../service/random.ts";

const directory = mkdtempSync(join(tmpdir(), "tiepdon-clock-"));
afterAll(() => rmSync(directory, { recursive: true }));

test("where timesyncd works its mark decides, elsewhere a plausible year does", () => {
  const file = join(directory, "synchronized");
  expect(systemClock({ directory, file }).isSynced()).toBe(false);
  writeFileSync(file, "");
  expect(systemClock({ directory, file }).isSynced()).toBe(true);
  expect(systemClock({ directory: join(directory, "absent"), file: join(directory, "absent/x") }).isSynced()).toBe(
    true,
  );
});

test("the answer about synchronisation is kept for a while", () => {
  const file = join(directory, "later");
  const clock = systemClock({ directory, file });
  expect(clock.isSynced()).toBe(false);
  writeFileSync(file, "");
  expect(clock.isSynced()).toBe(false);
});

test("the monotonic clock does not go back", () => {
  const clock = systemClock();
  const first = clock.monotonic();
  expect(clock.monotonic()).toBeGreaterThanOrEqual(first);
});

test("random bytes come in the length asked for and are not given out twice", () => {
  const random = systemRandom();
  const seen = new Set<string>();
  for (let n = 0; n < 2_000; n += 1) seen.add(Buffer.from(random.bytes(10)).toString("hex"));
  expect(seen.size).toBe(2_000);
  expect(random.bytes(10_000)).toHaveLength(10_000);
  expect(random.bytes(0)).toHaveLength(0);
});

test("unit numbers fill the range from 0 to under 1", () => {
  const random = systemRandom();
  const numbers = Array.from({ length: 10_000 }, () => random.unit());
  expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...numbers)).toBeLessThan(1);
  const quarters = [0, 1, 2, 3].map((quarter) => numbers.filter((n) => Math.floor(n * 4) === quarter).length);
  // 2,500 expected each; 300 is seven standard deviations away.
  for (const count of quarters) expect(Math.abs(count - 2_500)).toBeLessThan(300);
});
