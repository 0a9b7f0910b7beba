// Feeds random and mutated bytes to every reader codec and driver for some minutes: no crash, no growth, no time beyond linear.
//
//   npx tsx tests/fuzz/codecs.ts --minutes 10 --seed 1
import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { SeededRandom } from "../../simulators/seeded-random.ts";
import { codecTargets, type Feed, knownBytes } from "./codec-targets.ts";
import { Mutator } from "./mutator.ts";

const { values } = parseArgs({
  options: { minutes: { type: "string", default: "1" }, seed: { type: "string", default: "1" } },
});
const seed = Number(values.seed);
const endMs = Date.now() + Number(values.minutes) * 60_000;
const random = new SeededRandom(seed);
const mutator = new Mutator(knownBytes(), seed);
setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** Inputs between two looks at the clock and the memory. */
const inputsPerLook = 500;
/** Heap that the targets may gain over the whole run, in megabytes; what grows without end passes it within minutes. */
const grownMegabytesMax = 24;
/** Looks before the heap is first judged: caches fill, code is compiled. */
const looksBeforeJudging = 4;
/** Random bytes, instead of mutated vectors, in this share of inputs. */
const randomShare = 0.3;
const randomBytesMax = 600;
/**
 * The worst input of a target, repeated to these lengths. Eight times the bytes take eight times the time, up to twenty with
 * the collection of what a long answer leaves behind; they take sixty-four times where the square is at work.
 */
const shortBytes = 64 * 1_024;
const longBytes = 512 * 1_024;
const longerMax = 24;
const timedRounds = 5;
/** Crashes that are told in full; all are counted. */
const crashesTold = 20;

interface Line {
  readonly name: string;
  feed: Feed;
  slowest: { msPerByte: number; input: Uint8Array };
}

const lines = Object.entries(codecTargets).map(
  ([name, target]): Line => ({ name, feed: target.open(), slowest: { msPerByte: 0, input: new Uint8Array() } }),
);
let inputs = 0;
let bytes = 0;
let crashes = 0;
const heaps: number[] = [];

while (Date.now() < endMs) {
  for (let count = 0; count < inputsPerLook; count += 1) runAll(nextInput());
  collect();
  heaps.push(process.memoryUsage().heapUsed / 1e6);
}
const grown = (heaps.at(-1) ?? 0) - (heaps[Math.min(looksBeforeJudging, heaps.length - 1)] ?? 0);
const ratios = lines.map((line) => ({ name: line.name, ratio: timeRatio(line) }));
const worst = ratios.reduce((left, right) => (right.ratio > left.ratio ? right : left));
console.log(
  `seed ${seed}: ${lines.length} targets, ${inputs} inputs, ${(bytes / 1e6).toFixed(1)} MB to each, ${crashes} crashes; ` +
    `heap ${heaps[0]?.toFixed(1)} MB at first, ${heaps.at(-1)?.toFixed(1)} now; ` +
    `eight times the bytes take ${worst.ratio.toFixed(1)} times the time at worst (${worst.name})`,
);
process.exitCode = crashes > 0 || grown > grownMegabytesMax || worst.ratio > longerMax ? 1 : 0;

function nextInput(): Uint8Array {
  return random.unit() < randomShare ? random.bytes(random.between(1, randomBytesMax)) : mutator.next();
}

/** In up to three pieces. */
function runAll(input: Uint8Array): void {
  inputs += 1;
  bytes += input.length;
  const cuts = [0, random.between(0, input.length), random.between(0, input.length), input.length].sort(
    (a, b) => a - b,
  );
  for (const line of lines) {
    const before = performance.now();
    try {
      for (const [index, cut] of cuts.slice(1).entries()) line.feed(input.subarray(cuts[index] ?? 0, cut));
    } catch (error) {
      crashes += 1;
      const words = error instanceof Error ? error.stack : String(error);
      if (crashes <= crashesTold)
        console.log(`CRASH in ${line.name}: ${words}\n  input ${Buffer.from(input).toString("hex")}`);
      line.feed = codecTargets[line.name]?.open() ?? line.feed;
    }
    const msPerByte = (performance.now() - before) / (input.length + 50); // short inputs pay for the call
    if (msPerByte > line.slowest.msPerByte) line.slowest = { msPerByte, input: Uint8Array.from(input) };
  }
}

/** How many times longer the slowest input takes, repeated to the long length, than to the short one; the least of some rounds. */
function timeRatio({ name, slowest }: Line): number {
  const target = codecTargets[name];
  if (target === undefined || target.isMessages === true || slowest.input.length === 0) return 0;
  const time = (length: number): number => {
    const all = Buffer.alloc(length, slowest.input);
    let least = Number.POSITIVE_INFINITY;
    for (let round = 0; round < timedRounds; round += 1) {
      const feed = target.open();
      collect();
      const before = performance.now();
      feed(all);
      least = Math.min(least, performance.now() - before);
    }
    return least;
  };
  time(shortBytes); // compiles
  return time(longBytes) / Math.max(time(shortBytes), 0.05);
}
