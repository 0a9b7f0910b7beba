// IT lists, identifies, restarts and switches off a reader over MQTT; the hospital's answer to a check-in is told by its beep.
import { randomUUID } from "node:crypto";
import { beforeEach, expect, test } from "vitest";
import { facilityTopics } from "../../protocol/topics.ts";
import { startProgram } from "../fixtures/child-process.ts";
import { temporaryDirectory } from "../fixtures/clean-up.ts";
import { type Desk, deskConfig, facility, startDesk, topics } from "../fixtures/desk.ts";
import { freePort } from "../fixtures/free-port.ts";
import { type Mosquitto, startMosquitto } from "../fixtures/mosquitto.ts";
import { type Subscriber, subscribe } from "../fixtures/mosquitto-sub.ts";
import { openPseudoTerminal, type PseudoTerminal } from "../fixtures/pseudo-terminal.ts";
import { waitUntil } from "../fixtures/wait-until.ts";

const card = Buffer.from("001090999901||Nguyễn Văn Mẫu|15031990|Nam|Số 1, Xã Ví Dụ, Thành phố Hà Nội|20082024||||\r");
const feedback = { accepted: "06", identify: "05", result: "01", attention: "02", rejected: "15" };

let broker: Mosquitto;
let terminal: PseudoTerminal;
let dataDir: string;
let config: object;
let it: Subscriber;
let desk: Desk;

beforeEach(async () => {
  broker = await startMosquitto(await freePort());
  terminal = await openPseudoTerminal();
  dataDir = temporaryDirectory();
  const readers = [{ id: "qr-1", serial: terminal.path, feedback }];
  config = { ...deskConfig({ url: broker.url, serial: terminal.path }), readers };
  const filters = [topics.response("#"), topics.readerState("qr-1"), topics.readerInfo("qr-1"), topics.checkInJson];
  it = await subscribe(broker.port, filters);
  desk = await startDesk(config, { dataDir });
  await waitUntil("the reader is armed", () => stateOf()?.["state"] === "armed");
});

const stateOf = () => it.json(topics.readerState("qr-1")).at(-1);

async function publish(topic: string, message: object): Promise<void> {
  const words = ["-h", "127.0.0.1", "-p", String(broker.port), "-q", "1", "-t", topic, "-m", JSON.stringify(message)];
  await startProgram("mosquitto_pub", words).exited;
}

/** Sends a request and answers the response. */
async function ask(command: string, data: object, topic = topics.request(command)): Promise<Record<string, unknown>> {
  const transaction = randomUUID();
  await publish(topic, { transaction, data });
  const answer = () => it.json(topics.response(command)).find((response) => response["transaction"] === transaction);
  await waitUntil("the desk answers", () => answer() !== undefined);
  return answer() ?? {};
}

test("a reader is listed, and identified by its own beep", async () => {
  expect(await ask("reader/list", {})).toMatchObject({
    status: "ok",
    data: { readers: [{ id: "qr-1", state: "armed", profile: "generic-serial", certification: "no-registry" }] },
  });
  expect(await ask("reader/identify", { reader: "qr-1" })).toMatchObject({ status: "ok" });
  await waitUntil("the reader beeps", () => terminal.answers().includes(0x05));
});

test("all desks are asked at once, and each answers on its own topic", async () => {
  const topic = facilityTopics(facility).broadcastRequest("reader/list");
  expect(await ask("reader/list", {}, topic)).toMatchObject({ status: "ok" });
});

test("a reader that is switched off takes nothing and stays off over a restart, until it is switched on", async () => {
  await ask("reader/disable", { reader: "qr-1" });
  await waitUntil("its state says why", () => stateOf()?.["reason"] === "switched-off");
  await terminal.send(card);
  await waitUntil("the scan is refused", () => terminal.answers().includes(0x15));
  expect(it.json(topics.checkInJson)).toEqual([]);
  expect(it.json(topics.readerInfo("qr-1")).at(-1)).toMatchObject({ isEnabled: false });

  await desk.stop();
  const before = it.json(topics.readerState("qr-1")).length;
  await startDesk(config, { dataDir });
  await waitUntil("it is claimed again", () => it.json(topics.readerState("qr-1")).length > before + 1);
  await waitUntil("and still off", () => stateOf()?.["reason"] === "switched-off");

  await ask("reader/enable", { reader: "qr-1" });
  await waitUntil("it is armed again", () => stateOf()?.["state"] === "armed");
  await terminal.send(card);
  await waitUntil("the scan is published", () => it.json(topics.checkInJson).length === 1);
});

test("a restart closes and opens the reader, and scans go on", async () => {
  const before = it.json(topics.readerState("qr-1")).length;
  await ask("reader/restart", { reader: "qr-1" });
  await waitUntil("it was opened again", () => it.json(topics.readerState("qr-1")).length > before);
  await waitUntil("it is armed again", () => stateOf()?.["state"] === "armed");
  await terminal.send(card);
  await waitUntil("the scan is published", () => it.json(topics.checkInJson).length === 1);
});

test("the hospital's answer is told by the reader that took the arrival: a beep, or two where eyes are needed", async () => {
  for (const [outcome, byte] of [
    ["eligible", 0x01],
    ["expired", 0x02],
  ] as const) {
    const before = it.json(topics.checkInJson).length;
    await terminal.send(card);
    await waitUntil("the arrival is published", () => it.json(topics.checkInJson).length === before + 1);
    const { id } = it.json(topics.checkInJson).at(-1) ?? {};
    await publish(topics.result, { subject: id, outcome });
    await waitUntil(`the reader tells ${outcome}`, () => terminal.answers().includes(byte));
  }
});
