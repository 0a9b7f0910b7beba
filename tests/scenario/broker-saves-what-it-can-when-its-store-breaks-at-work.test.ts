// Pages of the store break while the broker runs: it ends and says why, and the next start delivers everything that can be read.
import { once } from "node:events";
import { closeSync, existsSync, mkdtempSync, openSync, readdirSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openBrokerStore } from "../../broker/store/broker-store.ts";
import { spawnBroker } from "../endurance/broker-process.ts";
import { connect, removeDirectory, until } from "../unit/broker/running-broker.ts";

/** Far more than SQLite keeps in memory. */
const messages = 3_000;
const payloadBytes = 8_000;
const absent = { clientId: "absent", clean: false };

test("a store that breaks at work is set aside, and what is sound of it arrives", { timeout: 120_000 }, async () => {
  const directory = mkdtempSync(join(tmpdir(), "broker-breaks-"));
  const path = join(directory, "broker.sqlite");
  const store = openBrokerStore(path, 0);
  await store.commit.run(() => {
    store.sessions.create(1, absent.clientId, "");
    store.sessions.subscribe(1, "t", 1);
    for (let n = 0; n < messages; n += 1) {
      const message = { topic: "t", payload: Buffer.from(`${n}`.padEnd(payloadBytes)), qos: 1 } as const;
      store.queue.keep(store.queue.newId(), message, [{ session: 1, qos: 1 }], { retain: false, keptAt: null });
    }
  });
  store.close();

  const broker = await spawnBroker(directory);
  const ended = once(broker.child, "exit");
  const file = openSync(path, "r+");
  writeSync(file, Buffer.alloc(200_000, 0xa5), 0, 200_000, 10_000_000);
  closeSync(file);
  const received = new Set<number>();
  const first = await connect(broker.port, absent);
  first.mqtt.on("message", (_topic, payload) => received.add(Number(payload)));
  const [code] = await ended;
  expect(code).not.toBe(0);
  expect(broker.said()).toContain("DamagedFile");
  expect(broker.said()).not.toContain("0 ".padEnd(100)); // no payload
  expect(existsSync(`${path}.suspect`)).toBe(true);
  for (const { text } of first.received) received.add(Number(text));
  await first.mqtt.endAsync(true);

  const next = await spawnBroker(directory);
  expect(next.said()).toContain("set aside");
  expect(readdirSync(directory).some((name) => /^broker\.sqlite\.damaged-\d+$/.test(name))).toBe(true);
  const back = await connect(next.port, absent);
  back.mqtt.on("message", (_topic, payload) => received.add(Number(payload)));
  for (const { text } of back.received) received.add(Number(text));
  await until(
    () => received.has(messages - 1),
    () => received.size,
  );
  expect(received.size).toBeGreaterThan(messages * 0.9);
  expect(received.size).toBeLessThan(messages);
  const publisher = await connect(next.port);
  await publisher.mqtt.publishAsync("t", `${messages}`, { qos: 1 });
  await until(
    () => received.has(messages),
    () => received.size,
  );
  await back.mqtt.endAsync();
  await publisher.mqtt.endAsync();
  await next.kill();
  removeDirectory(directory);
});
