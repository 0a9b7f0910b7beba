// Averages over 1, 5 and 15 minutes go to the steady rate and forget it again, the short one first.
import { expect, test } from "vitest";
import { Load } from "../../../../broker/observation/load.ts";

const minute = 60_000;

test("a steady rate is what all averages come to, and silence takes them back", () => {
  const load = new Load(0, 0);
  let averages = load.update(0, 0);
  for (let at = 1; at <= 120; at += 1) averages = load.update(at * 30, at * minute);
  for (const average of averages.values()) expect(average).toBeCloseTo(30, 1);
  averages = load.update(3_600, 121 * minute);
  const [one = 0, five = 0, fifteen = 0] = averages.values();
  expect(one).toBeCloseTo(30 * Math.exp(-1), 1);
  expect(one).toBeLessThan(five);
  expect(five).toBeLessThan(fifteen);
});

test("how often it is asked does not matter, and asking twice at one moment is no division by zero", () => {
  const often = new Load(0, 0);
  for (let at = 0.5; at < 10; at += 0.5) often.update(at * 30, at * minute);
  const seldom = new Load(0, 0);
  const wanted = seldom.update(300, 10 * minute).get("5min") ?? 0;
  expect(often.update(300, 10 * minute).get("5min")).toBeCloseTo(wanted, 5);
  expect(often.update(300, 10 * minute).get("5min")).toBeCloseTo(wanted, 5);
});
