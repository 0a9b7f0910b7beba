// A desk with a Zebra decoder in SSI packets, over a line that breaks in every way: nothing lost in silence, nothing published twice.
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import type { FaultName } from "../../simulators/faults.ts";
import { powerSsiDecoder } from "../../simulators/ssi/ssi-decoder.ts";
import { cards } from "../fixtures/cards.ts";
import { temporaryDirectory } from "../fixtures/clean-up.ts";
import { deskConfig, startDesk, topics } from "../fixtures/desk.ts";
import { freePort } from "../fixtures/free-port.ts";
import { startMosquitto } from "../fixtures/mosquitto.ts";
import { subscribe } from "../fixtures/mosquitto-sub.ts";
import { type PluggedDevice, plugIn } from "../fixtures/plugged-device.ts";
import { waitUntil } from "../fixtures/wait-until.ts";

/** Patients at the most while the line is faulty; then one more. */
const patientsMax = 40;
/** Three times two seconds, and time to open the line again between. */
const deliveryMsMax = 30_000;
/** What was begun on the faulty line has been answered by then, or was given up after three times two seconds. */
const steadyMs = 7_000;
/** A reader whose last failure is a minute away is tried again after ten seconds at the latest. */
const recoveryMsMax = 40_000;

/** A line that is struck often takes some openings. */
const timeout = 400_000;

interface CheckIn {
  readonly id: string;
  readonly data: { readonly person: { readonly number: string } };
}

/** How much of what is sent is struck, how many patients come before the line may be whole again, and in what packets. */
const lines: readonly {
  readonly name: FaultName;
  readonly share: number;
  readonly patients: number;
  readonly packets: "one packet" | "several packets";
}[] = [
  { name: "split", share: 1, patients: 5, packets: "one packet" },
  { name: "merge", share: 1, patients: 5, packets: "one packet" },
  { name: "corrupt", share: 0.25, patients: 5, packets: "one packet" },
  { name: "drop", share: 0.25, patients: 5, packets: "one packet" },
  { name: "repeat", share: 0.5, patients: 5, packets: "one packet" },
  { name: "delay", share: 0.5, patients: 5, packets: "one packet" },
  { name: "stall", share: 0.3, patients: 5, packets: "one packet" },
  { name: "unplug", share: 0.3, patients: 3, packets: "one packet" },
  { name: "wrong-checksum", share: 0.25, patients: 5, packets: "one packet" },
  { name: "never-acknowledging", share: 1, patients: 2, packets: "one packet" },
  { name: "split", share: 1, patients: 3, packets: "several packets" },
  { name: "corrupt", share: 0.15, patients: 3, packets: "several packets" },
  { name: "drop", share: 0.15, patients: 3, packets: "several packets" },
  { name: "stall", share: 0.2, patients: 3, packets: "several packets" },
  { name: "unplug", share: 0.15, patients: 3, packets: "several packets" },
];

test.each(lines)(
  "$name, scans in $packets: patients come, and one more when the line is whole again",
  { timeout },
  async ({ name, share, patients, packets }) => {
    const seed = Date.now() % 1_000_000;
    const path = `${temporaryDirectory()}/reader`;
    const broker = await startMosquitto(await freePort());
    const subscriber = await subscribe(broker.port, [topics.checkInJson, topics.readerState("qr-1")]);
    const decoder = await plugIn(path, powerSsiDecoder(packets === "one packet" ? {} : { payloadMax: 50 }), {
      name,
      seed,
      share,
    });
    const readers = [{ id: "qr-1", serial: path, profile: "zebra-ssi" }];
    await startDesk(deskConfig({ url: broker.url, serial: path, more: { readers } }));
    const whenArmed = async () => {
      const state = () => subscriber.json(topics.readerState("qr-1")).at(-1);
      await waitUntil(`seed ${seed}: the reader is armed`, () => state()?.["state"] === "armed", recoveryMsMax);
      await sleep(200); // the command that arms it is on its way
    };
    await whenArmed();
    const whenSteady = async () => {
      const told = () => subscriber.json(topics.readerState("qr-1")).length;
      for (let before = -1; before !== told(); ) {
        await whenArmed();
        before = told();
        await sleep(steadyMs);
      }
    };
    const people = cards(patientsMax, seed);
    const shown: string[] = [];
    const numbers = () =>
      (subscriber.json(topics.checkInJson) as unknown as CheckIn[]).map(({ data }) => data.person.number);

    const next = async () => {
      const { payload, card } = people[shown.length] ?? { payload: new Uint8Array(), card: undefined };
      await show(decoder, payload);
      shown.push(card?.number ?? "nobody is left");
      await waitUntil(`seed ${seed}: the decoder is through with it`, () => decoder.held === 0, deliveryMsMax);
    };

    decoder.isFaulty = true;
    const isMet = () => (decoder.struck.get(name) ?? 0) > 0;
    while (shown.length < patients || !isMet()) await next();
    decoder.isFaulty = false;
    const errors = decoder.signs.filter((sign) => sign === "error").length;
    await whenSteady();
    await next();
    await waitUntil(`seed ${seed}: the last patient has arrived`, () => numbers().includes(shown.at(-1) ?? ""));

    const arrived = numbers();
    expect(new Set(arrived).size, `seed ${seed}`).toBe(arrived.length);
    expect(arrived.filter((number) => !shown.includes(number))).toEqual([]);
    expect(shown.length - arrived.length, `seed ${seed}`).toBeLessThanOrEqual(errors);
  },
);

/**
 * The patient holds the code before the reader until it is read: it reads nothing while it is being set up. A line on which
 * no set-up comes through gets a quiet moment, or the test would wait for luck.
 */
async function show(decoder: PluggedDevice, payload: Uint8Array): Promise<void> {
  const isRead = () => waitUntil("the decoder reads the code", () => decoder.present(payload), recoveryMsMax);
  const { isFaulty } = decoder;
  try {
    await isRead();
  } catch {
    decoder.isFaulty = false;
    await isRead();
    decoder.isFaulty = isFaulty;
  }
}
