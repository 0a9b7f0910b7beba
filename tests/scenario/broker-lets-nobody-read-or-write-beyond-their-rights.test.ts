// Passwords, rights, client ids and wills over the wire: what is refused, and that nothing gets past it.

import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { addUser, removeUser } from "../../broker/access/users-file.ts";
import { openBrokerStore } from "../../broker/store/broker-store.ts";
import {
  connect,
  cut,
  password,
  removeDirectory,
  runBroker,
  type TestBroker,
  testUsers,
  until,
} from "../unit/broker/running-broker.ts";

const facility = "tiepdon/v1/38xxx";
const own = `${facility}/quay-01`;
let broker: TestBroker;
beforeEach(async () => {
  broker = await runBroker({ users: testUsers });
});
afterEach(async () => {
  await broker.close();
  removeDirectory(broker.directory);
});
const as = (username: string, options: object = {}) => connect(broker.port, { username, ...options });

test("nobody comes in without the right password", async () => {
  await expect(connect(broker.port)).rejects.toMatchObject({ code: 4 });
  await expect(as("his", { password: "a-wrong-one" })).rejects.toMatchObject({ code: 4 });
  await expect(as("nobody")).rejects.toMatchObject({ code: 4 });
  expect(broker.counts()).toMatchObject({ denied: 3, connections: 0 });
  expect(JSON.stringify(broker.lines)).not.toContain("a-wrong-one");
});

test("a client without keepalive, or with an endless one, is refused", async () => {
  await expect(as("his", { keepalive: 0 })).rejects.toMatchObject({ code: 5 });
  await expect(as("his", { keepalive: 60_000 })).rejects.toMatchObject({ code: 5 });
});

test("a client id belongs to its user, connected or not, and over a restart", async () => {
  const his = await as("his", { clientId: "his-1", clean: false });
  await his.mqtt.subscribeAsync(`${facility}/+/checkin/json`, { qos: 1 });
  await expect(as("his2", { clientId: "his-1", clean: false })).rejects.toMatchObject({ code: 2 });
  expect(his.mqtt.connected).toBe(true);
  await his.mqtt.endAsync();
  await expect(as("his2", { clientId: "his-1", clean: false })).rejects.toMatchObject({ code: 2 });
  await expect(as("desk1", { clientId: "his-1", clean: true })).rejects.toMatchObject({ code: 2 });
  await broker.close();
  broker = await runBroker({ users: testUsers, directory: broker.directory });
  await expect(as("his2", { clientId: "his-1" })).rejects.toMatchObject({ code: 2 });
  expect((await as("his", { clientId: "his-1", clean: false })).isSessionPresent).toBe(true);
});

test("a filter that is denied inside a granted SUBSCRIBE delivers nothing, now or after coming back", async () => {
  const filters = { [`${facility}/+/checkin/json`]: { qos: 1 }, "#": { qos: 1 }, "$SYS/#": { qos: 1 } } as const;
  const his = await as("his", { clientId: "h", clean: false });
  const granted = await his.mqtt.subscribeAsync(filters).catch((error: Error) => error.message);
  expect(granted).toMatch(/Unspecified error/); // MQTT.js reports 0x80 among the grants like that
  const desk = await as("desk1");
  const publishAll = async () => {
    await desk.mqtt.publishAsync(`${own}/health`, "closed to the hospital's software", { qos: 1, retain: true });
    await desk.mqtt.publishAsync(`${own}/checkin/json`, "open", { qos: 1 });
  };
  await publishAll();
  await his.waitFor(1);
  await his.mqtt.endAsync();
  await publishAll();
  await broker.close();
  const store = openBrokerStore(join(broker.directory, "broker.sqlite"), 0);
  expect(store.sessions.allSubscriptions().map(({ filter }) => filter)).toEqual([`${facility}/+/checkin/json`]);
  store.close();
  broker = await runBroker({ users: testUsers, directory: broker.directory });
  const back = await as("his", { clientId: "h", clean: false });
  await back.waitFor(1);
  expect([...his.received, ...back.received].map(({ text }) => text)).toEqual(["open", "open"]);
});

