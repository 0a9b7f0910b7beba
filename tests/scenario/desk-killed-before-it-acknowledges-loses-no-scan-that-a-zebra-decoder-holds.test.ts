// A decoder keeps a scan until it is acknowledged: whenever the agent is killed before that, the scan arrives, and once.
import { expect, test } from "vitest";
import { readerKillRounds } from "../endurance/reader-kill.ts";

/** The endurance script does two hundred. */
const kills = 6;
/** Each kill costs a start of the agent, and the decoder's two seconds before it sends again. */
const timeout = 180_000;

test("killed six times between receipt and acknowledgement", { timeout }, async () => {
  const seed = Date.now() % 1_000_000;
  const figures = await readerKillRounds("ssi", kills, seed);
  expect(figures, `seed ${seed}`).toMatchObject({ kills, twice: [] });
  // On a machine so slow that the desk is away for six seconds the decoder gives up, and sounds its error.
  expect(figures.lost.length, `seed ${seed}`).toBeLessThanOrEqual(figures.errors);
});
