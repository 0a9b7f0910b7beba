// Attacks the built product: npx tsx tests/attack/main.ts [--seconds N] [--quiet N] [--only NAME[,NAME]] [--seed N] [--markdown]
import { mkdtempSync } from "node:fs";
import { cpus, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { attacks } from "./attacks.ts";
import { type AttackResult, attackNames, runAttacks } from "./run-attacks.ts";

/** What the product has to hold under any attack (the wanted figures). */
const latencyTimesMax = 3;
const memoryBytesMax = 150 * 1_048_576;
const deskCount = 50;

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "10" },
    quiet: { type: "string", default: "5" },
    only: { type: "string" },
    seed: { type: "string", default: "20261122" },
    markdown: { type: "boolean", default: false },
  },
});
const names = values.only?.split(",") ?? attackNames;
const unknown = names.filter((name) => !attackNames.includes(name));
if (unknown.length > 0) {
  console.error(`Không có | there is no attack ${unknown.join(", ")}; có | there are: ${attackNames.join(", ")}`);
  process.exit(2);
}

const ms = (value: number): string => value.toFixed(1);
const megabytes = (bytes: number): string => (bytes / 1_048_576).toFixed(0);

function verdict({ quiet, attacked, peakBytes, gained, faults }: AttackResult): string[] {
  return [
    ...(attacked.p99Ms > latencyTimesMax * quiet.p99Ms ? ["slow"] : []),
    ...(attacked.count === 0 ? ["nothing was published"] : []),
    ...(peakBytes > memoryBytesMax ? ["memory"] : []),
    ...gained.map((what) => `GAINED ${what}`),
    ...faults,
  ];
}

function row(result: AttackResult): string {
  const { name, acts, quiet, attacked, peakBytes, afterBytes } = result;
  const cells = [
    ...[name, String(acts), `${ms(quiet.p50Ms)} / ${ms(quiet.p99Ms)}`, `${ms(attacked.p50Ms)} / ${ms(attacked.p99Ms)}`],
    ...[ms(attacked.p99Ms / quiet.p99Ms), `${megabytes(peakBytes)} / ${megabytes(afterBytes)}`],
    verdict(result).join("; ") || "good",
  ];
  return `| ${cells.join(" | ")} |`;
}

console.log(
  `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model}, ${megabytes(totalmem())} MB; ${deskCount} desks; seed ${values.seed}`,
);
console.log(
  "| attack | hostile acts | quiet p50 / p99 ms | attacked p50 / p99 ms | p99 times | memory peak / after MB | verdict |",
);
console.log("|---|---|---|---|---|---|---|");
const results = await runAttacks({
  directory: mkdtempSync(join(tmpdir(), "tiepdon-attack-")),
  ...{ names, seconds: Number(values.seconds), quietSeconds: Number(values.quiet) },
  ...{ desks: deskCount, seed: Number(values.seed), onResult: (result) => console.log(row(result)) },
});
if (values.markdown) {
  console.log("\n| attack | does | stopped by |\n|---|---|---|");
  for (const { name, does, stoppedBy } of attacks) console.log(`| ${name} | ${does} | ${stoppedBy} |`);
}
const bad = results.filter((result) => verdict(result).length > 0);
const undone = names.length - results.length;
console.log(`${results.length - bad.length} good, ${bad.length} not, ${undone} not run`);
process.exitCode = bad.length + undone > 0 ? 1 : 0;
