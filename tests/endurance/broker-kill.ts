// Kills the broker (-9) at a PUBACK, again and again, and looks whether everything acknowledged arrives.
// Run by itself: node --import tsx tests/endurance/broker-kill.ts [single rounds] [burst rounds] [seed]
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { connect, removeDirectory, until } from "../unit/broker/running-broker.ts";
import { type BrokerProcess, spawnBroker } from "./broker-process.ts";

export interface KillFigures {
  readonly rounds: number;
  readonly acknowledged: number;
  /** Acknowledged to the publisher, and never delivered. Has to stay empty. */
  readonly lost: readonly number[];
  /** First deliveries that came after a later one. Has to stay empty. */
  readonly outOfOrder: readonly number[];
  readonly deliveredTwice: number;
}

/** Messages of one burst. */
const burst = 100;
const publishedAtOnce = 5;

/**
 * Each round publishes to an absent subscriber with a kept session (one message, or a burst) and kills the broker in
 * the turn of the event loop in which a PUBACK arrives. The next start delivers.
 */
export async function killRounds(singles: number, bursts: number, seed: number): Promise<KillFigures> {
  const directory = mkdtempSync(join(tmpdir(), "broker-kill-"));
  const random = generator(seed);
  const acknowledged: number[] = [];
  const received: number[] = [];
  let published = 0;
  let broker = await spawnBroker(directory);
  await fetchAll(broker, [], received);
  for (let round = 0; round < singles + bursts; round += 1) {
    const count = round < singles ? 1 : burst;
    const killAt = 1 + Math.floor(random() * count);
    const numbers = Array.from({ length: count }, () => published++);
    acknowledged.push(...(await publishUntilKilled(broker, numbers, killAt)));
    broker = await spawnBroker(directory);
    await fetchAll(broker, acknowledged, received);
  }
  await broker.kill();
  removeDirectory(directory);
  const firsts = [...new Set(received)];
  return {
    rounds: singles + bursts,
    acknowledged: acknowledged.length,
    lost: acknowledged.filter((number) => !firsts.includes(number)),
    outOfOrder: firsts.filter((number, index) => index > 0 && number < (firsts[index - 1] ?? 0)),
    deliveredTwice: received.length - firsts.length,
  };
}

/** Answers what was acknowledged before the broker was gone. */
async function publishUntilKilled(broker: BrokerProcess, numbers: readonly number[], killAt: number) {
  const publisher = await connect(broker.port);
  const acknowledged: number[] = [];
  const gone = new Promise<void>((resolve) => publisher.mqtt.once("close", () => resolve()));
  let killed: Promise<void> | undefined;
  for (const [index, number] of numbers.entries()) {
    if (index % publishedAtOnce === 0) await setImmediate(); // so that a burst needs several commits
    if (killed !== undefined) break;
    publisher.mqtt.publish("t", String(number), { qos: 1 }, (error) => {
      if (error) return;
      acknowledged.push(number);
      if (acknowledged.length === killAt) killed = broker.kill();
    });
  }
  await gone;
  await killed;
  await publisher.mqtt.endAsync(true);
  return acknowledged;
}

/** Receives until everything acknowledged is here, or nothing came for a second. */
export async function fetchAll(
  broker: BrokerProcess,
  acknowledged: readonly number[],
  received: number[],
): Promise<void> {
  const subscriber = await connect(broker.port, { clientId: "absent", clean: false });
  const missing = new Set(acknowledged);
  for (const number of received) missing.delete(number);
  let lastAt = performance.now();
  subscriber.mqtt.on("message", (_topic, payload) => {
    received.push(Number(payload));
    missing.delete(Number(payload));
    lastAt = performance.now();
  });
  for (const { text } of subscriber.received) {
    received.push(Number(text));
    missing.delete(Number(text));
  }
  await subscriber.mqtt.subscribeAsync("t", { qos: 1 });
  await until(
    () => missing.size === 0 || performance.now() - lastAt > 1_000,
    () => [...missing],
  );
  await subscriber.mqtt.endAsync();
}

/** Seeded chance (mulberry32), so that a failure can be repeated. */
export function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [singles = 200, bursts = 200, seed = 1] = process.argv.slice(2).map(Number);
  const began = performance.now();
  const figures = await killRounds(singles, bursts, seed);
  console.log(JSON.stringify({ seed, ...figures, seconds: Math.round((performance.now() - began) / 1_000) }));
  process.exitCode = figures.lost.length + figures.outOfOrder.length > 0 ? 1 : 0;
}
