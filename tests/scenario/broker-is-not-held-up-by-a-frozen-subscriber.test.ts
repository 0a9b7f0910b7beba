// A subscriber that stops reading costs nobody else anything; a client with a huge packet neither.
import { connect as openSocket, type Socket } from "node:net";
import { generate, type Packet } from "mqtt-packet";
import { afterEach, beforeEach, expect, test } from "vitest";
import { connect, removeDirectory, runBroker, type TestBroker, until } from "../unit/broker/running-broker.ts";

let broker: TestBroker;
const sockets: Socket[] = [];
beforeEach(async () => {
  broker = await runBroker({ config: { limits: { unsentBytesMax: 65_536 } } });
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await broker.close();
  removeDirectory(broker.directory);
});

function open(...packets: Packet[]): Socket {
  const socket = openSocket(broker.port, "127.0.0.1");
  sockets.push(socket.on("error", () => {}));
  for (const packet of packets) socket.write(generate(packet));
  return socket;
}
const hello = (clientId: string, clean: boolean): Packet =>
  generateable({ cmd: "connect", protocolId: "MQTT", protocolVersion: 4, clientId, clean, keepalive: 600 });
const subscribe = (topic: string, qos: 0 | 1): Packet =>
  generateable({ cmd: "subscribe", messageId: 1, subscriptions: [{ topic, qos }] });
const generateable = (packet: Packet): Packet => packet;

test.each([
  ["QoS 1, kept session", 1, false],
  ["QoS 1, clean session", 1, true],
  ["QoS 0", 0, true],
] as const)("others get their messages within a second while one is frozen (%s)", async (_what, qos, clean) => {
  const frozen = open(hello("frozen", clean), subscribe("t", qos));
  await new Promise((resolve) => frozen.once("data", resolve));
  frozen.pause();
  await until(
    () => broker.counts().connections === 1,
    () => broker.counts(),
  );
  const live = await connect(broker.port);
  await live.mqtt.subscribeAsync("t", { qos: 1 });
  const publisher = await connect(broker.port);
  const payload = Buffer.alloc(16_000, "x");
  let slowestMs = 0;
  for (let n = 1; n <= 600; n += 1) {
    const began = performance.now();
    await publisher.mqtt.publishAsync("t", payload, { qos: 1 });
    await live.waitFor(n);
    slowestMs = Math.max(slowestMs, performance.now() - began);
  }
  expect(slowestMs).toBeLessThan(1_000);
  expect(live.received).toHaveLength(600);
});

test("a packet that is announced too long is refused before it is sent", async () => {
  const socket = open(hello("c", true));
  await new Promise((resolve) => socket.once("data", resolve));
  const closed = new Promise((resolve) => socket.once("close", resolve));
  socket.write(Buffer.of(0x30, 0xff, 0xff, 0xff, 0x7f)); // PUBLISH of 256 MB
  await closed;
  expect(broker.lines).toContainEqual(
    expect.objectContaining({ facts: { refusal: "packet-too-long", clientId: "c", address: "127.0.0.1" } }),
  );
});
