// Runs aedes-persistence's abstract suite, unmodified and whole, over the broker's store.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const suite = createRequire(import.meta.url).resolve("aedes-persistence/abstract.js");
const entry = fileURLToPath(new URL("aedes-persistence-entry.ts", import.meta.url));

test("every test of aedes-persistence's abstract suite runs and passes", () => {
  const declared = readFileSync(suite, "utf8").match(/^ {2}test\('/gm)?.length;
  const args = ["--import", "tsx", "--test", "--test-reporter=tap", entry];
  const { stdout } = spawnSync(process.execPath, args, { encoding: "utf8" });
  const count = (name: string) => Number(new RegExp(`^# ${name} (\\d+)$`, "m").exec(stdout)?.[1]);

  expect(declared).toBe(50);
  expect({ passed: count("pass"), failed: count("fail"), skipped: count("skipped") }, stdout).toEqual({
    passed: declared,
    failed: 0,
    skipped: 0,
  });
});
