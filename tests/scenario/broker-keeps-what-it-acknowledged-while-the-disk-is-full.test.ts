// The disk fills up and is emptied again, with kills in between: no PUBACK without room, and afterwards the broker goes on by itself.
import { expect, test } from "vitest";
import { diskFullRounds } from "../endurance/broker-disk-full.ts";

/** The long run of 200 is tests/endurance/broker-disk-full.ts. */
const rounds = 5;

test("a full disk loses nothing that was acknowledged, and stops nobody for longer than it is full", {
  timeout: 180_000,
}, async () => {
  const figures = await diskFullRounds(rounds, 11);
  expect(figures).toMatchObject({ lost: [], neverFull: [], stuck: [], kills: 1 });
  expect(figures.refused).toBeGreaterThan(rounds);
});