test("what a user may no longer read is not delivered, even what was queued before", async () => {
  const his = await as("his", { clientId: "h", clean: false });
  await his.mqtt.subscribeAsync(`${facility}/+/checkin/json`, { qos: 1 });
  await his.mqtt.endAsync();
  const desk = await as("desk1");
  await desk.mqtt.publishAsync(`${own}/checkin/json`, "queued", { qos: 1 });
  const file = join(broker.directory, "users.json");
  await removeUser(file, "his");
  await addUser(file, { user: "his", role: "it", facility: "38xxx" }, password);
  const it = await as("his", { clientId: "h", clean: false });
  await desk.mqtt.publishAsync(`${own}/checkin/json`, "live", { qos: 1 });
  await it.mqtt.subscribeAsync(`${own}/event`, { qos: 1 });
  await desk.mqtt.publishAsync(`${own}/event`, "end", { qos: 1 });
  expect((await it.waitFor(1)).map(({ text }) => text)).toEqual(["end"]);
  await until(
    () => broker.counts().queued === 0,
    () => broker.counts(),
  );
});

test.each([
  ["another desk's topic", "desk1", `${facility}/quay-02/state`, false],
  ["a retained event", "desk1", `${own}/checkin/json`, true],
  ["the broker's own topics", "it", "$SYS/x", false],
  ["QoS 2, which is closed", "desk1", `${own}/event`, false],
])("publishing %s ends the connection and reaches nobody", async (what, user, topic, retain) => {
  const it = await as("it");
  await it.mqtt.subscribeAsync({ [`${facility}/+/state`]: { qos: 1 }, [`${facility}/+/event`]: { qos: 1 } });
  const client = await as(user);
  const closed = new Promise<void>((resolve) => client.mqtt.once("close", resolve));
  client.mqtt.publish(topic, "refused", { qos: what.startsWith("QoS 2") ? 2 : 1, retain }, () => {});
  await closed;
  const desk = await as("desk2");
  await desk.mqtt.publishAsync(`${facility}/quay-02/event`, "end", { qos: 1 });
  expect((await it.waitFor(1)).map(({ text }) => text)).toEqual(["end"]);
});

test.each([
  ["another desk's topic", `${facility}/quay-02/state`, 1],
  ["the broker's own topics", "$SYS/x", 1],
  ["QoS 2", `${own}/state`, 2],
] as const)("a will with %s is refused at CONNECT", async (_what, topic, qos) => {
  await expect(as("desk1", { will: { topic, payload: "x", qos, retain: false } })).rejects.toMatchObject({ code: 5 });
});

test.each([
  ["wildcards", `${own}/+`],
  ["a # in it", "#"],
  ["a NUL", `${own}/sta\0te`],
] as const)("a CONNECT with %s in its will's topic is not answered", async (_what, topic) => {
  const will = { topic, payload: "x", qos: 1, retain: false } as const;
  await expect(as("desk1", { will })).rejects.toThrow("closed before CONNACK");
});

test("a will is sent when its client is cut off, and not when it says goodbye", async () => {
  const it = await as("it");
  await it.mqtt.subscribeAsync(`${facility}/+/state`, { qos: 1 });
  const will = { topic: `${own}/state`, payload: "gone", qos: 1, retain: true } as const;
  await (await as("desk1", { will })).mqtt.endAsync();
  await cut(await as("desk1", { will }));
  await it.waitFor(1);
  await (await as("desk1", { will: { ...will, payload: "second" } })).mqtt.endAsync();
  await cut(await as("desk1", { will: { ...will, payload: "third" } }));
  expect((await it.waitFor(2)).map(({ text }) => text)).toEqual(["gone", "third"]);
});
