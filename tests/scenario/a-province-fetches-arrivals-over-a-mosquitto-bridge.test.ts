// A facility's own broker, the province's Mosquitto with a generated bridge, and a subscriber there: nothing is lost while the province is away.
import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { bridgeConfig, bridgeDescriptionSchema } from "../../cluster/mosquitto-bridge.ts";
import { Hospital } from "../endurance/hospital.ts";
import { ScannedDesk } from "../endurance/scanned-desk.ts";
import { afterThisTest, temporaryDirectory } from "../fixtures/clean-up.ts";
import { freePort } from "../fixtures/free-port.ts";
import { startMosquitto } from "../fixtures/mosquitto.ts";
import { makeAuthority } from "../fixtures/openssl-authority.ts";
import { waitUntil } from "../fixtures/wait-until.ts";
import { runBroker } from "../unit/broker/running-broker.ts";

const patienceMs = 120_000;
const filter = "tiepdon/v1/38xxx/+/checkin/json";
const topic = "tiepdon/v1/38xxx/quay-01/checkin/json";

/** A desk, the facility's broker, the province's Mosquitto with its bridge, and a subscriber that has got the first check-ins. */
async function startProvince() {
  const directory = temporaryDirectory();
  const authority = makeAuthority(join(directory, "ca"));
  const server = authority.issue("localhost", { forServer: true });
  const facility = await runBroker({
    users: [{ user: "tinh-38", role: "his", facility: "38xxx" }],
    config: { tls: { host: "127.0.0.1", port: 0, ...server, caFile: authority.caFile }, plain: false },
  });
  afterThisTest(() => facility.close());
  const tlsPort = facility.tlsPort ?? 0;

  mkdirSync(join(directory, "bridge"));
  const put = (from: string, ending: string) => copyFileSync(from, join(directory, "bridge", `38xxx${ending}`));
  const own = authority.issue("tinh-38");
  put(authority.caFile, "-ca.pem");
  put(own.certFile, ".pem");
  put(own.keyFile, ".key");
  const description = bridgeDescriptionSchema.parse({
    ...{ name: "tinh-38", directory: join(directory, "bridge") },
    facilities: [{ facility: "38XXX", host: "127.0.0.1", port: tlsPort }],
  });
  const port = await freePort();
  const settings = [
    ...["persistence true", `persistence_location ${temporaryDirectory()}/`, "user root"],
    ...bridgeConfig(description).split("\n"),
  ];
  const startBroker = () => startMosquitto(port, settings);
  const broker = await startBroker();
  const openSubscriber = () =>
    new Hospital({
      ...{ urls: [broker.url], connection: {}, clientId: "so-y-te", filters: [filter], answers: false },
    });
  const province = openSubscriber();
  await province.start();
  await waitUntil(
    "the bridge listens",
    () => broker.lines.some((line) => line.includes("Received SUBACK")),
    patienceMs,
  );

  const { certFile, keyFile } = authority.issue("38xxx:quay-01");
  const desk = await ScannedDesk.start({
    ...{ facility: "38xxx", desk: "quay-01", seed: 7, pauseMs: () => 20, publish: {} },
    mqtt: { url: `mqtts://127.0.0.1:${tlsPort}`, caFile: authority.caFile, certFile, keyFile },
    dataDir: join(directory, "desk"),
  });
  afterThisTest(() => desk.stop());
  await waitUntil("check-ins reach the province", () => province.count >= 50, patienceMs);

  return { desk, broker, startBroker, province, openSubscriber };
}

test("check-ins pass the bridge; those of the province's absence wait in the facility's store", {
  timeout: 300_000,
}, async () => {
  const { desk, broker, startBroker, province, openSubscriber } = await startProvince();
  await province.stop();
  await broker.end();
  const before = desk.accepted;
  await waitUntil("the facility goes on", () => desk.accepted >= before + 50 && desk.waiting < 10, patienceMs);
  await startBroker();
  const again = openSubscriber();
  for (const [name, sequences] of province.received) again.received.set(name, sequences);
  await again.start();
  afterThisTest(() => again.stop());
  desk.stopScanning();
  await waitUntil("all of them are there", () => desk.waiting === 0 && again.count >= desk.accepted, patienceMs);
  expect(again.missing(topic, desk.accepted)).toEqual([]);
  expect(again.outOfOrder).toBe(0);
});

test("what the province's Mosquitto has taken and nobody has fetched dies with it, as the documentation says", {
  timeout: 300_000,
}, async () => {
  const { desk, broker, startBroker, province, openSubscriber } = await startProvince();
  await province.stop();
  const before = desk.accepted;
  await waitUntil("the facility goes on", () => desk.accepted >= before + 50 && desk.waiting < 10, patienceMs);
  await broker.end("SIGKILL");
  await startBroker();
  const again = openSubscriber();
  for (const [name, sequences] of province.received) again.received.set(name, sequences);
  await again.start();
  afterThisTest(() => again.stop());
  const afterwards = desk.accepted;
  await waitUntil("later check-ins arrive", () => again.received.get(topic)?.has(afterwards + 20) === true, patienceMs);
  expect(again.missing(topic, afterwards).length).toBeGreaterThan(0);
});
