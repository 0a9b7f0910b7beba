// Readers that send text, on real lines: whatever the line does, what was accepted arrives once, and the desk goes on.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { devices } from "../../simulators/devices.ts";
import { type Fault, type FaultName, faults } from "../../simulators/faults.ts";
import { openPty } from "../../simulators/pty-medium.ts";
import { listenTcp } from "../../simulators/tcp-medium.ts";
import { cards } from "../fixtures/cards.ts";
import { temporaryDirectory } from "../fixtures/clean-up.ts";
import { deskConfig, topics } from "../fixtures/desk.ts";
import { type DeskProcess, startDeskProcess } from "../fixtures/desk-process.ts";
import { type FaultyReader, plugIn, untilTaken } from "../fixtures/faulty-reader.ts";
import { freePort } from "../fixtures/free-port.ts";
import { startMosquitto } from "../fixtures/mosquitto.ts";
import { subscribe } from "../fixtures/mosquitto-sub.ts";
import { waitUntil } from "../fixtures/wait-until.ts";

const scansUnderFault = 10;
/** Between two patients: more than the longest gap that ends a scan, except where scans shall run into each other. */
const betweenMs = 250;
const betweenMergedMs = 10;
/** What a fault may leave behind: caches warm up, buffers do not grow. */
const grownMegabytesMax = 40;

/** Often enough to strike, seldom enough for some scans to come through. */
const shares: Partial<Record<FaultName, number>> = {
  ...{ corrupt: 0.3, drop: 0.3, repeat: 0.4, delay: 0.5, stall: 0.3, unplug: 0.2, "wrong-checksum": 0.4 },
};

const acceptedMark = {
  ...{ plain: "06", honeywell: "06", dechdr: "06", hostack: "1b37", newland: "06", gm65: "06", datalogic: "06" },
} as const;
type ReaderName = keyof typeof acceptedMark;

interface Bench {
  readonly name: ReaderName;
  readonly reader: FaultyReader;
  /** A card that nobody has shown yet. */
  readonly next: () => Uint8Array;
  readonly accepted: () => number;
}

interface CheckIn {
  readonly id: string;
  readonly data: { readonly reader: { readonly id: string }; readonly person?: { readonly number: string } };
}

const feedback = { accepted: "06", repeated: "07", rejected: "0b", wait: "18" };

test.each(Object.keys(faults) as FaultName[])("%s", { timeout: 240_000 }, async (name) => {
  const seed = Date.now() % 1_000_000;
  const directory = temporaryDirectory();
  const broker = await startMosquitto(await freePort());
  const subscriber = await subscribe(broker.port, [topics.checkInJson]);
  const power = (model: string) => devices[model]?.({ terminator: "cr", aim: "" }) ?? expect.unreachable();
  const path = (reader: ReaderName) => join(directory, reader);
  const tcp = await listenTcp("127.0.0.1", 0);
  const tcpPort = Number(tcp.place.split(":")[1]);
  const readers: Record<ReaderName, FaultyReader> = {
    plain: plugIn(power("plain"), tcp, seed),
    honeywell: plugIn(power("honeywell"), await openPty(path("honeywell")), seed + 1),
    gm65: plugIn(power("gm65"), await openPty(path("gm65")), seed + 2),
    dechdr: plugIn(power("honeywell-dechdr"), await openPty(path("dechdr")), seed + 3),
    hostack: plugIn(power("honeywell-hostack"), await openPty(path("hostack")), seed + 4),
    newland: plugIn(power("newland"), await openPty(path("newland")), seed + 5),
    datalogic: plugIn(power("datalogic"), await openPty(path("datalogic")), seed + 6),
  };
  const benches = (Object.keys(readers) as ReaderName[]).map((each, index): Bench => {
    const queue = cards(500, seed + 10 * index);
    const mark = Buffer.from(acceptedMark[each], "hex");
    return {
      name: each,
      reader: readers[each],
      next: () => queue.shift()?.payload ?? expect.unreachable(),
      accepted: () => readers[each].heard(mark),
    };
  });
  const desk = startDeskProcess(
    {
      ...deskConfig({ url: broker.url, serial: "unused" }),
      duplicates: {},
      readers: [
        { id: "plain", tcp: { host: "127.0.0.1", port: tcpPort }, feedback },
        { id: "honeywell", profile: "honeywell-cdc", serial: path("honeywell"), feedback },
        { id: "gm65", profile: "gm65-uart", serial: path("gm65"), feedback },
        { id: "dechdr", profile: "honeywell-cdc-dechdr", serial: path("dechdr"), feedback },
        { id: "hostack", profile: "honeywell-cdc-hostack", serial: path("hostack") },
        { id: "newland", profile: "newland-cdc", serial: path("newland"), feedback },
        { id: "datalogic", profile: "datalogic-cdc", serial: path("datalogic"), feedback },
      ],
    },
    temporaryDirectory(),
  );
  await Promise.all(benches.map(({ reader, next, accepted }) => untilTaken(reader, next, accepted)));
  const megabytesBefore = residentMegabytes(desk);

  const fault: Fault = { name, share: shares[name] ?? faults[name].share };
  await Promise.all(benches.map((bench) => strike(bench, fault)));
  expect(Math.min(...benches.map(({ reader }) => reader.struck)), `seed ${seed}: struck`).toBeGreaterThan(0);
  await Promise.all(benches.map(({ reader, next, accepted }) => untilTaken(reader, next, accepted)));

  const events = () => subscriber.json(topics.checkInJson) as unknown as CheckIn[];
  const idsOf = (reader: string) =>
    new Set(events().flatMap(({ id, data }) => (data.reader.id === reader ? [id] : []))).size;
  for (const { name: reader, accepted } of benches) {
    await waitUntil(`seed ${seed}: ${reader}: all that was accepted has arrived`, () => idsOf(reader) >= accepted());
  }
  expect(twiceWithDifferentIds(events()), `seed ${seed}`).toEqual([]);
  expect(desk.hasExited()).toBe(false);
  expect(residentMegabytes(desk) - megabytesBefore).toBeLessThan(grownMegabytesMax);
  await desk.end();
});

/** Patients come one after the other; nobody knows of the fault. */
async function strike({ reader, next }: Bench, fault: Fault): Promise<void> {
  reader.choose([fault]);
  // The handshake must meet a reader that hears nothing, or only what is left.
  if (fault.name === "never-acknowledging") await reader.unplug(100);
  for (let scan = 0; scan < scansUnderFault || (reader.struck === 0 && scan < 5 * scansUnderFault); scan += 1) {
    await reader.show(next(), 2_000);
    await sleep(fault.name === "merge" ? betweenMergedMs : betweenMs);
  }
  await reader.settled();
  reader.choose([]);
}

/** Numbers of people of whom more than one event tells; each card was shown once. */
function twiceWithDifferentIds(events: readonly CheckIn[]): string[] {
  const idsByNumber = new Map<string, Set<string>>();
  for (const { id, data } of events) {
    if (data.person === undefined) continue; // half a card, cut by silence, may read as a bare number
    const ids = idsByNumber.get(data.person.number) ?? new Set();
    idsByNumber.set(data.person.number, ids.add(id));
  }
  return [...idsByNumber].flatMap(([number, ids]) => (ids.size > 1 ? [number] : []));
}

function residentMegabytes({ pid }: DeskProcess): number {
  const kilobytes = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kilobytes) / 1_024;
}
