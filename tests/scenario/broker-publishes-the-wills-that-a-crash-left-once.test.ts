// Wills of clients that were connected when the broker was killed: sent at the next start, once, if their owner still may.
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { removeUser } from "../../broker/access/users-file.ts";
import { openBrokerStore } from "../../broker/store/broker-store.ts";
import { spawnBroker } from "../endurance/broker-process.ts";
import { connect, removeDirectory, runBroker, type TestBroker, testUsers } from "../unit/broker/running-broker.ts";

const own = "tiepdon/v1/38xxx/quay-01";
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "broker-wills-"));
});
afterEach(() => removeDirectory(directory));

/** What the subscriber gets before a message that is published last. */
async function deliveredBy(broker: TestBroker, username?: string): Promise<string[]> {
  const options = username === undefined ? {} : { username };
  const it = await connect(broker.port, { ...options, clientId: "watcher", clean: false });
  await it.mqtt.subscribeAsync({ [`${own}/event`]: { qos: 1 }, [`${own}/state`]: { qos: 1 } });
  const desk = await connect(broker.port, username === undefined ? {} : { username: "desk1" });
  await desk.mqtt.publishAsync(`${own}/event`, "end", { qos: 1 });
  const count = it.received.length;
  await it.waitFor(count + (it.received.some(({ text }) => text === "end") ? 0 : 1));
  await it.mqtt.endAsync();
  return it.received.filter(({ retain }) => !retain).map(({ text }) => text);
}

test("a will that a killed broker held comes once, at the first start, and is retained", async () => {
  const broker = await spawnBroker(directory);
  const watcher = await connect(broker.port, { clientId: "watcher", clean: false });
  await watcher.mqtt.subscribeAsync({ [`${own}/event`]: { qos: 1 }, [`${own}/state`]: { qos: 1 } });
  await watcher.mqtt.endAsync();
  const will = { topic: `${own}/state`, payload: "offline", qos: 1, retain: true } as const;
  await connect(broker.port, { clientId: "desk", clean: false, will: { ...will, payload: "taken over" } });
  const newer = await connect(broker.port, { clientId: "desk", clean: false, will });
  await newer.mqtt.subscribeAsync("x", { qos: 1 }); // its commit is behind that of the first will
  await broker.kill();

  const first = await runBroker({ directory });
  expect(await deliveredBy(first)).toEqual(["taken over", "offline", "end"]);
  expect(first.counts().retained).toBe(1);
  await first.close();
  const second = await runBroker({ directory });
  expect(await deliveredBy(second)).toEqual(["end"]);
  await second.close();
});

test("a will whose owner may not publish it any more is dropped, with a word in the log", async () => {
  const broker = await runBroker({ users: testUsers });
  const users = readFileSync(join(broker.directory, "users.json"), "utf8");
  await broker.close();
  removeDirectory(broker.directory);
  const store = openBrokerStore(join(directory, "broker.sqlite"), 0);
  for (const [user, topic] of [
    ["desk1", `${own}/state`],
    ["desk2", `${own}/state`],
    ["gone", "a/+"],
  ] as const) {
    const rest = { brokerId: "earlier", payload: Buffer.from(`of ${user}`), qos: 1, retain: false } as const;
    await store.commit.run(() => store.wills.put({ clientId: user, user, topic, ...rest }));
  }
  const id = store.sessions.newId();
  await store.commit.run(() => {
    store.sessions.create(id, "watcher", "it");
    store.sessions.subscribe(id, `${own}/state`, 1);
  });
  store.close();
  writeFileSync(join(directory, "users.json"), users);
  await removeUser(join(directory, "users.json"), "his");

  const next = await runBroker({ directory, users: testUsers });
  expect(await deliveredBy(next, "it")).toEqual(["of desk1", "end"]);
  const refused = next.lines.filter(({ sentence }) => sentence.includes("will"));
  expect(refused.map(({ facts }) => facts)).toMatchObject([
    { clientId: "desk2", refusal: "not-permitted" },
    { clientId: "gone", refusal: "topic-invalid" },
  ]);
  await next.close();
});
