// Starting, stopping and the limits of a broker.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { brokerConfigSchema } from "../../../broker/config.ts";
import { SessionTable } from "../../../broker/store/session-table.ts";
import { connect, removeDirectory, runBroker, type TestBroker, testUsers } from "./running-broker.ts";

const running: TestBroker[] = [];
const run = async (options: Parameters<typeof runBroker>[0] = {}) => {
  const broker = await runBroker(options);
  running.push(broker);
  return broker;
};
afterEach(async () => {
  for (const broker of running.splice(0)) {
    await broker.close().catch(() => {}); // some were closed by their test
    removeDirectory(broker.directory);
  }
});

test("a port in use is one clear error, and the store is free again", async () => {
  const first = await run();
  const second = await run();
  await second.close();
  const { directory } = second;
  await expect(run({ directory, config: { port: first.port } })).rejects.toMatchObject({ code: "port-in-use" });
  expect((await run({ directory })).port).toBeGreaterThan(0);
});

test("an address of another machine and a damaged file of users are told apart", async () => {
  const elsewhere = { host: "192.0.2.1", plainBeyondLoopback: true };
  await expect(run({ users: [], config: elsewhere })).rejects.toMatchObject({ code: "address-absent" });
  const { directory, close } = await run();
  await close();
  writeFileSync(join(directory, "users.json"), "{");
  await expect(run({ directory, users: testUsers })).rejects.toMatchObject({ code: "users-file-damaged" });
});

test("a fresh broker has no account of its own: it says so, and lets nobody in under any name", async () => {
  const broker = await run({ users: [], config: { lockOut: { networkWrongMax: 5 } } });
  expect(broker.lines.map(({ sentence }) => sentence)).toContain("There are no users yet: nobody can connect");
  await expect(connect(broker.port)).rejects.toMatchObject({ code: 4 });
  for (const name of ["admin", "root", "tiepdon", "guest", "demo-his", "it", "test", "mqtt", "user"]) {
    for (const password of [name, "", "admin", "password"]) {
      await expect(connect(broker.port, { username: name, password })).rejects.toMatchObject({ code: 4 });
    }
  }
  expect(broker.counts().lockedOut).toBeGreaterThan(0);
});

test("a SUBSCRIBE that the disk refuses takes nothing from a session that it had before", async () => {
  const broker = await run();
  const absent = { clientId: "his", clean: false };
  const his = await connect(broker.port, absent);
  await his.mqtt.subscribeAsync("before", { qos: 1 });
  const refused = vi.spyOn(SessionTable.prototype, "subscribe").mockImplementation(() => {
    throw new Error("disk full");
  });
  const gone = new Promise<void>((resolve) => his.mqtt.once("close", () => resolve()));
  his.mqtt.subscribe(["before", "new"], { qos: 1 }, () => {});
  await gone;
  refused.mockRestore();
  const publisher = await connect(broker.port);
  await publisher.mqtt.publishAsync("before", "acknowledged", { qos: 1 });
  await publisher.mqtt.endAsync();
  const back = await connect(broker.port, absent);
  expect(await back.waitFor(1)).toMatchObject([{ topic: "before", text: "acknowledged" }]);
  await back.mqtt.endAsync();
});

const tlsFiles = { certFile: "c", keyFile: "k", caFile: "a" };
test.each([
  ["plain on an address of the network", { host: "10.0.0.5" }, "host"],
  ["plain on every address", { host: "0.0.0.0" }, "host"],
  ["plain on a name that may be anything", { host: "127.benhvien.local" }, "host"],
  ["everyone on the network", { host: "0.0.0.0", plainBeyondLoopback: true, openTo: "everyone" }, "openTo"],
  ["everyone over TLS on the network", { openTo: "everyone", tls: tlsFiles }, "openTo"],
])("the configuration refuses %s", (_what, config, at) => {
  const { error } = brokerConfigSchema.safeParse(config);
  expect(error?.issues.map(({ path }) => path.join("."))).toEqual([at]);
});

test.each([
  { host: "0.0.0.0", plainBeyondLoopback: true },
  { host: "0.0.0.0", plain: false, tls: tlsFiles },
  { host: "::1" },
  { openTo: "everyone", host: "127.0.0.2" },
  { openTo: "everyone", tls: { ...tlsFiles, host: "127.0.0.1" } },
])("the configuration takes %o", (config) => {
  expect(brokerConfigSchema.safeParse(config).error).toBeUndefined();
});

