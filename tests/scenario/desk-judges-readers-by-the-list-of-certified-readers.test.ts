// A list of certified readers on the retained topic rules over a running desk: it certifies, warns and refuses; a forged one does nothing.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { auditFileName } from "../../agent/registry/certification-audit.ts";
import { keptListFileName } from "../../agent/registry/registry-keeper.ts";
import type { RegistryEntry } from "../../protocol/registry/registry-document.ts";
import { facilityTopics } from "../../protocol/topics.ts";
import { systemClock } from "../../service/clock.ts";
import { DeviceRunner } from "../../simulators/device-runner.ts";
import { plainReader } from "../../simulators/plain-reader/plain-reader.ts";
import { listenTcp } from "../../simulators/tcp-medium.ts";
import { startProgram } from "../fixtures/child-process.ts";
import { afterThisTest, temporaryDirectory } from "../fixtures/clean-up.ts";
import { type Desk, deskConfig, facility, startDesk, topics } from "../fixtures/desk.ts";
import { freePort } from "../fixtures/free-port.ts";
import { type Mosquitto, startMosquitto } from "../fixtures/mosquitto.ts";
import { type Subscriber, subscribe } from "../fixtures/mosquitto-sub.ts";
import { currentDocument, entryAt, inDate, registryConfig, signed } from "../fixtures/registry.ts";
import { waitUntil } from "../fixtures/wait-until.ts";

const card = Buffer.from("001090999901||Nguyễn Văn Mẫu|15031990|Nam|Số 1, Xã Ví Dụ, Thành phố Hà Nội|20082024||||");
/** The simulated reader stands on the network, so only its profile and its own version, 1.4.2, tell what it is. */
const listed: RegistryEntry = {
  ...inDate(entryAt(0)),
  ...{ id: "simulated-1900", usb: [], profiles: ["honeywell-cdc"] },
};
const listOf = (version: number, changes: Partial<RegistryEntry> = {}) =>
  signed({ ...currentDocument, version, readers: [{ ...listed, ...changes }] });

let broker: Mosquitto;
let reader: DeviceRunner;
let readerPort: number;
let dataDir: string;
let it: Subscriber;

beforeEach(async () => {
  broker = await startMosquitto(await freePort());
  readerPort = await freePort();
  const medium = await listenTcp("127.0.0.1", readerPort);
  const power = plainReader({ terminator: "cr", aim: "", commands: "honeywell", ack: "none" });
  reader = new DeviceRunner({ power, medium, clock: systemClock() });
  afterThisTest(() => medium.close());
  afterThisTest(() => reader.stop());
  dataDir = temporaryDirectory();
  it = await subscribe(broker.port, [
    topics.readerState("qr-1"),
    topics.readerInfo("qr-1"),
    topics.checkInJson,
    topics.event,
  ]);
});

async function startJudgedDesk(policy: "refuse" | "warn", more: object = {}): Promise<Desk> {
  const registry = { ...(await registryConfig()), policy, ...more };
  const readers = [{ id: "qr-1", profile: "honeywell-cdc", tcp: { host: "127.0.0.1", port: readerPort } }];
  return startDesk({ ...deskConfig({ url: broker.url, serial: "" }), readers, registry }, { dataDir });
}

/** Publishes a list as IT does: retained, with a client that is not ours. */
async function publishList(jws: Uint8Array): Promise<void> {
  const file = join(temporaryDirectory(), "registry.jws");
  writeFileSync(file, jws);
  const topic = facilityTopics(facility).registry;
  const words = ["-h", "127.0.0.1", "-p", String(broker.port), "-q", "1", "-r", "-t", topic, "-f", file];
  expect(await startProgram("mosquitto_pub", words).exited).toBe(0);
}

const info = () => it.json(topics.readerInfo("qr-1")).at(-1) ?? {};
const state = () => it.json(topics.readerState("qr-1")).at(-1) ?? {};
const certificationIs = (word: string) =>
  waitUntil(`the reader is ${word}`, () => String(info()["certification"]).startsWith(word));
