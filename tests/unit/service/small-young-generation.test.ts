// The young generation of V8 stays as small as it was at the start, whatever passes through it.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const file = fileURLToPath(new URL("../../../service/small-young-generation.ts", import.meta.url));

/** Bytes of the new space after millions of short-lived objects; 32 MB if it is let grow. */
function newSpaceBytes(): number {
  const script = `
    import { getHeapSpaceStatistics } from "node:v8";
    import { keepYoungGenerationSmall } from ${JSON.stringify(file)};
    keepYoungGenerationSmall();
    let some = [];
    for (let n = 0; n < 3_000_000; n += 1) some = n % 5_000 === 0 ? [] : [...some.slice(-1), { n, more: [n] }];
    console.log(getHeapSpaceStatistics().find(({ space_name }) => space_name === "new_space").space_size);`;
  const { stdout } = spawnSync(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], {
    encoding: "utf8",
  });
  return Number(stdout);
}

test("the young generation does not grow", () => {
  const small = newSpaceBytes();
  expect(small).toBeGreaterThan(0);
  expect(small).toBeLessThanOrEqual(4 * 1_048_576);
});