test("closing commits what is under way", async () => {
  const broker = await run();
  const client = await connect(broker.port, { clientId: "c", clean: false });
  await client.mqtt.subscribeAsync("t", { qos: 1 });
  await client.mqtt.endAsync();
  const publisher = await connect(broker.port);
  const acknowledged: Promise<number>[] = [];
  for (let n = 0; n < 200; n += 1) {
    acknowledged.push(
      publisher.mqtt.publishAsync("t", `${n}`, { qos: 1 }).then(
        () => 1,
        () => 0,
      ),
    );
  }
  await acknowledged[0];
  await broker.close();
  await publisher.mqtt.endAsync(true);
  const count = (await Promise.all(acknowledged)).reduce((sum, one) => sum + one, 0);
  const next = await run({ directory: broker.directory });
  expect(next.counts().queued).toBeGreaterThanOrEqual(count);
});

test("a session is present again even without subscriptions, and an empty client id is for clean sessions only", async () => {
  const broker = await run();
  const first = await connect(broker.port, { clientId: "c", clean: false });
  expect(first.isSessionPresent).toBe(false);
  await first.mqtt.endAsync();
  expect((await connect(broker.port, { clientId: "c", clean: false })).isSessionPresent).toBe(true);
  expect((await connect(broker.port, { clientId: "c", clean: true })).isSessionPresent).toBe(false);
  expect((await connect(broker.port, { clientId: "c", clean: false })).isSessionPresent).toBe(false);
  await expect(connect(broker.port, { clientId: "x".repeat(200) })).rejects.toMatchObject({ code: 2 });
});

test("a session whose client stays away too long ends", async () => {
  const config = { limits: { sessionHours: 1 } };
  const broker = await run({ config });
  const client = await connect(broker.port, { clientId: "c", clean: false });
  await client.mqtt.subscribeAsync("t", { qos: 1 });
  await client.mqtt.endAsync();
  await broker.close();
  for (const [ahead, sessions] of [
    [3_500_000, 1],
    [3_700_000, 0],
  ] as const) {
    const next = await run({ directory: broker.directory, config, ahead });
    expect(next.counts().sessions).toBe(sessions);
    await next.close();
  }
});

test("a second connection of one client takes over, and the session goes on", async () => {
  const broker = await run();
  const options = { clientId: "c", clean: false };
  const first = await connect(broker.port, options);
  await first.mqtt.subscribeAsync("t", { qos: 1 });
  const closed = new Promise<void>((resolve) => first.mqtt.once("close", () => resolve()));
  const second = await connect(broker.port, options);
  await closed;
  const publisher = await connect(broker.port);
  await publisher.mqtt.publishAsync("t", "once", { qos: 1 });
  expect(await second.waitFor(1)).toHaveLength(1);
  expect(first.received).toHaveLength(0);
});

test.each([
  ["filtersPerSessionMax", { filtersPerSessionMax: 2 }],
  ["topicLevelsMax", { topicLevelsMax: 8 }],
] as const)("filters beyond %s are refused in SUBACK", async (_name, limits) => {
  const broker = await run({ config: { limits } });
  const client = await connect(broker.port, { clientId: "c", clean: false });
  const filters = Object.fromEntries(["a", "b", `c${"/x".repeat(8)}`].map((filter) => [filter, { qos: 1 as const }]));
  await client.mqtt.subscribeAsync(filters).catch(() => {});
  const publisher = await connect(broker.port);
  await publisher.mqtt.publishAsync("a", "1", { qos: 1 });
  await publisher.mqtt.publishAsync("b", "2", { qos: 1 });
  expect(await client.waitFor(2)).toHaveLength(2);
  expect(broker.counts().denied).toBe(1);
});

test("retained topics, sessions and connections are bounded", async () => {
  const broker = await run({ config: { limits: { retainedMax: 100, sessionsMax: 1, connectionsMax: 2 } } });
  const kept = await connect(broker.port, { clientId: "kept", clean: false });
  for (let n = 0; n < 100; n += 1) await kept.mqtt.publishAsync(`t/${n}`, "x", { qos: 1, retain: true });
  await kept.mqtt.publishAsync("t/0", "again", { qos: 1, retain: true });
  await expect(connect(broker.port, { clientId: "other", clean: false })).rejects.toMatchObject({ code: 3 });
  const second = await connect(broker.port);
  await expect(connect(broker.port)).rejects.toThrow();
  const closed = new Promise<void>((resolve) => second.mqtt.once("close", () => resolve()));
  second.mqtt.publish("t/100", "one too many", { qos: 1, retain: true });
  await closed;
  expect(broker.counts().retained).toBe(100);
});
