// Cuts the power of a broker under load: killed (-9), and of its log only what was on the disk at the last PUBACK is sure to stay.
// Run by itself: npx tsx tests/endurance/broker-power-cut.ts [rounds] [seed]
import { closeSync, mkdtempSync, openSync, rmSync, statSync, truncateSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { openBrokerStore } from "../../broker/store/broker-store.ts";
import { readWalTail } from "../../store/wal-tail.ts";
import { connect, removeDirectory } from "../unit/broker/running-broker.ts";
import { fetchAll, generator } from "./broker-kill.ts";
import { type BrokerProcess, spawnBroker } from "./broker-process.ts";

export interface PowerCutFigures {
  readonly rounds: number;
  readonly acknowledged: number;
  /** Acknowledged to the publisher, and never delivered. Has to stay empty. */
  readonly lost: readonly number[];
  readonly deliveredTwice: number;
  /** Bytes behind the last PUBACK that were cut off or spoilt, in all rounds. */
  readonly bytesSpoilt: number;
  /** Starts that said that a write was unfinished, or that the log was damaged. */
  readonly unfinished: number;
  readonly damaged: number;
}

type Chance = () => number;

/** Messages of one round: fewer than the log takes before it begins anew. */
const burst = 100;
const payloadBytes = 700;
const sectorBytes = 512;
const publishedAtOnce = 5;
/** A log of more pages was written into the file meanwhile (SQLite does so every 1,000 pages): it can't be taken back then. */
const logPagesMax = 990;
/** Written behind the last commit, at most, by a transaction that was under way. */
const underWayBytes = 100_000;

/** What a power cut does to the part of the log that was not synced: cut at any byte, cut with garbage behind, or sectors of garbage. */
const spoilers: readonly ((wal: string, from: number, chance: Chance) => number)[] = [
  (wal, from, chance) => cut(wal, from, chance),
  (wal, from, chance) => {
    const spoilt = cut(wal, from, chance);
    const garbage = Buffer.from(
      Array.from({ length: Math.floor(chance() * 12_000) }, () => Math.floor(chance() * 256)),
    );
    write(wal, garbage, statSync(wal).size);
    return spoilt;
  },
  (wal, from, chance) => {
    const first = Math.ceil(from / sectorBytes) * sectorBytes;
    const sectors = Math.floor((statSync(wal).size - first) / sectorBytes);
    let spoilt = 0;
    for (let sector = 0; sector < sectors; sector += 1) {
      if (chance() < 0.7) continue; // this one came to the disk
      write(wal, Buffer.alloc(sectorBytes, Math.floor(chance() * 256)), first + sector * sectorBytes);
      spoilt += sectorBytes;
    }
    return spoilt;
  },
];

export async function powerCutRounds(rounds: number, seed: number): Promise<PowerCutFigures> {
  const directory = mkdtempSync(join(tmpdir(), "broker-power-"));
  const storePath = join(directory, "broker.sqlite");
  const wal = `${storePath}-wal`;
  const chance = generator(seed);
  const acknowledged: number[] = [];
  const received: number[] = [];
  const said = { unfinished: 0, damaged: 0 };
  let published = 0;
  let bytesSpoilt = 0;
  for (let round = 0; round < rounds; round += 1) {
    const before = await spawnBroker(directory);
    await fetchAll(before, [], received);
    const numbers = Array.from({ length: burst }, () => published++);
    const { taken, synced } = await publishUntilCut(before, numbers, chance, wal);
    acknowledged.push(...taken);
    rmSync(`${storePath}-shm`, { force: true });
    if ((readWalTail(wal)?.committedPages ?? 0) > logPagesMax) throw new Error("publish less in a round");
    truncateSync(wal, committedBytes(wal) + Math.floor(chance() * underWayBytes)); // what follows is room, never written
    bytesSpoilt += spoilers[round % spoilers.length]?.(wal, synced, chance) ?? 0;
    const after = await spawnBroker(directory);
    await fetchAll(after, acknowledged, received);
    await after.kill();
    if (after.said().includes("ended amid a write")) said.unfinished += 1;
    if (after.said().includes("log was damaged")) said.damaged += 1;
    openBrokerStore(storePath, 0).close(); // an orderly end: the next round begins with an empty log
  }
  removeDirectory(directory);
  const firsts = new Set(received);
  return {
    ...{ rounds, acknowledged: acknowledged.length, bytesSpoilt, ...said },
    lost: acknowledged.filter((number) => !firsts.has(number)),
    deliveredTwice: received.length - firsts.size,
  };
}

/** Answers what was acknowledged before the power went, and how long the log was at the last PUBACK of these. */
async function publishUntilCut(broker: BrokerProcess, numbers: readonly number[], chance: Chance, wal: string) {
  const publisher = await connect(broker.port);
  const taken: { number: number; logBytes: number }[] = [];
  const gone = new Promise<void>((resolve) => publisher.mqtt.once("close", () => resolve()));
  const killAt = 1 + Math.floor(chance() * numbers.length);
  let killed: Promise<void> | undefined;
  for (const [index, number] of numbers.entries()) {
    if (index % publishedAtOnce === 0) await setImmediate(); // so that the burst needs several commits
    if (killed !== undefined) break;
    publisher.mqtt.publish("t", `${number}`.padEnd(payloadBytes), { qos: 1 }, (error) => {
      if (error) return;
      taken.push({ number, logBytes: committedBytes(wal) });
      if (taken.length === killAt) killed = broker.kill();
    });
  }
  await gone;
  await killed;
  await publisher.mqtt.endAsync(true);
  // The power goes right after one of them: what was written later may be on the disk, or not, or in part.
  const before = taken.slice(0, 1 + Math.floor(chance() * taken.length));
  return { taken: before.map(({ number }) => number), synced: before.at(-1)?.logBytes ?? 0 };
}

const committedBytes = (wal: string): number => readWalTail(wal)?.committedBytes ?? 0;

function cut(wal: string, from: number, chance: Chance): number {
  const { size } = statSync(wal);
  const at = from + Math.floor(chance() * (size - from + 1));
  truncateSync(wal, at);
  return size - at;
}

function write(path: string, bytes: Uint8Array, at: number): void {
  const file = openSync(path, "r+");
  writeSync(file, bytes, 0, bytes.length, at);
  closeSync(file);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [rounds = 200, seed = 1] = process.argv.slice(2).map(Number);
  const began = performance.now();
  const figures = await powerCutRounds(rounds, seed);
  console.log(JSON.stringify({ seed, ...figures, seconds: Math.round((performance.now() - began) / 1_000) }));
  process.exitCode = figures.lost.length > 0 ? 1 : 0;
}
