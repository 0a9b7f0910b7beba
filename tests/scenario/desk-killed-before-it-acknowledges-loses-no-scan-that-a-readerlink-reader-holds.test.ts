// A ReaderLink reader holds a scan until it is acknowledged: whenever the agent is killed before that, the scan arrives, and once.
import { expect, test } from "vitest";
import { readerKillRounds } from "../endurance/reader-kill.ts";

/** The endurance script does two hundred. */
const kills = 6;
/** Each kill costs a start of the agent. */
const timeout = 180_000;

test("killed six times between receipt and acknowledgement", { timeout }, async () => {
  const seed = Date.now() % 1_000_000;
  const figures = await readerKillRounds("readerlink", kills, seed);
  expect(figures, `seed ${seed}`).toMatchObject({ kills, lost: [], twice: [] });
});
