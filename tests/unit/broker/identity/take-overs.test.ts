// When taking over from a client with the same id is a reconnect, and when it is a fight.
import { expect, test } from "vitest";
import { TakeOvers } from "../../../../broker/access/take-overs.ts";

const id = "38xxx:quay-01";

test("three take-overs in half a minute are granted, the fourth is a fight, and then the newcomer stays out for five minutes", () => {
  const takeOvers = new TakeOvers();
  expect([0, 1_000, 2_000, 3_000, 4_000, 302_999].map((now) => takeOvers.judge(id, now))).toEqual([
    ...["granted", "granted", "granted", "fight", "refused", "refused"],
  ]);
  expect([303_000, 303_001, 303_002, 303_003].map((now) => takeOvers.judge(id, now))).toEqual([
    ...["granted", "granted", "granted", "fight"],
  ]);
});

test("a desk on a bad line that comes back every fifteen seconds is no fight, and ids don't hinder each other", () => {
  const takeOvers = new TakeOvers();
  for (let now = 0; now < 600_000; now += 15_000) expect(takeOvers.judge(id, now)).toBe("granted");
  for (let other = 0; other < 50; other += 1) expect(takeOvers.judge(`38xxx:quay-${other}x`, 0)).toBe("granted");
});

test("ids beyond those that are remembered push the oldest out", () => {
  const takeOvers = new TakeOvers();
  for (let now = 0; now < 4; now += 1) takeOvers.judge(id, now);
  for (let other = 0; other < 10_000; other += 1) takeOvers.judge(`client-${other}`, 5);
  expect(takeOvers.judge(id, 6)).toBe("granted");
});
