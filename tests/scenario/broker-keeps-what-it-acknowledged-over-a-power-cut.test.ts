// The power is cut under load: whatever became of the part of the log that was not synced, everything acknowledged arrives.
import { expect, test } from "vitest";
import { powerCutRounds } from "../endurance/broker-power-cut.ts";

/** The long run of 200 is tests/endurance/broker-power-cut.ts. */
const rounds = 6;

test("a log that is cut or spoilt behind the last PUBACK loses nothing", { timeout: 180_000 }, async () => {
  const figures = await powerCutRounds(rounds, 11);
  expect(figures.lost).toEqual([]);
  expect(figures.acknowledged).toBeGreaterThanOrEqual(rounds);
  expect(figures.bytesSpoilt).toBeGreaterThan(0);
});
