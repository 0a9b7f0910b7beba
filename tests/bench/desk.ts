// Measures a whole desk, from bytes on the line to the subscriber, beside what a user would otherwise write.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type BenchRow, describeRow, isMain, median, percentile } from "./measure.ts";
import { type Contestant, cpuSeconds, Rig, residentMiB, scanOf } from "./rig.ts";

const rounds = 3;
const latencyScans = 50;
const latencyGapMs = 100;
const throughputScans = 20_000;
const idleMs = 3_000;

const topic = "tiepdon/v1/99999/quay-01/checkin/json";

export const desk: Contestant = {
  name: "tiepdon agent",
  command: ({ device, url, folder }) => {
    const config = join(folder, "tiepdon.yaml");
    writeFileSync(
      config,
      `agent:\n  facility: "99999"\n  desk: quay-01\n  readers: [{ id: qr-1, serial: ${device}, baudRate: 115200 }]\n` +
        `  mqtt: { url: "${url}" }\n  log: { level: error }\n`,
    );
    return { args: ["dist/tiepdon.cjs", "agent", "--config", config, "--data-dir", folder], env: serviceEnvironment };
  },
};
/** What systemd/tiepdon-agent.service sets. */
const serviceEnvironment = { MALLOC_ARENA_MAX: "1" };

const plainScript: Contestant = {
  name: "script that keeps nothing",
  command: ({ device, url }) => ({ args: ["tests/bench/peers/plain-script.mjs", device, url, topic] }),
};
const carefulScript: Contestant = {
  name: "script with an outbox",
  command: ({ device, url, folder }) => ({
    args: ["tests/bench/peers/careful-script.mjs", device, url, topic, join(folder, "outbox.db")],
  }),
};

/** One round of one contestant: start to first event, latency at ten scans a second, a burst, memory when idle. */
export interface Round {
  readonly startMs: number;
  readonly latencyMs: number;
  readonly latencySlowMs: number;
  readonly scansPerSecond: number;
  readonly cpuMicroseconds: number;
  readonly idleMiB: number;
}

export async function runRound(rig: Rig, contestant: Contestant): Promise<Round> {
  const startedAt = performance.now();
  const child = await rig.enter(contestant);
  const pid = child.pid ?? 0;
  const index = 1;
  await rig.arrival(index, true);
  const startMs = performance.now() - startedAt;
  await sleep(idleMs);
  const idleMiB = residentMiB(pid);

  const latencies: number[] = [];
  for (let scan = 2; scan < 2 + latencyScans; scan += 1) {
    const sentAt = performance.now();
    await rig.scan(scanOf(scan));
    await rig.arrival(scan);
    latencies.push((rig.arrivedAt.get(scan) ?? Number.NaN) - sentAt);
    await sleep(latencyGapMs);
  }

  const first = 10_000;
  const last = first + throughputScans - 1;
  const cpuBefore = cpuSeconds(pid);
  const burstAt = performance.now();
  for (let scan = first; scan <= last; scan += 1) await rig.scan(scanOf(scan));
  await rig.arrival(last);
  const seconds = (performance.now() - burstAt) / 1_000;
  const missing = throughputScans - [...rig.arrivedAt.keys()].filter((key) => key >= first).length;
  if (missing > 0) process.stderr.write(`${contestant.name}: ${missing} of ${throughputScans} scans did not arrive\n`);
  const cpuMicroseconds = ((cpuSeconds(pid) - cpuBefore) / throughputScans) * 1e6;
  await rig.leave(child);
  return {
    ...{ startMs, idleMiB, cpuMicroseconds, scansPerSecond: throughputScans / seconds },
    ...{ latencyMs: percentile(latencies, 0.5), latencySlowMs: percentile(latencies, 0.95) },
  };
}

export function medianOf(all: readonly Round[], member: keyof Round): number {
  return median(all.map((round) => round[member]));
}

export async function deskBenchmarks(): Promise<BenchRow[]> {
  const rig = new Rig();
  await rig.start();
  const measured = new Map<Contestant, Round[]>([
    [desk, []],
    [plainScript, []],
    [carefulScript, []],
  ]);
  try {
    for (let round = 0; round < rounds; round += 1) {
      for (const [contestant, all] of measured) all.push(await runRound(rig, contestant));
    }
  } finally {
    await rig.stop();
  }
  const of = (contestant: Contestant, member: keyof Round) => medianOf(measured.get(contestant) ?? [], member);
  const against = (
    peer: Contestant,
    member: keyof Round,
    name: string,
    unit: string,
    bound: Partial<BenchRow>,
  ): BenchRow => {
    const [value, peerValue] = [of(desk, member), of(peer, member)];
    return { group: "desk", name, value, unit, peer: peer.name, peerValue, ratio: value / peerValue, ...bound };
  };
  const bareMiB = await bareNodeMiB();
  const idle = of(desk, "idleMiB");
  return [
    against(carefulScript, "latencyMs", "scan to subscriber, median at 10 a second", "ms", { atMost: 1.0 }),
    against(plainScript, "latencyMs", "scan to subscriber, median at 10 a second", "ms", {}),
    against(carefulScript, "latencySlowMs", "scan to subscriber, 95th percentile", "ms", {}),
    against(carefulScript, "scansPerSecond", "burst, every commit durable", "scans/s", { atLeast: 2 }),
    against(plainScript, "scansPerSecond", "burst, every commit durable", "scans/s", { atLeast: 0.7 }),
    against(carefulScript, "cpuMicroseconds", "processor time of one scan in a burst", "µs", {}),
    against(plainScript, "cpuMicroseconds", "processor time of one scan in a burst", "µs", {}),
    {
      group: "desk",
      name: "idle memory",
      value: idle,
      unit: "MiB",
      peer: "bare Node",
      peerValue: bareMiB,
      ratio: idle / bareMiB,
      atMost: 1.5,
    },
    against(plainScript, "idleMiB", "idle memory", "MiB", {}),
    against(plainScript, "startMs", "start to first event", "ms", {}),
  ];
}

/** Resident memory of a Node process that does nothing. */
export async function bareNodeMiB(): Promise<number> {
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1e9)"], { stdio: "ignore" });
  await sleep(idleMs);
  const memory = residentMiB(child.pid ?? 0);
  child.kill();
  await once(child, "exit");
  return memory;
}

if (isMain(import.meta.url)) for (const row of await deskBenchmarks()) console.log(describeRow(row));
