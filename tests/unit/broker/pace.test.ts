// How fast one connection may go: bursts pass, floods wait, and waiting pays off what was too much.
import { expect, test } from "vitest";
import { Pace } from "../../../broker/engine/pace.ts";

function paceAt(unpacedPerSecondMax: number, bytesPerSecondMax: number) {
  const clock = { nowMs: 0, now: () => 0, monotonic: () => clock.nowMs, isSynced: () => true };
  return { clock, pace: new Pace({ unpacedPerSecondMax, bytesPerSecondMax }, clock) };
}

test("a second's worth of packets passes at once, more of them wait", () => {
  const { pace } = paceAt(100, 1_000_000);
  expect(pace.spend(100, 0)).toBe(0);
  expect(pace.spend(50, 0)).toBe(500);
});

test("bytes are counted beside packets, and the longer wait holds", () => {
  const { pace } = paceAt(100, 1_000);
  expect(pace.spend(1, 3_000)).toBe(2_000);
  expect(pace.spend(500, 0)).toBe(4_010);
});

test("who has waited may go on, and who was quiet has saved no more than a second", () => {
  const { pace, clock } = paceAt(100, 1_000_000);
  pace.spend(150, 0);
  clock.nowMs = 500;
  expect(pace.spend(1, 0)).toBe(10);
  clock.nowMs = 3_600_000;
  expect(pace.spend(100, 0)).toBe(0);
  expect(pace.spend(1, 0)).toBe(10);
});
