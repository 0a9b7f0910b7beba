// A decoder keeps a scan until it is acknowledged: whenever the agent is killed before that, the scan arrives, and once.
import { expect, test } from "vitest";
import { readerKillRounds } from "../endurance/reader-kill.ts";

/** The endurance script does two hundred. */
const kills = 4;
/** Each kill costs a start of the agent, and the decoder's two seconds before it sends again. */
const timeout = 180_000;

test.each([
  ["a scan in one packet", "ssi"],
  ["a scan in three packets", "ssi-parts"],
] as const)("killed between receipt and acknowledgement of %s", { timeout }, async (_name, keeper) => {
  const seed = Date.now() % 1_000_000;
  const figures = await readerKillRounds(keeper, kills, seed);
  expect(figures, `seed ${seed}`).toMatchObject({ kills, twice: [] });
  // On a machine so slow that the desk is away for six seconds the decoder gives up, and sounds its error.
  expect(figures.lost.length, `seed ${seed}`).toBeLessThanOrEqual(figures.errors);
});
