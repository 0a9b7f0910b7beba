// Fills the disk of a running broker, again and again, makes room again, and looks whether everything acknowledged arrives.
// Run by itself: npx tsx tests/endurance/broker-disk-full.ts [rounds] [seed]
import { execFileSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { connect, removeDirectory } from "../unit/broker/running-broker.ts";
import { fetchAll, generator } from "./broker-kill.ts";
import { type BrokerProcess, spawnBroker } from "./broker-process.ts";

export interface DiskFullFigures {
  readonly rounds: number;
  readonly acknowledged: number;
  /** Acknowledged to the publisher, and never delivered. Has to stay empty. */
  readonly lost: readonly number[];
  /** Messages that got no PUBACK while the disk was full; at least one in each round. */
  readonly refused: number;
  /** Rounds in which the disk was not filled, or nothing was taken once there was room. Have to stay empty. */
  readonly neverFull: readonly number[];
  readonly stuck: readonly number[];
  readonly kills: number;
  readonly deliveredTwice: number;
}

/** Messages of one round, far more than fit. */
const burst = 600;
const payloadBytes = 2_000;
/** Where a file ends when the disk is "full": the bound holds for every write behind it, also inside a longer file. */
const endBytes = { least: 40_000, most: 800_000 };
/** In every so manieth round the broker is killed (-9) while the disk is full. */
const killEvery = 5;

/** A full disk is a bound on the length of files, set on the running process. */
export async function diskFullRounds(rounds: number, seed: number): Promise<DiskFullFigures> {
  const directory = mkdtempSync(join(tmpdir(), "broker-disk-"));
  const chance = generator(seed);
  const acknowledged: number[] = [];
  const received: number[] = [];
  const [neverFull, stuck]: [number[], number[]] = [[], []];
  let [published, refused, kills] = [0, 0, 0];
  let broker = await spawnBroker(directory);
  for (let round = 0; round < rounds; round += 1) {
    await fetchAll(broker, acknowledged, received);
    bound(broker, `${Math.floor(endBytes.least + chance() * (endBytes.most - endBytes.least))}`);
    const numbers = Array.from({ length: burst }, () => published++);
    const taken = await publish(broker, numbers);
    acknowledged.push(...taken);
    refused += numbers.length - taken.length;
    if (taken.length === numbers.length) neverFull.push(round);
    if (round % killEvery === killEvery - 1) {
      await broker.kill();
      kills += 1;
      broker = await spawnBroker(directory);
    } else bound(broker, "unlimited");
    const last = published++;
    const after = await publish(broker, [last]);
    acknowledged.push(...after);
    if (after.length === 0) stuck.push(round);
  }
  await fetchAll(broker, acknowledged, received);
  await broker.kill();
  removeDirectory(directory);
  const firsts = new Set(received);
  return {
    ...{ rounds, acknowledged: acknowledged.length, refused, neverFull, stuck, kills },
    lost: acknowledged.filter((number) => !firsts.has(number)),
    deliveredTwice: received.length - firsts.size,
  };
}

/** Answers what was acknowledged until the broker hung up, or everything. */
async function publish(broker: BrokerProcess, numbers: readonly number[]): Promise<number[]> {
  const publisher = await connect(broker.port);
  const taken: number[] = [];
  const gone = new Promise<void>((resolve) => publisher.mqtt.once("close", () => resolve()));
  const all = numbers.map((number) =>
    publisher.mqtt.publishAsync("t", `${number}`.padEnd(payloadBytes), { qos: 1 }).then(
      () => void taken.push(number),
      () => {},
    ),
  );
  await Promise.race([Promise.all(all), gone]);
  await publisher.mqtt.endAsync(true);
  return taken;
}

function bound({ child }: BrokerProcess, bytes: string): void {
  execFileSync("prlimit", ["--pid", `${child.pid}`, `--fsize=${bytes}:unlimited`]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [rounds = 200, seed = 1] = process.argv.slice(2).map(Number);
  const began = performance.now();
  const figures = await diskFullRounds(rounds, seed);
  console.log(JSON.stringify({ seed, ...figures, seconds: Math.round((performance.now() - began) / 1_000) }));
  process.exitCode = figures.lost.length + figures.neverFull.length + figures.stuck.length > 0 ? 1 : 0;
}
