// One client with several filters, over the wire: one copy of each message, at the right QoS, for as long as a filter matches.
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  connect,
  removeDirectory,
  runBroker,
  type TestBroker,
  type TestClient,
  until,
} from "../unit/broker/running-broker.ts";

let broker: TestBroker;
let publisher: TestClient;
beforeEach(async () => {
  broker = await runBroker({ config: { qos2: true } });
  publisher = await connect(broker.port);
});
afterEach(async () => {
  await broker.close();
  removeDirectory(broker.directory);
});
const publish = (topic: string, text: string, qos: 0 | 1 | 2 = 1, retain = false) =>
  publisher.mqtt.publishAsync(topic, text, { qos, retain });

test.each([true, false])("overlapping filters give one copy with the highest QoS (clean session %s)", async (clean) => {
  const client = await connect(broker.port, { clientId: "c", clean });
  await client.mqtt.subscribeAsync({ "a/#": { qos: 0 }, "a/+": { qos: 2 }, "a/b": { qos: 1 } });
  await publish("a/b", "first", 2);
  await publish("a/b", "second", 1);
  await publish("a/b", "third", 0);
  await publish("a/b", "end", 1);
  const received = await client.waitFor(4);
  expect(received.map(({ text, qos }) => [text, qos])).toEqual([
    ["first", 2],
    ["second", 1],
    ["third", 0],
    ["end", 1],
  ]);
});

test.each([true, false])(
  "after one of two filters is dropped the other delivers on (clean session %s)",
  async (clean) => {
    let client = await connect(broker.port, { clientId: "c", clean });
    await client.mqtt.subscribeAsync({ "a/#": { qos: 1 }, "a/b": { qos: 1 } });
    await client.mqtt.unsubscribeAsync("a/b");
    await publish("a/b", "still");
    await client.waitFor(1);
    if (!clean) {
      await client.mqtt.endAsync();
      await publish("a/b", "while away");
      client = await connect(broker.port, { clientId: "c", clean });
      expect(client.isSessionPresent).toBe(true);
      expect((await client.waitFor(1))[0]?.text).toBe("while away");
    }
    await client.mqtt.unsubscribeAsync("a/#");
    await publish("a/b", "no more");
    await client.mqtt.subscribeAsync("end", { qos: 1 });
    await publish("end", "end");
    expect((await client.waitFor(2)).map(({ text }) => text)).not.toContain("no more");
  },
);

test("retained messages come at the granted QoS, through wildcards too, and live ones are not marked retained", async () => {
  await publish("state/1", "one", 1, true);
  await publish("state/2", "two", 0, true);
  await publish("state/3", "three", 1, true);
  await publish("state/3", "", 1, true);
  const client = await connect(broker.port, { clientId: "c", clean: false });
  await client.mqtt.subscribeAsync("state/+", { qos: 0 });
  const retained = await client.waitFor(2);
  expect(retained.map(({ text, qos, retain }) => [text, qos, retain])).toEqual([
    ["one", 0, true],
    ["two", 0, true],
  ]);
  await publish("state/1", "live", 1, true);
  expect((await client.waitFor(3))[2]).toMatchObject({ text: "live", qos: 0, retain: false });
});

test("a retained message is kept for a subscriber that leaves before it has it, and over a restart", async () => {
  await publish("state", "kept", 1, true);
  const client = await connect(broker.port, { clientId: "c", clean: false });
  client.mqtt.handleMessage = () => {}; // takes the packet and never acknowledges
  await client.mqtt.subscribeAsync("state", { qos: 1 });
  client.mqtt.stream.destroy();
  await broker.close();
  broker = await runBroker({ directory: broker.directory });
  const back = await connect(broker.port, { clientId: "c", clean: false });
  expect((await back.waitFor(1))[0]).toMatchObject({ text: "kept", qos: 1, retain: true });
  const late = await connect(broker.port);
  await late.mqtt.subscribeAsync("#", { qos: 1 });
  expect((await late.waitFor(1))[0]).toMatchObject({ text: "kept", retain: true });
});

test("a session keeps its order over restarts, with backlog and live messages in one line", async () => {
  await (await connect(broker.port, { clientId: "c", clean: false })).mqtt.subscribeAsync("t", { qos: 1 });
  const texts: string[] = [];
  const send = async (count: number) => {
    for (let n = 0; n < count; n += 1) texts.push(`${texts.length}`);
    await Promise.all(texts.slice(-count).map((text) => publish("t", text)));
  };
  const firsts: string[] = [];
  for (const round of [1, 2, 3]) {
    const before = await connect(broker.port, { clientId: "c", clean: false });
    const half = send(300);
    await before.waitFor(1);
    firsts.push(...before.received.map(({ text }) => text).filter((text) => !firsts.includes(text)));
    before.mqtt.stream.destroy();
    await half;
    firsts.push(...before.received.map(({ text }) => text).filter((text) => !firsts.includes(text)));
    await broker.close();
    broker = await runBroker({ directory: broker.directory });
    publisher = await connect(broker.port, { clientId: `p${round}` });
  }
  const last = await connect(broker.port, { clientId: "c", clean: false });
  await send(50);
  await until(
    () => last.received.some(({ text }) => text === texts.at(-1)),
    () => last.received.length,
  );
  firsts.push(...last.received.map(({ text }) => text).filter((text) => !firsts.includes(text)));
  expect(firsts).toEqual(texts);
});

test("a QoS 2 message that is sent twice by its publisher arrives once", async () => {
  const client = await connect(broker.port, { clientId: "c", clean: false });
  await client.mqtt.subscribeAsync("t", { qos: 2 });
  const sender = await connect(broker.port, { clientId: "sender", clean: false });
  sender.mqtt.handleMessage = () => {};
  const sent = sender.mqtt.publishAsync("t", "once", { qos: 2 }).catch(() => {});
  await client.waitFor(1);
  await sender.mqtt.endAsync(true).catch(() => {});
  await sent;
  await publish("t", "end", 2);
  expect((await client.waitFor(2)).map(({ text }) => text)).toEqual(["once", "end"]);
});
