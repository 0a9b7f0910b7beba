// A desk with a HID POS reader, over a line that breaks in every way: whatever beeped was published, once, and scans go on.
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { systemClock } from "../../service/clock.ts";
import { DeviceRunner } from "../../simulators/device-runner.ts";
import { FaultLayer, type FaultName } from "../../simulators/faults.ts";
import { hidLine } from "../../simulators/hid-pos/hid-line.ts";
import {
  type HidPosDeviceOptions,
  hidPosDevice,
  honeywellReader,
  newlandReader,
} from "../../simulators/hid-pos/hid-pos-device.ts";
import { SeededRandom } from "../../simulators/seeded-random.ts";
import { cards } from "../fixtures/cards.ts";
import { afterThisTest } from "../fixtures/clean-up.ts";
import { deskConfig, startDesk, topics } from "../fixtures/desk.ts";
import { FakeMachine } from "../fixtures/fake-machine.ts";
import { freePort } from "../fixtures/free-port.ts";
import { startMosquitto } from "../fixtures/mosquitto.ts";
import { subscribe } from "../fixtures/mosquitto-sub.ts";
import { waitUntil } from "../fixtures/wait-until.ts";
import { exampleDescriptor } from "../unit/protocol/frame/hid-pos/example-descriptor.ts";

/** Two tries of the version query, and the longest pause before a reader is opened again. */
const recoveryMsMax = 40_000;
/** Patients while the line is faulty; then one more. */
const patients = 6;
/** From one patient to the next, so that the desk has its turn. */
const patientMs = 50;

/** A shortened boot keyboard (page 01, usage 06). */
const keyboard = Buffer.from("05010906a101c0", "hex");
/** Nothing but a kept check-in makes the reader beep. */
const beep = "16070d";
const lightOff = "16550d";
const ids = { vid: "0c2e", pid: "0b6a", port: "1-1.3" };

interface CheckIn {
  readonly id: string;
  readonly data: { readonly person: { readonly number: string } };
}

/** A composite reader is plugged in: its keyboard first, then the interface that we want. */
async function setUp(reader: HidPosDeviceOptions, profile: string, descriptor: Uint8Array) {
  const machine = new FakeMachine();
  afterThisTest(() => machine.remove());
  const plug = () => {
    machine.plug({ node: "hidraw0", ...ids, interface: "00", descriptor: keyboard });
    machine.plug({ node: "hidraw1", ...ids, interface: "01", descriptor });
  };
  const unplug = () => {
    machine.unplug("hidraw1");
    machine.unplug("hidraw0", ids.port);
  };
  const line = hidLine({
    path: `${machine.roots.dev}/hidraw1`,
    onPlug: (isPlugged) => (isPlugged ? plug() : unplug()),
  });
  afterThisTest(() => line.medium.close());
  plug();
  let faults: FaultLayer | undefined;
  const signs: string[] = [];
  const device = new DeviceRunner({
    power: hidPosDevice(reader),
    medium: line.medium,
    clock: systemClock(),
    faults: { apply: (bytes, way) => faults?.apply(bytes, way) ?? [{ kind: "bytes", bytes }] } as FaultLayer,
    onSign: (sign) => signs.push(sign),
  });
  afterThisTest(() => device.stop());
  const broker = await startMosquitto(await freePort());
  const it = await subscribe(broker.port, [topics.checkInJson, topics.readerState("qr-1")]);
  const readers = [
    {
      id: "qr-1",
      profile,
      usb: { id: `${ids.vid}:${ids.pid}` },
      feedback: { accepted: beep, rejected: lightOff, repeated: lightOff, wait: lightOff },
    },
  ];
  const desk = await startDesk(deskConfig({ url: broker.url, serial: "", more: { readers } }), {
    devices: { roots: machine.roots, loadHidBinding: async () => line.binding },
  });
  const checkIns = () => it.json(topics.checkInJson) as unknown as CheckIn[];
  return {
    desk,
    device,
    signs,
    checkIns,
    numbers: () => checkIns().map(({ data }) => data.person.number),
    breakLine: (layer: FaultLayer | undefined) => {
      faults = layer;
    },
    whenArmed: async () => {
      await waitUntil("the reader is armed", () => desk.agent.status().includes("qr-1 armed"), recoveryMsMax);
      await device.settled();
    },
  };
}

