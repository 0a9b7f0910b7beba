// Mosquitto acknowledges what it drops from a full queue: with receipt `result` the desk notices, and every check-in arrives.
import { join } from "node:path";
import { expect, test } from "vitest";
import { Hospital } from "../endurance/hospital.ts";
import { ScannedDesk } from "../endurance/scanned-desk.ts";
import { afterThisTest, temporaryDirectory } from "../fixtures/clean-up.ts";
import { freePort } from "../fixtures/free-port.ts";
import { startMosquitto } from "../fixtures/mosquitto.ts";
import { waitUntil } from "../fixtures/wait-until.ts";

/** Its queue for an absent subscriber; 1,000 by default, smaller here so that the test is short. */
const queuedMax = 100;
const checkIns = 150;
const patienceMs = 120_000;

async function runDay(receipt: "puback" | "result") {
  const port = await freePort();
  const { url } = await startMosquitto(port, [
    ...["persistence true", `persistence_location ${temporaryDirectory()}/`, "user root"],
    `max_queued_messages ${queuedMax}`,
  ]);
  const openHospital = () =>
    new Hospital({
      ...{ urls: [url], connection: {}, clientId: "his", answers: receipt === "result" },
      filters: ["tiepdon/v1/38xxx/+/checkin/json"],
    });
  const first = openHospital();
  await first.start();
  await first.stop(); // its session stays, and it is away
  const desk = await ScannedDesk.start({
    ...{ facility: "38xxx", desk: "quay-01", mqtt: { url }, seed: 7, pauseMs: () => 0 },
    publish: { receipt, resultSeconds: 5 },
    dataDir: join(temporaryDirectory(), "desk"),
  });
  afterThisTest(() => desk.stop());
  await waitUntil("enough is accepted", () => desk.accepted >= checkIns, patienceMs);
  desk.stopScanning();
  const hospital = openHospital();
  afterThisTest(() => hospital.stop());
  return { desk, hospital };
}

test("with receipt puback what came beyond the queue is gone, and nothing waits at the desk", {
  timeout: 300_000,
}, async () => {
  const { desk, hospital } = await runDay("puback");
  await waitUntil("the desk believes that all is well", () => desk.waiting === 0, patienceMs);
  await hospital.start();
  await waitUntil("what was queued arrives", () => hospital.count >= queuedMax, patienceMs);
  expect(hospital.count).toBeLessThan(desk.accepted);
});

test("with receipt result the desk sends again what was never answered, until all have arrived", {
  timeout: 300_000,
}, async () => {
  const { desk, hospital } = await runDay("result");
  expect(desk.waiting).toBeGreaterThanOrEqual(checkIns);
  await hospital.start();
  await waitUntil("everything has arrived", () => hospital.count >= desk.accepted, patienceMs);
  await waitUntil("nothing waits any more", () => desk.waiting === 0, patienceMs);
  expect(hospital.missing("tiepdon/v1/38xxx/quay-01/checkin/json", desk.accepted)).toEqual([]);
});
