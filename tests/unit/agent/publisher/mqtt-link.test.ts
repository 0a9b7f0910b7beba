// One MQTT connection on a real socket, against a broker that the test scripts.
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { type LinkOptions, openMqttLink } from "../../../../agent/publisher/mqtt-link.ts";
import { freePort } from "../../../fixtures/free-port.ts";
import { type BrokerLine, startScriptedBroker } from "../../../fixtures/scripted-broker.ts";
import { waitUntil } from "../../../fixtures/wait-until.ts";

const never = new AbortController().signal;
const options = (url: string): LinkOptions => ({
  url,
  clientId: "01234:quay-01",
  username: "quay-01",
  password: "not a secret",
  keepaliveSeconds: 30,
  will: { topic: "state", payload: "offline", retain: true },
});
const deaf = { onMessage: () => undefined, onLost: () => undefined };
const untilClosed = (line: BrokerLine | undefined) =>
  waitUntil("the client cut the line", () => line?.socket.destroyed === true, 3_000);

test("it connects with a clean session, MQTT 3.1.1, user and retained will", async () => {
  const broker = await startScriptedBroker();
  const link = await openMqttLink(options(broker.url), deaf, never);
  expect(broker.connects[0]).toMatchObject({
    protocolVersion: 4,
    clean: true,
    clientId: "01234:quay-01",
    username: "quay-01",
    keepalive: 30,
    will: { topic: "state", retain: true, qos: 1 },
  });
  await link.close();
});

test("a publish is done at its PUBACK, with QoS 1", async () => {
  const held: (() => void)[] = [];
  const broker = await startScriptedBroker((packet, line) => {
    if (packet.cmd !== "publish") return "usual";
    const { messageId } = packet;
    held.push(() => line.send({ cmd: "puback", ...(messageId === undefined ? {} : { messageId }) }));
    return "answered";
  });
  const link = await openMqttLink(options(broker.url), deaf, never);
  let isDone = false;
  link.publish({ topic: "t", payload: "x", retain: false }, () => {
    isDone = true;
  });
  await waitUntil("the broker has it", () => held.length === 1);
  await sleep(20);
  expect(isDone).toBe(false);
  held[0]?.();
  await waitUntil("done", () => isDone);
  expect(broker.publishes[0]?.packet).toMatchObject({ qos: 1, dup: false, retain: false });
  await link.close();
});

test.each([
  [4, "denied"],
  [5, "denied"],
  [2, "denied"],
  [3, "unreachable"],
])("CONNACK %i is %s", async (returnCode, code) => {
  const broker = await startScriptedBroker((packet, line) => {
    if (packet.cmd !== "connect") return "usual";
    line.send({ cmd: "connack", returnCode, sessionPresent: false });
    return "answered";
  });
  await expect(openMqttLink(options(broker.url), deaf, never)).rejects.toMatchObject({ code });
  await untilClosed(broker.lines[0]);
});

test("nobody at the address is told with the system's code", async () => {
  const url = `mqtt://127.0.0.1:${await freePort()}`;
  await expect(openMqttLink(options(url), deaf, never)).rejects.toMatchObject({
    code: "unreachable",
    message: "ECONNREFUSED",
  });
});

test("a line that ends is lost once, and publishes that wait are never done", async () => {
  const broker = await startScriptedBroker((packet) => (packet.cmd === "publish" ? "answered" : "usual"));
  const losses: unknown[] = [];
  let isDone = false;
  const link = await openMqttLink(options(broker.url), { ...deaf, onLost: (error) => losses.push(error) }, never);
  link.publish({ topic: "t", payload: "x", retain: false }, () => {
    isDone = true;
  });
  await waitUntil("the broker has it", () => broker.publishes.length === 1);
  broker.lines[0]?.socket.resetAndDestroy();
  await waitUntil("lost", () => losses.length > 0);
  await sleep(50);
  expect(losses).toHaveLength(1);
  expect(isDone).toBe(false);
  expect(broker.lines).toHaveLength(1);
});

test("a close with acknowledgements outstanding cuts the line within a second", async () => {
  const broker = await startScriptedBroker((packet) => (packet.cmd === "publish" ? "answered" : "usual"));
  const link = await openMqttLink(options(broker.url), deaf, never);
  link.publish({ topic: "t", payload: "x", retain: false }, () => undefined);
  const startedAt = performance.now();
  await link.close();
  expect(performance.now() - startedAt).toBeLessThan(1_500);
  await untilClosed(broker.lines[0]);
});

test("a broker that does not answer CONNECT is given up when nobody wants it any more", async () => {
  const broker = await startScriptedBroker(() => "answered");
  const giveUp = new AbortController();
  const opening = openMqttLink(options(broker.url), deaf, giveUp.signal);
  opening.catch(() => undefined);
  await waitUntil("CONNECT arrived", () => broker.connects.length === 1);
  giveUp.abort();
  await expect(opening).rejects.toMatchObject({ code: "lost" });
  await untilClosed(broker.lines[0]);
});

test("a denied filter is named, the granted ones hold", async () => {
  const broker = await startScriptedBroker((packet, line) => {
    if (packet.cmd !== "subscribe" || packet.messageId === undefined) return "usual";
    line.send({ cmd: "suback", messageId: packet.messageId, granted: [1, 128] });
    return "answered";
  });
  const link = await openMqttLink(options(broker.url), deaf, never);
  expect(await link.subscribe(["granted", "denied"])).toEqual(["denied"]);
  await link.close();
});

test.each([
  [undefined, 1],
  [1, 1],
  [0, 0],
] as const)("with subscribeQos %s filters are asked for with QoS %i", async (subscribeQos, qos) => {
  const asked: unknown[] = [];
  const broker = await startScriptedBroker((packet) => {
    if (packet.cmd === "subscribe") asked.push(...packet.subscriptions.map((one) => [one.topic, one.qos]));
    return "usual";
  });
  const link = await openMqttLink(
    { ...options(broker.url), ...(subscribeQos !== undefined && { subscribeQos }) },
    deaf,
    new AbortController().signal,
  );
  await link.subscribe(["a", "b/#"]);
  expect(asked).toEqual([
    ["a", qos],
    ["b/#", qos],
  ]);
  await link.close();
});
