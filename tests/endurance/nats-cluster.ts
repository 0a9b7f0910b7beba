// Three nats-servers, many desks, and one server killed (-9) again and again: does every accepted check-in reach the hospital?
// Run by itself: node --import tsx tests/endurance/nats-cluster.ts [puback|result] [desks] [kills] [seconds between kills] [seed] [here|away] [subscribeQos]
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Hospital } from "./hospital.ts";
import { NatsServers } from "./nats-servers.ts";
import { ScannedDesk } from "./scanned-desk.ts";

export interface ClusterRun {
  readonly receipt: "puback" | "result";
  readonly desks: number;
  /** How often a server is killed. */
  readonly kills: number;
  /** From one kill to the next; longer where the one before has not come back yet. */
  readonly periodMs: number;
  /** From a kill to the start of that server. */
  readonly downMs: number;
  /** Mean time from one scan of a desk to the next. */
  readonly scanMs: number;
  readonly seed: number;
  /** Of the desks; the profile says 0. */
  readonly subscribeQos?: 0 | 1;
  /** The hospital is away during the kills: the cluster has to keep its queue. */
  readonly hospitalAway?: boolean;
  readonly tell?: (words: string) => void;
}

export interface ClusterFigures {
  readonly accepted: number;
  readonly received: number;
  /** Accepted by a desk and never delivered, as `topic sequence`. Has to stay empty. */
  readonly lost: readonly string[];
  readonly repeated: number;
  readonly outOfOrder: number;
  /** Check-ins that still wait for their receipt at the end. */
  readonly waiting: number;
  readonly deskFailures: number;
  readonly hospitalFailures: number;
  readonly sessionsForgotten: number;
  readonly longestSilenceMs: number;
  readonly slowestReturnMs: number;
  readonly drainMs: number;
}

const facility = "38xxx";
const deskName = (index: number): string => `quay-${String(index + 1).padStart(2, "0")}`;
/** A desk answers a scan within milliseconds; on a busy machine within this time. */
const settleMs = 2_000;
/** How long everything may take to arrive after the last scan. */
const drainMsMax = 180_000;

export async function runCluster(run: ClusterRun): Promise<ClusterFigures> {
  const directory = mkdtempSync(join(tmpdir(), "nats-cluster-"));
  const random = generator(run.seed);
  const servers = await NatsServers.make(directory, {
    servers: 3,
    facilities: [{ facility, desks: run.desks }],
    users: [{ name: "his", role: "his", facility }],
  });
  const desks: ScannedDesk[] = [];
  let hospital: Hospital | undefined;
  try {
    await servers.startAll();
    const his = await servers.issue("his");
    hospital = new Hospital({
      urls: servers.urls,
      connection: { ca: readFileSync(his.caFile), cert: readFileSync(his.certFile), key: readFileSync(his.keyFile) },
      clientId: "his-7c1e",
      filters: [`tiepdon/v1/${facility}/+/checkin/json`],
      answers: run.receipt === "result",
    });
    await hospital.start();
    for (let index = 0; index < run.desks; index += 1) {
      const desk = deskName(index);
      desks.push(
        await ScannedDesk.start({
          ...{ facility, desk, dataDir: join(directory, desk), seed: run.seed * 1_000 + index },
          mqtt: {
            url: servers.urls,
            ...(await servers.issue(`${facility}:${desk}`)),
            keepaliveSeconds: 10,
            subscribeQos: run.subscribeQos ?? 0,
          },
          publish: { receipt: run.receipt, resultSeconds: 20 },
          pauseMs: () => run.scanMs * (0.5 + random()),
        }),
      );
    }
    const accepted = () => desks.reduce((sum, desk) => sum + desk.accepted, 0);
    await until("check-ins flow", () => accepted() > run.desks && (hospital?.count ?? 0) > run.desks);
    hospital.longestSilenceMs = 0;
    if (run.hospitalAway) await hospital.leave();
    let slowestReturnMs = 0;
    for (let kill = 0; kill < run.kills; kill += 1) {
      const nextAtMs = performance.now() + run.periodMs;
      const victim = kill < 3 ? kill : Math.floor(random() * 3); // each at least once
      await servers.kill(victim);
      run.tell?.(`killed n${victim + 1}; accepted ${accepted()}, received ${hospital.count}`);
      await sleep(run.downMs);
      const startedAtMs = performance.now();
      servers.start(victim);
      await servers.untilReady(victim);
      slowestReturnMs = Math.max(slowestReturnMs, performance.now() - startedAtMs);
      await sleep(Math.max(0, nextAtMs - performance.now()));
    }
    for (const desk of desks) desk.stopScanning();
    await sleep(settleMs); // a scan under way is accepted meanwhile
    const drainFromMs = performance.now();
    if (run.hospitalAway) await hospital.start();
    const arrived = () => hospital?.count ?? 0;
    await until("everything arrives", () => arrived() >= accepted() && desks.every((desk) => desk.waiting === 0)).catch(
      () => undefined, // the figures tell what is missing
    );
    const lost = desks.flatMap((desk, index) => {
      const topic = `tiepdon/v1/${facility}/${deskName(index)}/checkin/json`;
      return (hospital?.missing(topic, desk.accepted) ?? []).map((sequence) => `${topic} ${sequence}`);
    });
    return {
      ...{ accepted: accepted(), received: arrived(), lost, repeated: hospital.repeated },
      ...{ outOfOrder: hospital.outOfOrder, waiting: desks.reduce((sum, desk) => sum + desk.waiting, 0) },
      deskFailures: desks.reduce((sum, desk) => sum + desk.failures, 0),
      ...{ hospitalFailures: hospital.failures, sessionsForgotten: hospital.forgotten },
      ...{ longestSilenceMs: hospital.longestSilenceMs, slowestReturnMs },
      drainMs: performance.now() - drainFromMs,
    };
  } finally {
    await Promise.all(desks.map((desk) => desk.stop()));
    await hospital?.stop();
    await servers.stop();
    if (process.env["KEEP_CLUSTER"] === undefined) rmSync(directory, { recursive: true, force: true });
    else run.tell?.(`kept ${directory}`);
  }
}

async function until(what: string, condition: () => boolean): Promise<void> {
  const end = performance.now() + drainMsMax;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`waited in vain: ${what}`);
    await sleep(100);
  }
}

/** Numbers in [0, 1) that the seed alone decides (mulberry32). */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [receipt = "puback", desks = 50, kills = 9, seconds = 20, seed = 20_261_122, where = "here", qos = 0] =
    process.argv.slice(2);
  const figures = await runCluster({
    ...{ receipt: receipt === "result" ? "result" : "puback", desks: Number(desks), kills: Number(kills) },
    ...{ periodMs: Number(seconds) * 1_000, downMs: 5_000, scanMs: 1_000, seed: Number(seed) },
    ...{ hospitalAway: where === "away", subscribeQos: Number(qos) === 1 ? 1 : 0 },
    tell: (words) => process.stderr.write(`${new Date().toISOString()} ${words}\n`),
  });
  process.stdout.write(
    `${JSON.stringify({ receipt, desks, kills, seconds, seed, where, qos, ...figures }, undefined, 1)}\n`,
  );
  process.exit(figures.lost.length === 0 && figures.waiting === 0 ? 0 : 1);
}
