// The store has no room left: nothing is acknowledged that can't be kept, what needs no keeping goes on, queues drain, and then all goes on.
import { afterEach, expect, test } from "vitest";
import {
  connect,
  removeDirectory,
  runBroker,
  type TestBroker,
  type TestClient,
  until,
} from "../unit/broker/running-broker.ts";

let broker: TestBroker;
afterEach(async () => {
  await broker.close();
  removeDirectory(broker.directory);
});

/** Publishes until the broker hangs up, a message after the other; answers what was acknowledged. */
async function fill(publisher: TestClient, prefix: string): Promise<string[]> {
  const acknowledged: string[] = [];
  let isOpen = true;
  publisher.mqtt.once("close", () => {
    isOpen = false;
  });
  while (isOpen) {
    const texts = Array.from({ length: 20 }, (_, n) => `${prefix}-${acknowledged.length + n}`.padEnd(20_000));
    const closed = new Promise<void>((resolve) => publisher.mqtt.once("close", () => resolve()));
    const all = texts.map((text) =>
      publisher.mqtt.publishAsync("t", text, { qos: 1 }).then(
        () => void acknowledged.push(text),
        () => {},
      ),
    );
    await Promise.race([Promise.all(all), closed]);
  }
  await publisher.mqtt.endAsync(true).catch(() => {});
  return acknowledged;
}

test("publishers keep their messages until the absent subscriber came and made room", {
  timeout: 120_000,
}, async () => {
  broker = await runBroker({ config: { limits: { storeBytesMax: 16_777_216, diskFreeBytesMin: 0 } } });
  const absent = { clientId: "absent", clean: false };
  const first = await connect(broker.port, absent);
  await first.mqtt.subscribeAsync("t", { qos: 1 });
  await first.mqtt.endAsync();

  const acknowledged = await fill(await connect(broker.port), "first");
  expect(acknowledged.length).toBeGreaterThan(100);
  expect(await fill(await connect(broker.port), "refused")).toEqual([]);
  const toldOf = "The store has no room left: messages that need keeping are refused, desks keep them";
  expect(broker.lines.filter(({ level, sentence }) => level === "error" && sentence === toldOf)).toHaveLength(1);
  expect(broker.lines.map(({ sentence }) => sentence)).not.toContain("A message could not be kept"); // told of once is enough

  const present = await connect(broker.port);
  await present.mqtt.subscribeAsync("live/#", { qos: 1 });
  const talker = await connect(broker.port);
  await talker.mqtt.publishAsync("live/0", "at most once", { qos: 0, retain: true });
  await talker.mqtt.publishAsync("live/1", "to who is here", { qos: 1 });
  expect((await present.waitFor(2)).map(({ text }) => text)).toEqual(["at most once", "to who is here"]);
  expect(broker.counts().retained).toBe(0);

  const back = await connect(broker.port, absent);
  const received = await back.waitFor(acknowledged.length);
  const texts = new Set(received.map(({ text }) => text));
  expect(acknowledged.filter((text) => !texts.has(text))).toEqual([]);
  await until(
    () => broker.lines.some(({ sentence }) => sentence === "The store has room again: messages are taken"),
    () => broker.lines,
  );
  await talker.mqtt.publishAsync("t", "taken again", { qos: 1 });
  await until(
    () => back.received.some(({ text }) => text === "taken again"),
    () => back.received.length,
  );
});
