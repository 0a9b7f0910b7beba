// Delays grow, have a ceiling, and differ from desk to desk.
import { expect, test } from "vitest";
import { backoffMs, brokerBackoff, readerBackoff } from "../../../../protocol/backoff.ts";

const middle = 0.5;

test("a reader is tried again after 0.5 s, then ever more slowly, at most every 10 s", () => {
  const delays = [1, 2, 3, 4, 5, 6, 1_000_000].map((failures) => backoffMs(readerBackoff, failures, middle));
  expect(delays).toEqual([500, 1_000, 2_000, 5_000, 10_000, 10_000, 10_000]);
});

test("a broker is tried again at once nearly, at most every 30 s", () => {
  const delays = [1, 2, 6, 7, 8, 1_000_000].map((failures) => backoffMs(brokerBackoff, failures, middle));
  expect(delays).toEqual([250, 1_000, 20_000, 30_000, 30_000, 30_000]);
});

test("chance moves a delay by the jitter either way and no further", () => {
  expect(backoffMs(brokerBackoff, 2, 0)).toBe(500);
  expect(backoffMs(brokerBackoff, 2, 1 - Number.EPSILON)).toBe(1_500);
  expect(backoffMs(readerBackoff, 5, 0)).toBe(8_000);
});

test("no failure counts as the first", () => {
  expect(backoffMs(readerBackoff, 0, middle)).toBe(500);
});
