// A reader that holds its scans until they are acknowledged, over a pseudo-terminal and TCP: whatever the line does, each arrives, once.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { systemClock } from "../../service/clock.ts";
import type { DeviceSign } from "../../simulators/device.ts";
import { DeviceRunner } from "../../simulators/device-runner.ts";
import { type Fault, FaultLayer, type FaultName, faults } from "../../simulators/faults.ts";
import type { TwoWayMedium } from "../../simulators/medium.ts";
import { openPty } from "../../simulators/pty-medium.ts";
import { readerLinkDevice } from "../../simulators/reader-link/reader-link-device.ts";
import { defaultReaderLinkModel } from "../../simulators/reader-link/reader-link-model.ts";
import { SeededRandom } from "../../simulators/seeded-random.ts";
import { listenTcp } from "../../simulators/tcp-medium.ts";
import { cards } from "../fixtures/cards.ts";
import { afterThisTest, temporaryDirectory } from "../fixtures/clean-up.ts";
import { deskConfig, topics } from "../fixtures/desk.ts";
import { type DeskProcess, startDeskProcess } from "../fixtures/desk-process.ts";
import { freePort } from "../fixtures/free-port.ts";
import { startMosquitto } from "../fixtures/mosquitto.ts";
import { subscribe } from "../fixtures/mosquitto-sub.ts";
import { waitUntil } from "../fixtures/wait-until.ts";

/** Patients while the line is faulty; more, up to the second number, until a fault has struck. */
const patients = 6;
const patientsMax = 60;
const betweenMs = 150;
/** A line of noise is closed, and tried again after ten seconds at the latest; on a busy machine more than once. */
const recoveryMsMax = 90_000;
const timeout = 240_000;
/** What a fault may leave behind: caches warm up, buffers do not grow. */
const grownMegabytesMax = 40;

/** Often enough to strike, seldom enough for a handshake to come through. */
const shares: Partial<Record<FaultName, number>> = { repeat: 0.5, delay: 0.5, stall: 0.3, unplug: 0.15 };

interface CheckIn {
  readonly id: string;
  readonly data: { readonly reader: { readonly id: string }; readonly person: { readonly number: string } };
}

interface Bench {
  readonly id: string;
  readonly runner: DeviceRunner;
  readonly layer: FaultLayer;
  readonly signs: DeviceSign[];
  readonly people: ReturnType<typeof cards>;
  /** Numbers of the cards that the reader took. */
  readonly shown: string[];
}

function plugIn(id: string, medium: TwoWayMedium, seed: number): Bench {
  const random = new SeededRandom(seed);
  const layer = new FaultLayer([], random);
  const signs: DeviceSign[] = [];
  const runner = new DeviceRunner({
    power: readerLinkDevice({ ...defaultReaderLinkModel, random }),
    medium,
    clock: systemClock(),
    faults: layer,
    onSign: (sign) => void signs.push(sign),
  });
  afterThisTest(async () => {
    await medium.close();
    await runner.stop();
  });
  return { id, runner, layer, signs, people: cards(patientsMax + 10, seed), shown: [] };
}

/** The patient holds the card out until the reader takes it: it reads nothing while it is not armed, or full. */
async function show({ id, runner, people, shown }: Bench): Promise<void> {
  const next = people[shown.length] ?? expect.unreachable();
  await waitUntil(`${id} takes a card`, () => runner.present(next.payload), recoveryMsMax);
  shown.push(next.card.number);
}

async function strike(bench: Bench, fault: Fault): Promise<void> {
  bench.layer.choose([fault]);
  const before = bench.shown.length;
  const isMet = () => (bench.layer.struck.get(fault.name) ?? 0) > 0;
  while (bench.shown.length - before < patients || !isMet()) {
    await show(bench);
    await sleep(betweenMs);
  }
  bench.layer.choose([]);
}

function residentMegabytes({ pid }: DeskProcess): number {
  const kilobytes = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kilobytes) / 1_024;
}

test.each(Object.keys(faults) as FaultName[])("%s", { timeout }, async (name) => {
  const seed = Date.now() % 1_000_000;
  const path = join(temporaryDirectory(), "reader");
  const broker = await startMosquitto(await freePort());
  const subscriber = await subscribe(broker.port, [topics.checkInJson]);
  const tcp = await listenTcp("127.0.0.1", 0);
  const benches = [plugIn("on-pty", await openPty(path), seed), plugIn("on-tcp", tcp, seed + 500_000)];
  const readers = [
    { id: "on-pty", profile: "readerlink", serial: path },
    { id: "on-tcp", profile: "readerlink", tcp: { host: "127.0.0.1", port: Number(tcp.place.split(":")[1]) } },
  ];
  const desk = startDeskProcess(
    { ...deskConfig({ url: broker.url, serial: "unused" }), duplicates: {}, readers },
    temporaryDirectory(),
  );
  const events = () => subscriber.json(topics.checkInJson) as unknown as CheckIn[];
  // QoS 1 may bring an event twice: its id tells.
  const numbersOf = (reader: string) => {
    const byId = new Map(events().map(({ id, data }) => [id, data]));
    return [...byId.values()].flatMap((data) => (data.reader.id === reader ? [data.person.number] : []));
  };

  await Promise.all(benches.map(show));
  const megabytesBefore = residentMegabytes(desk);
  await Promise.all(benches.map((bench) => strike(bench, { name, share: shares[name] ?? faults[name].share })));
  await Promise.all(benches.map(show));

  for (const { id, runner, shown, signs } of benches) {
    const said = () => `seed ${seed}, ${id}: ${shown.length} shown, ${numbersOf(id).length} arrived`;
    await waitUntil(`${said()}: the reader is through`, () => runner.held === 0, recoveryMsMax);
    await waitUntil(`${said()}: all that it took has arrived`, () => new Set(numbersOf(id)).size === shown.length);
    expect([...numbersOf(id)].sort(), said()).toEqual([...shown].sort());
    // Each is heard as good once: after it was kept, and not again when it is sent again.
    expect(
      signs.filter((sign) => sign === "good-read"),
      said(),
    ).toHaveLength(shown.length);
  }
  expect(desk.hasExited()).toBe(false);
  expect(residentMegabytes(desk) - megabytesBefore).toBeLessThan(grownMegabytesMax);
  await desk.end();
});