const setUpHoneywell = () => setUp(honeywellReader, "honeywell-hidpos", exampleDescriptor);

/** `isOfUsb`: a fault that USB itself lets through; the others are what a mad reader would send. */
const lines: readonly { readonly name: FaultName; readonly share: number; readonly isOfUsb: boolean }[] = [
  { name: "split", share: 0.5, isOfUsb: false },
  { name: "merge", share: 0.5, isOfUsb: false },
  { name: "corrupt", share: 0.3, isOfUsb: false },
  { name: "drop", share: 0.3, isOfUsb: true },
  { name: "repeat", share: 0.3, isOfUsb: false },
  { name: "delay", share: 0.5, isOfUsb: true },
  { name: "stall", share: 0.3, isOfUsb: true },
  { name: "unplug", share: 0.2, isOfUsb: true },
  { name: "wrong-checksum", share: 0.3, isOfUsb: false },
  { name: "never-acknowledging", share: 1, isOfUsb: true },
];

test.each(lines)(
  "$name: patients come, and one more when the line is whole again",
  async ({ name, share, isOfUsb }) => {
    const seed = Date.now() % 1_000_000;
    const rig = await setUpHoneywell();
    await rig.whenArmed();
    const faults = new FaultLayer([{ name, share }], new SeededRandom(seed));
    const people = cards(200, seed);
    const shown: string[] = [];
    const show = async () => {
      const { payload, card } = people[shown.length] ??
        people[0] ?? { payload: new Uint8Array(), card: { number: "" } };
      await waitUntil(`seed ${seed}: the reader reads the code`, () => rig.device.present(payload), recoveryMsMax);
      shown.push(card.number);
      await rig.device.settled();
      await sleep(patientMs);
    };

    rig.breakLine(faults);
    for (let patient = 0; patient < patients || !faults.struck.has(name); patient += 1) await show();
    rig.breakLine(undefined);
    await sleep(600); // a scan that was broken off is over after half a second
    await rig.whenArmed();
    await show();
    await waitUntil(`seed ${seed}: the last patient has arrived`, () => rig.numbers().includes(shown.at(-1) ?? ""));

    const beeps = rig.signs.filter((sign) => sign === "good-read").length;
    expect(beeps, `seed ${seed}`).toBeLessThanOrEqual(rig.checkIns().length);
    expect(new Set(rig.checkIns().map((event) => event.id)).size).toBe(rig.checkIns().length);
    if (!isOfUsb) return;
    const numbers = rig.numbers();
    expect(new Set(numbers).size, `seed ${seed}`).toBe(numbers.length);
    expect(
      numbers.filter((number) => !shown.includes(number)),
      `seed ${seed}`,
    ).toEqual([]);
  },
);

test("a reader that types as a keyboard is switched over, and read", async () => {
  const rig = await setUp({ ...honeywellReader, startsAsKeyboard: true }, "honeywell-hidpos", exampleDescriptor);
  await rig.whenArmed();
  const [person] = cards(1, 5);
  rig.device.present(person?.payload ?? new Uint8Array());
  await waitUntil("the check-in arrived", () => rig.numbers().includes(person?.card.number ?? ""));
  await waitUntil("the reader beeps when it is kept", () => rig.signs.includes("good-read"));
});

test("a reader whose descriptor declares nothing is read by its profile's layout", async () => {
  const vendorPage = Buffer.from("058c0902a1018502150026ff007508953f0600ff0901810285040902953f9102c0", "hex");
  const rig = await setUp({ ...newlandReader, commands: "honeywell" }, "newland-hidpos", vendorPage);
  await rig.whenArmed();
  const people = cards(3, 5);
  for (const { payload } of people) {
    rig.device.present(payload);
    await rig.device.settled();
  }
  await waitUntil("all arrived", () => rig.numbers().length === people.length);
  expect(rig.numbers()).toEqual(people.map(({ card }) => card.number));
  await waitUntil("each beeped", () => rig.signs.length === people.length);
});
