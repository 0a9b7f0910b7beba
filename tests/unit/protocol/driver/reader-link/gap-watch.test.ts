// The watch over a reader's numbers: what it looks up is bounded, however far a faulty reader jumps.
import { expect, test } from "vitest";
import { GapWatch, gapMsMax } from "../../../../../protocol/driver/reader-link/gap-watch.ts";

/** Far more than can be looked up one by one, and what looking up may cost: 1,024 and one for each number seen. */
const far = 300_000_000;
const lookUpsMax = 1_024 + 256;

function watch(takenUpTo: number, lowest = 1) {
  const counts = { lookUps: 0 };
  const gap = new GapWatch();
  gap.begin(0, (seq) => {
    counts.lookUps += 1;
    return seq >= lowest && seq <= takenUpTo;
  });
  return { gap, counts };
}

test("a jump over numbers that are all old is closed with few look-ups, and nothing is lost", () => {
  const { gap, counts } = watch(far);
  expect(gap.take(far + 1, 0)).toBe(0);
  expect(counts.lookUps).toBeLessThanOrEqual(lookUpsMax);
  expect(gap.untilMs).toBeUndefined();
  expect(gap.take(far + 2, 0)).toBe(0);
  expect(gap.untilMs).toBeUndefined();
});

test("a number that is missing after the jump is still missed", () => {
  const { gap, counts } = watch(far);
  gap.take(far + 1, 0);
  gap.take(far + 3, 0);
  expect(gap.untilMs).toBe(gapMsMax);
  expect(gap.wake(gapMsMax)).toBe(1);
  expect(counts.lookUps).toBeLessThanOrEqual(2 * lookUpsMax);
});

test("a jump over numbers that nobody has taken is given up with few look-ups", () => {
  const { gap, counts } = watch(0);
  gap.take(far, 0);
  expect(gap.wake(gapMsMax)).toBe(far - 1);
  expect(counts.lookUps).toBeLessThanOrEqual(lookUpsMax);
});

test("numbers that an earlier conversation took in the middle are not missing", () => {
  const { gap } = watch(900, 3);
  gap.take(1, 0);
  gap.take(901, 0);
  gap.take(2, 10);
  expect(gap.untilMs).toBeUndefined();
});
