// A backup under load holds everything that was acknowledged before it began, and comes back as a broker that delivers it.
import { readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { brokerCommand, brokerPlace, startBrokerAt } from "../fixtures/broker-service.ts";
import { temporaryDirectory } from "../fixtures/clean-up.ts";
import { waitUntil } from "../fixtures/wait-until.ts";
import { connect } from "../unit/broker/running-broker.ts";

const his = { clientId: "his-main", clean: false };
/** Publishes of one desk under way at once. */
const pendingMax = 50;

test("nothing acknowledged before the backup began is missing from it", { timeout: 120_000 }, async () => {
  const place = await brokerPlace();
  const running = await startBrokerAt(place);
  const subscriber = await connect(place.port, his);
  await subscriber.mqtt.subscribeAsync("checkin", { qos: 1 });
  await subscriber.mqtt.endAsync();
  const acknowledged: number[] = [];
  const load = await publishWithoutEnd(place.port, acknowledged);
  await waitUntil("a queue has grown", () => acknowledged.length >= 2_000, 60_000);

  const file = join(temporaryDirectory(), "broker.db");
  const before = [...acknowledged];
  const backup = await brokerCommand(["backup", file, "--data-dir", place.dataDir]);
  const during = acknowledged.length - before.length;
  await load.stop();
  expect([backup.status, backup.error]).toEqual([0, expect.stringContaining("dữ liệu cá nhân")]);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(during).toBeGreaterThan(0); // the desks went on
  const again = await brokerCommand(["backup", file, "--data-dir", place.dataDir]);
  expect([again.status, again.error.includes("không ghi đè")]).toEqual([2, true]);

  const restoring = ["restore", file, "--data-dir", place.dataDir];
  expect((await brokerCommand(restoring)).status).toBe(3); // it runs
  await running.end();
  const restored = await brokerCommand(restoring);
  expect([restored.status, restored.error]).toEqual([0, expect.stringContaining("broker.db.replaced-")]);
  expect(readdirSync(place.dataDir).filter((name) => name.startsWith("broker.db.replaced-"))).toHaveLength(1);
  await startBrokerAt(place);
  const returned = await connect(place.port, his);
  const received = () => new Set(returned.received.map(({ text }) => Number(text)));
  const missing = () => before.filter((number) => !received().has(number));
  await waitUntil("the queue is drained", () => returned.received.length >= before.length, 60_000);
  expect(missing()).toEqual([]);
  expect(returned.received.map(({ text }) => Number(text))).toEqual([...received()].sort((a, b) => a - b));
});

test("what is no backup of a broker is refused, and the store stays", async () => {
  const place = await brokerPlace();
  await (await startBrokerAt(place)).end();
  const before = readdirSync(place.dataDir).sort();
  const file = join(temporaryDirectory(), "broker.db");
  for (const text of [undefined, "", "no store at all ".repeat(1_000)]) {
    if (text !== undefined) writeFileSync(file, text);
    const { status, error } = await brokerCommand(["restore", file, "--data-dir", place.dataDir]);
    expect([status, error === ""]).toEqual([2, false]);
  }
  expect(
    readdirSync(place.dataDir)
      .filter((name) => !name.endsWith(".lock"))
      .sort(),
  ).toEqual(before.filter((name) => !name.endsWith(".lock")));
  const empty = temporaryDirectory();
  for (const words of [["backup", join(empty, "b.db")], ["export", join(empty, "b.jsonl")], ["inspect"]]) {
    const { status, error } = await brokerCommand([...words, "--data-dir", empty]);
    expect([status, error.includes("Không có kho")]).toEqual([2, true]);
  }
  expect(readdirSync(empty)).toEqual([]);
});

/** Numbers, in order, each noted when it is acknowledged. */
async function publishWithoutEnd(port: number, acknowledged: number[]) {
  const desk = await connect(port);
  let next = 0;
  let pending = 0;
  let isOver = false;
  const publish = () => {
    while (!isOver && pending < pendingMax) {
      const number = next++;
      pending += 1;
      desk.mqtt.publish("checkin", String(number), { qos: 1 }, (error) => {
        pending -= 1;
        if (!error) acknowledged.push(number);
        publish();
      });
    }
  };
  publish();
  return {
    stop: async () => {
      isOver = true;
      await waitUntil("all is acknowledged", () => pending === 0);
      await desk.mqtt.endAsync();
    },
  };
}
