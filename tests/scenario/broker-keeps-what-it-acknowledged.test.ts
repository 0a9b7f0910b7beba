// The broker is killed (-9) at a PUBACK: every acknowledged message arrives, first deliveries in order.
import { expect, test } from "vitest";
import { killRounds } from "../endurance/broker-kill.ts";

/** The long run of 200 + 200 is tests/endurance/broker-kill.ts. */
const singles = 20;
const bursts = 10;

test("a kill at the PUBACK loses nothing that was acknowledged", { timeout: 180_000 }, async () => {
  const figures = await killRounds(singles, bursts, 7);
  expect(figures).toMatchObject({ lost: [], outOfOrder: [] });
  expect(figures.acknowledged).toBeGreaterThanOrEqual(singles + bursts);
});
