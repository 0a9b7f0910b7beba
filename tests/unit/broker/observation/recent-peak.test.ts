// The highest value of the last while.
import fc from "fast-check";
import { expect, test } from "vitest";
import { RecentPeak } from "../../../../broker/observation/recent-peak.ts";

test("it is the highest of what came within the time, however often somebody looked", () => {
  const steps = fc.array(fc.record({ value: fc.nat(20), passedMs: fc.nat(40) }));
  fc.assert(
    fc.property(steps, (list) => {
      const peak = new RecentPeak(100);
      let nowMs = 0;
      const came: { readonly value: number; readonly atMs: number }[] = [];
      for (const { value, passedMs } of list) {
        nowMs += passedMs;
        came.push({ value, atMs: nowMs });
        const recent = came.filter(({ atMs }) => nowMs - atMs < 100).map((one) => one.value);
        expect(peak.note(value, nowMs)).toBe(Math.max(...recent));
      }
    }),
  );
});
