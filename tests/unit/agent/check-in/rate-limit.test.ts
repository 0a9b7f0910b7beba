// A burst passes, then a steady few.
import { expect, test } from "vitest";
import { RateLimit } from "../../../../agent/check-in/rate-limit.ts";

const allowed = (limit: RateLimit, asked: number, atMs: number) =>
  Array.from({ length: asked }, () => limit.allows(atMs)).filter((allows) => allows).length;

test("the burst passes at once and nothing after it", () => {
  expect(allowed(new RateLimit({ burst: 50, perSecond: 5 }), 1_000, 0)).toBe(50);
});

test("then as many a second as the rate says, however often it is asked", () => {
  const limit = new RateLimit({ burst: 50, perSecond: 5 });
  allowed(limit, 50, 0);
  let passed = 0;
  for (let at = 1; at <= 10_000; at += 1) passed += allowed(limit, 1, at);
  expect(passed).toBe(50);
});

test("a long quiet time saves up one burst, not more", () => {
  const limit = new RateLimit({ burst: 3, perSecond: 1 });
  allowed(limit, 3, 0);
  expect(allowed(limit, 100, 3_600_000)).toBe(3);
});
