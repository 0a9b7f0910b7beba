// Imports point one way, no circle exists, each library has its door; a bad fixture proves that the checker sees.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { findBreaches } from "./check-imports.ts";
import { readSources } from "./read-imports.ts";
import { directions } from "./rules.ts";

const here = dirname(fileURLToPath(import.meta.url));
const sources = readSources(join(here, "../.."), Object.keys(directions));

test("the product keeps its directions, doors and freedom from circles", () => {
  expect(sources.length).toBeGreaterThan(50);
  expect(findBreaches(sources)).toEqual([]);
});

test("every breach of the bad fixture is seen, whatever the form of the import", () => {
  const breaches = findBreaches(readSources(join(here, "bad-fixture"), ["protocol", "store", "agent", "broker"]));
  expect(breaches.sort()).toEqual([
    "agent/desk.ts imports broker/facility.ts, but agent may import agent, protocol, service, store only",
    "agent/desk.ts imports mqtt, whose door is agent/publisher/mqtt-link.ts",
    "agent/desk.ts imports typescript, which has no door in rules.ts",
    "circle: agent/round.ts → agent/trip.ts → agent/round.ts",
    "protocol/frame.ts imports agent/desk.ts, but protocol may import protocol only",
    "protocol/frame.ts imports node:fs, but is pure",
    "store/file.ts imports tests/fixture.ts, but store may import store, protocol only",
  ]);
});

/** Lines over which a file needs a reason (reported, never refused). */
const longFileLines = 300;

afterAll(() => {
  const longest = [...sources].sort((a, b) => b.lineCount - a.lineCount).slice(0, 5);
  const total = sources.reduce((sum, { lineCount }) => sum + lineCount, 0);
  const list = longest.map(
    ({ path, lineCount }) => `${path} ${lineCount}${lineCount > longFileLines ? " (long)" : ""}`,
  );
  console.info(`${sources.length} files, ${total} lines; the longest: ${list.join(", ")}`);
});
