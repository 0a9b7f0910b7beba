// $SYS: IT sees the broker's values and alarms, from the moment it subscribes; nobody else does, and no value names a client.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import {
  connect,
  cut,
  removeDirectory,
  runBroker,
  type TestBroker,
  testUsers,
  until,
} from "../unit/broker/running-broker.ts";

const running: TestBroker[] = [];
afterEach(async () => {
  for (const broker of running.splice(0)) {
    await broker.close();
    removeDirectory(broker.directory);
  }
});

const run = async (sysSeconds: number, directory?: string) => {
  const config = { observation: { sysSeconds } };
  const broker = await runBroker({ config, users: testUsers, ...(directory !== undefined && { directory }) });
  running.push(broker);
  return broker;
};

const namesOf = (topics: readonly { readonly topic: string }[]) =>
  new Set(topics.map(({ topic }) => topic.replace("$SYS/broker/", "")));

test("a subscriber gets the last values at once, as retained, and the next ones in their time", async () => {
  const broker = await run(1);
  const it = await connect(broker.port, { clientId: "it-screen", username: "it" });
  await it.mqtt.subscribeAsync("$SYS/broker/#", { qos: 1 });
  await it.waitFor(10);
  const first = it.received.filter(({ retain }) => retain);
  for (const name of [
    "version",
    "uptime",
    "clients/connected",
    "messages/received",
    "store/messages/count",
    "alarms",
  ]) {
    expect(namesOf(first)).toContain(name);
  }
  expect(first.find(({ topic }) => topic.endsWith("/alarms"))?.text).toBe("[]");
  const desk = await connect(broker.port, { username: "desk1" });
  await desk.mqtt.publishAsync("tiepdon/v1/38xxx/quay-01/event", "{}", { qos: 1 });
  const live = () => it.received.filter(({ retain, qos }) => !retain && qos === 0);
  const isTold = (name: string, text: string) =>
    live().some(({ topic, text: told }) => topic.endsWith(name) && told === text);
  await until(() => isTold("/messages/received", "1") && isTold("/clients/connected", "2"), live);
  expect(broker.counts()).toMatchObject({ retained: 0, queued: 0 });
});

test("an alarm is told when it begins and when it is over, not at the next minute", async () => {
  const broker = await run(3_600);
  const it = await connect(broker.port, { clientId: "it-screen", username: "it" });
  await it.mqtt.subscribeAsync("$SYS/broker/alarms");
  await it.waitFor(1);
  const users = join(broker.directory, "users.json");
  const good = readFileSync(users);
  writeFileSync(users, "{");
  await it.waitFor(2);
  writeFileSync(users, good);
  await it.waitFor(3);
  const told = it.received.map(({ text }) => (JSON.parse(text) as { code: string }[]).map(({ code }) => code));
  expect(told).toEqual([[], ["users-file-unreadable"], []]);
});

test("no value names a client, a user or a topic, whatever clients do", async () => {
  const broker = await run(1);
  const it = await connect(broker.port, { clientId: "it-screen", username: "it" });
  await it.mqtt.subscribeAsync("$SYS/#");
  await it.waitFor(10);
  const desk = await connect(broker.port, { clientId: "desk-one", username: "desk1" });
  await desk.mqtt.subscribeAsync("tiepdon/v1/38xxx/quay-01/result", { qos: 1 });
  await desk.mqtt.unsubscribeAsync("tiepdon/v1/38xxx/quay-01/result");
  await cut(desk);
  const uptimes = () => it.received.filter(({ topic }) => topic.endsWith("/uptime")).length;
  const before = uptimes();
  await until(() => uptimes() >= before + 2, uptimes);
  for (const { topic, text } of it.received) {
    expect(topic).toMatch(/^\$SYS\/broker\//);
    expect(`${topic} ${text}`).not.toMatch(/desk-one|desk1|quay-01|38xxx|it-screen/);
  }
});

test.each(["desk1", "his"])("%s gets nothing of them, by no filter and by no session", async (username) => {
  const broker = await run(1);
  const options = { clientId: "c", clean: false, username };
  const client = await connect(broker.port, options);
  const filters = ["$SYS/#", "$SYS/broker/alarms", "$SYS/+/alarms", "#", "+/broker/#", "+/#", "/#"];
  await client.mqtt
    .subscribeAsync(Object.fromEntries(filters.map((filter) => [filter, { qos: 1 as const }])))
    .catch(() => {});
  const it = await connect(broker.port, { clientId: "it-screen", username: "it" });
  await it.mqtt.subscribeAsync("$SYS/broker/uptime");
  await it.waitFor(3); // the values came out again and again
  await cut(client);
  const again = await connect(broker.port, options);
  await it.waitFor(4);
  expect([...client.received, ...again.received]).toEqual([]);
  expect(broker.counts().queued).toBe(0);
});

test("everybody's # does not reach them where the broker is open to everyone", async () => {
  const broker = await runBroker({ config: { observation: { sysSeconds: 1 } } });
  running.push(broker);
  const client = await connect(broker.port);
  await client.mqtt.subscribeAsync(["#", "+/broker/uptime"]);
  await client.mqtt.publishAsync("t", "last", { qos: 1 });
  await client.waitFor(1);
  expect(client.received.map(({ topic }) => topic)).toEqual(["t"]);
});
