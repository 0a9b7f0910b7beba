// Every attack of tests/attack for a moment, against the built product: it lives, nobody gains a right, memory stays bounded, honest desks go on.
import { join } from "node:path";
import { expect, test } from "vitest";
import { attackNames, runAttacks } from "../attack/run-attacks.ts";
import { temporaryDirectory } from "../fixtures/clean-up.ts";

const options = { seconds: 0.7, quietSeconds: 0, desks: 5, seed: 20_261_122 };
/** Above what a real run may take, since a loaded machine collects its garbage late; without the bounds floods take 600 MB. */
const memoryBytesMax = 250 * 1_048_576;

test("each attack once", async () => {
  const directory = join(temporaryDirectory(), "facility");
  const results = await runAttacks({ ...options, directory, names: attackNames });
  expect(results.map(({ name }) => name)).toEqual(attackNames);
  for (const { name, gained, faults, acts, peakBytes } of results) {
    expect({ name, gained, faults }).toEqual({ name, gained: [], faults: [] });
    expect(acts, name).toBeGreaterThan(0);
    expect(peakBytes, name).toBeLessThan(memoryBytesMax);
  }
}, 600_000);
