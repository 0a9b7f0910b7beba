// Kills the agent (-9) between the receipt of a scan and its acknowledgement, again and again, and looks what became of each scan.
// Run by itself: node --import tsx tests/endurance/reader-kill.ts [kills] [ssi|ssi-parts|readerlink|all] [seed]
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { deskTopics } from "../../protocol/topics.ts";
import { systemClock } from "../../service/clock.ts";
import type { PowerDevice } from "../../simulators/device.ts";
import { DeviceRunner } from "../../simulators/device-runner.ts";
import { devices } from "../../simulators/devices.ts";
import { openPty } from "../../simulators/pty-medium.ts";
import { SeededRandom } from "../../simulators/seeded-random.ts";
import { simulateScans } from "../../simulators/simulated-scans.ts";
import { powerSsiDecoder } from "../../simulators/ssi/ssi-decoder.ts";
import { waitUntil } from "../fixtures/wait-until.ts";
import { connect, removeDirectory } from "../unit/broker/running-broker.ts";
import { spawnAgent } from "./agent-process.ts";
import { spawnBroker } from "./broker-process.ts";

/** It sends three times, four seconds apart: a machine so busy that the desk takes long to start is not what is looked at here. */
const patientDecoder = { decodeDataFormat: 1, hostResponseTimeout: 40 } as const;
/** The desk relies on the two seconds of a decoder's default where it has to know which packets belong together. */
const usualDecoder = { decodeDataFormat: 1 } as const;

/** Readers that keep a scan until it is acknowledged, each with the profile that makes the desk speak to it. */
export const keepers = {
  ssi: { profile: "zebra-ssi", power: () => powerSsiDecoder({ parameters: patientDecoder }) },
  /** Every scan in three packets, each acknowledged. */
  "ssi-parts": { profile: "zebra-ssi", power: () => powerSsiDecoder({ parameters: usualDecoder, payloadMax: 50 }) },
  readerlink: { profile: "readerlink", power: () => deviceNamed("readerlink") },
} as const;
export type Keeper = keyof typeof keepers;

export interface ReaderKillFigures {
  readonly protocol: Keeper;
  readonly scans: number;
  /** Kills that met a scan which the reader had sent and of which it had not heard. */
  readonly kills: number;
  /** Kills that came after the acknowledgement. */
  readonly tooLate: number;
  /** Scans of which no event came. Has to stay empty. */
  readonly lost: readonly number[];
  /** Scans published under more than one id. Has to stay empty. */
  readonly twice: readonly number[];
  /** Times that the reader gave a scan up with its error sound, because the desk was away too long. */
  readonly errors: number;
}

const facility = "01234";
const desk = "quay-01";

/** Longer than a commit takes on a busy machine: the kill falls before, into and after it. */
const killWithinMs = 15;
/** A reader gives up after six seconds; a busy machine takes its time. */
const patienceMs = 30_000;
/** The command that arms the reader is on its way. */
const settleMs = 150;

/** One scan and one kill at a time, until `kills` of them fell between receipt and acknowledgement. */
export async function readerKillRounds(protocol: Keeper, kills: number, seed: number): Promise<ReaderKillFigures> {
  const directory = mkdtempSync(join(tmpdir(), "reader-kill-"));
  const random = new SeededRandom(seed);
  const broker = await spawnBroker(directory);
  const subscriber = await connect(broker.port);
  await subscriber.mqtt.subscribeAsync(deskTopics(facility, desk).checkInJson, { qos: 1 });
  const path = join(directory, "reader");
  const medium = await openPty(path);
  let errors = 0;
  const runner = new DeviceRunner({
    power: keepers[protocol].power(),
    medium,
    clock: systemClock(),
    onSign: (sign) => {
      if (sign === "error") errors += 1;
    },
  });
  const config = {
    facility,
    desk,
    readers: [{ id: "qr-1", serial: path, profile: keepers[protocol].profile }],
    mqtt: { url: `mqtt://127.0.0.1:${broker.port}` },
    duplicates: { windowMs: 0 },
  };
  const scans = simulateScans("valid", seed, "2026-11-21");
  const shown: string[] = [];
  let met = 0;
  let agent = spawnAgent(config, directory);
  while (met < kills) {
    await agent.armed;
    await sleep(settleMs);
    const { payload, card } = scans.next().value;
    if (!runner.present(payload)) continue; // still being set up
    shown.push(card.number);
    await sleep(random.unit() * killWithinMs);
    if (runner.held > 0) met += 1;
    await agent.kill();
    agent = spawnAgent(config, directory);
    await waitUntil("the reader is through with its scan", () => runner.held === 0, patienceMs);
  }
  const idsOf = () => idsByNumber(subscriber.received.map(({ text }) => text));
  const missing = () => shown.flatMap((number, at) => (idsOf().has(number) ? [] : [at]));
  await agent.armed;
  await waitUntil("every scan has arrived, or was given up", () => missing().length <= errors, patienceMs);
  await sleep(1_000); // whatever would come twice comes
  await agent.kill();
  await runner.stop();
  await medium.close();
  await subscriber.mqtt.endAsync(true);
  await broker.kill();
  removeDirectory(directory);
  const ids = idsOf();
  return {
    protocol,
    scans: shown.length,
    kills: met,
    tooLate: shown.length - met,
    lost: missing(),
    twice: shown.flatMap((number, at) => ((ids.get(number)?.size ?? 0) > 1 ? [at] : [])),
    errors,
  };
}

function deviceNamed(name: string): PowerDevice {
  const model = devices[name];
  if (model === undefined) throw new Error(`no simulated device speaks ${name}`);
  return model({ terminator: "cr", aim: "" });
}

/** QoS 1 may deliver an event twice: its id tells. */
function idsByNumber(events: readonly string[]): Map<string, Set<string>> {
  const ids = new Map<string, Set<string>>();
  for (const text of events) {
    const event = JSON.parse(text) as { id: string; data: { person: { number: string } } };
    const { number } = event.data.person;
    ids.set(number, (ids.get(number) ?? new Set()).add(event.id));
  }
  return ids;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [kills = "200", protocol = "all", seed = "1"] = process.argv.slice(2);
  const chosen = (Object.keys(keepers) as Keeper[]).filter((each) => protocol === "all" || each === protocol);
  for (const each of chosen) {
    const began = performance.now();
    const figures = await readerKillRounds(each, Number(kills), Number(seed));
    console.log(JSON.stringify({ seed, ...figures, seconds: Math.round((performance.now() - began) / 1_000) }));
    if (figures.lost.length + figures.twice.length > 0) process.exitCode = 1;
  }
}