const stateIs = (word: string) => waitUntil(`the reader is ${word}`, () => state()["state"] === word);
const checkIns = () => it.json(topics.checkInJson).map(({ data }) => data as { reader: Record<string, unknown> });
const auditRecords = () =>
  readFileSync(join(dataDir, auditFileName), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

test("a reader that no list names works under warn, is marked in every event, and is certified by a list that arrives", async () => {
  await startJudgedDesk("warn");
  await stateIs("armed");
  expect(reader.present(card)).toBe(true);
  await waitUntil("the check-in is published", () => checkIns().length === 1);
  expect(checkIns()[0]?.reader).toEqual({ id: "qr-1", model: "honeywell-cdc", certification: "no-registry" });

  await publishList(await listOf(17, { profiles: ["another-profile"] }));
  await certificationIs("unlisted");
  await publishList(await listOf(18));
  await certificationIs("certified");
  expect(reader.present(card)).toBe(true);
  await waitUntil("the next check-in is published", () => checkIns().length === 2);
  const { certification, ...certified } = checkIns()[1]?.reader ?? {};
  expect(certified).toEqual({
    id: "qr-1",
    model: "honeywell-cdc",
    registryVersion: 18,
    registryEntry: "simulated-1900",
  });
  expect(certification).toMatch(/^certified(-clock-unsure)?$/);
  expect(info()).toMatchObject({ firmware: "1.4.2", registryEntry: "simulated-1900", certificate: "MAU-0001" });
  const told = it.json(topics.event).filter(({ kind }) => kind === "registry_accepted");
  expect(told).toMatchObject([{ registryVersion: 17, source: "topic" }, { registryVersion: 18 }]);
});

test("a reader that no list names takes no scan under refuse, until a list certifies it, without a restart", async () => {
  await startJudgedDesk("refuse");
  await waitUntil("the desk says why", () => state()["reason"] === "refused-by-registry");
  expect(state()).toMatchObject({ state: "present" });
  expect(reader.present(card)).toBe(false); // nobody has opened its line
  await publishList(await listOf(17));
  await stateIs("armed");
  expect(reader.present(card)).toBe(true);
  await waitUntil("the check-in is published", () => checkIns().length === 1);
  expect(auditRecords().map(({ what, status }) => `${what} ${status}`)).toContain("refused no-registry");
  expect(auditRecords().at(-1)).toMatchObject({
    what: "armed",
    status: "certified",
    firmware: "1.4.2",
    policy: "refuse",
  });
});

test("a changed, an older and a foreign list are refused and told, and the old one stays, over a restart too", async () => {
  const desk = await startJudgedDesk("refuse");
  const good = await listOf(17);
  await publishList(good);
  await stateIs("armed");
  const changed = Uint8Array.from(good);
  changed[400] = (changed[400] ?? 0) ^ 1;
  const refusals = () => it.json(topics.event).filter(({ kind }) => kind === "registry_refused");
  for (const [index, list] of [changed, await listOf(16), Buffer.from("eyJhbGciOiJub25lIn0.e30.")].entries()) {
    await publishList(list);
    await waitUntil("the refusal is told", () => refusals().length === index + 1);
  }
  expect(refusals().map(({ reason }) => reason)).toEqual(["bad-signature", "lower-version", "not-jws"]);
  expect(state()).toMatchObject({ state: "armed" });
  expect(readFileSync(join(dataDir, keptListFileName))).toEqual(good);

  await desk.stop();
  await stateIs("offline");
  await startJudgedDesk("refuse"); // the bad one is still retained at the broker
  await stateIs("armed");
  expect(info()).toMatchObject({ registryVersion: 17 });
});

test("a firmware that the list denies takes no scan under either policy, and scans again under the next list", async () => {
  await publishList(await listOf(17, { firmware: { allow: ["*"], deny: ["1.4.2"] } }));
  await startJudgedDesk("warn");
  await certificationIs("firmware-denied");
  await stateIs("claimed");
  expect(state()).toMatchObject({ reason: "refused-by-registry" });
  expect(info()).toMatchObject({ alarm: true, mayArm: false, firmware: "1.4.2" });
  reader.present(card);
  await publishList(await listOf(18));
  await stateIs("armed");
  expect(reader.present(card)).toBe(true);
  await waitUntil("the check-in is published", () => checkIns().length === 1);
  expect(checkIns()).toHaveLength(1); // not the one that came before
});

test("an override lets a refused reader scan, is shown and written down", async () => {
  const overrides = [{ reader: "qr-1", reason: "chờ giấy chứng nhận mới", by: "cntt-02", until: "2099-12-31" }];
  await publishList(await listOf(17, { profiles: ["another-profile"] }));
  await startJudgedDesk("refuse", { overrides });
  await certificationIs("unlisted");
  await stateIs("armed");
  expect(info()).toMatchObject({ alarm: true, mayArm: true, override: { by: "cntt-02", until: "2099-12-31" } });
  // Before the list came the same override was used for a desk without one.
  const find = () => auditRecords().find(({ what, status }) => what === "override" && status === "unlisted");
  await waitUntil("it is written down", () => find() !== undefined);
  const record = find();
  expect(record).toMatchObject({ reader: "qr-1", override: { by: "cntt-02", reason: "chờ giấy chứng nhận mới" } });
});
