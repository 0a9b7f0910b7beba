// Retained messages of one desk, kept sessions of one account, lines of the log, and packets that nobody has to wait for: each has its own bound.
import { connect as openSocket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { ping } from "../fixtures/mqtt-bytes.ts";
import { WireClient } from "../fixtures/wire-client.ts";
import { password, removeDirectory, runBroker, type TestBroker, testUsers } from "../unit/broker/running-broker.ts";

let broker: TestBroker | undefined;
afterEach(async () => {
  await broker?.close();
  if (broker !== undefined) removeDirectory(broker.directory);
});

async function start(limits: object): Promise<TestBroker> {
  broker = await runBroker({ users: testUsers, config: { limits } });
  return broker;
}

async function enter(port: number, user: string, clientId: string, clean = true) {
  const client = new WireClient(openSocket({ port, host: "127.0.0.1" }));
  return { client, ...(await client.connect({ clientId, user, password, clean })) };
}

test("a desk can't fill the room for what others retain", async () => {
  const { port, counts } = await start({ retainedPerDeskMax: 10 });
  const retain = async (client: WireClient, desk: string, reader: number) => {
    const topic = `tiepdon/v1/38xxx/${desk}/reader/r${reader}/state`;
    return client.publish({ topic, payload: "armed", qos: 1, retain: true });
  };
  const { client } = await enter(port, "desk1", "one");
  for (let reader = 1; reader <= 10; reader += 1) expect(await retain(client, "quay-01", reader)).toBe(true);
  expect(await retain(client, "quay-01", 3)).toBe(true); // replaces one
  expect(await retain(client, "quay-01", 11)).toBe(false);
  const other = await enter(port, "desk2", "two");
  expect(await retain(other.client, "quay-02", 1)).toBe(true);
  expect(counts().retained).toBe(11);
});

test("an account can't take the kept sessions of all", async () => {
  const { port } = await start({ sessionsPerUserMax: 3 });
  for (const name of ["a", "b", "c"]) {
    const { code, client } = await enter(port, "his", name, false);
    expect(code).toBe(0);
    await client.end();
  }
  expect((await enter(port, "his", "d", false)).code).toBe(3);
  expect((await enter(port, "his", "d")).code).toBe(0);
  expect((await enter(port, "his", "b", false)).isSessionPresent).toBe(true);
  expect((await enter(port, "his2", "e", false)).code).toBe(0);
});

test("a flood of refused filters can't fill the log, and all of them are counted", async () => {
  const { port, counts, lines } = await start({});
  const { client } = await enter(port, "desk1", "one");
  const filters = Array.from({ length: 100 }, (_, n) => `tiepdon/v1/38xxx/quay-${n + 10}/checkin/json`);
  const before = counts().denied;
  expect(new Set(await client.subscribe(filters, 1))).toEqual(new Set([128]));
  expect(counts().denied).toBe(before + 100);
  expect(lines.filter(({ sentence }) => sentence === "A subscription was refused")).toHaveLength(16);
});

test("a flood of pings waits its turn, and a goodbye behind it still counts", async () => {
  const { port } = await start({ unpacedPerSecondMax: 1_000 });
  const it = await enter(port, "it", "it");
  await it.client.subscribe(["tiepdon/v1/38xxx/+/state"], 1);
  const socket = openSocket({ port, host: "127.0.0.1" });
  const desk = new WireClient(socket);
  const will = { topic: "tiepdon/v1/38xxx/quay-01/state", payload: "offline", qos: 1, retain: true } as const;
  await desk.connect({ clientId: "flood", user: "desk1", password, will });
  let answered = 0;
  socket.on("data", (chunk) => {
    answered += chunk.length / 2;
  });
  const began = performance.now();
  const count = 3_000;
  for (let sent = 0; sent < count; sent += 1) socket.write(ping);
  const ended = desk.end();
  const other = await enter(port, "desk2", "other");
  expect(await other.client.publish({ topic: "tiepdon/v1/38xxx/quay-02/state", payload: "online", qos: 1 })).toBe(true);
  await ended;
  expect(answered).toBeGreaterThan(count - 64); // the goodbye overtakes the answers to what was read with it
  expect(performance.now() - began).toBeGreaterThan(1_500); // a thousand at once, the rest a thousand a second
  await it.client.settle();
  expect(it.client.arrivals.map(({ text }) => text)).toEqual(["online"]);
});
