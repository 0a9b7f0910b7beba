// Counters and percentiles of a desk, bounded.
import { expect, test } from "vitest";
import { DeskCounts } from "../../../../agent/check-in/desk-counts.ts";

test("before the first scan there is no duration", () => {
  const counts = new DeskCounts();
  expect(counts.percentile(0.5)).toBeUndefined();
  expect(counts.snapshot()).toMatchObject({ scans: 0, accepted: 0, rejected: {}, discarded: {} });
});

test("percentiles look at the latest 256 durations only", () => {
  const counts = new DeskCounts();
  for (let ms = 1; ms <= 1_000; ms += 1) counts.keptAfter(1_000);
  for (let ms = 1; ms <= 256; ms += 1) counts.keptAfter(ms);
  expect(counts.percentile(0)).toBe(1);
  expect(counts.percentile(0.5)).toBe(129);
  expect(counts.percentile(1)).toBe(256);
});

test("reasons are counted apart", () => {
  const counts = new DeskCounts();
  counts.count(counts.rejected, "url");
  counts.count(counts.rejected, "url");
  counts.count(counts.discarded, "overflow");
  expect(counts.snapshot()).toMatchObject({ rejected: { url: 2 }, discarded: { overflow: 1 } });
});
