// Every wrong sequence of packets over a real socket: refused as MQTT 3.1.1 says, while a good client beside it goes on.
import { connect as openSocket } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { joined } from "../fixtures/mqtt-bytes.ts";
import { wrongPacketLimits, wrongPackets } from "../fixtures/wrong-packets.ts";
import {
  connect,
  removeDirectory,
  runBroker,
  type TestBroker,
  type TestClient,
  until,
} from "../unit/broker/running-broker.ts";

const accepted = [0x20, 2, 0, 0];
let broker: TestBroker;
let beside: TestClient;
beforeAll(async () => {
  broker = await runBroker({ config: { limits: { ...wrongPacketLimits, connectsPerSecondPerAddress: 10_000 } } });
  beside = await connect(broker.port, { clientId: "beside", clean: false });
  await beside.mqtt.subscribeAsync("beside", { qos: 1 });
});
afterAll(async () => {
  await broker.close();
  removeDirectory(broker.directory);
});

/** Sends the packets, each good one's CONNACK awaited before the wrong rest; resolves with all answers when the broker has closed. */
function send(packets: readonly Uint8Array[]): Promise<number[]> {
  const socket = openSocket({ port: broker.port, host: "127.0.0.1", noDelay: true });
  const answers: number[] = [];
  const [first, ...rest] = packets;
  socket.on("error", () => {}); // a reset is a close
  socket.on("connect", () => socket.write(first ?? new Uint8Array()));
  socket.on("data", (bytes) => {
    answers.push(...bytes);
    if (answers.length === accepted.length) socket.write(joined(rest));
  });
  return new Promise((resolve) => socket.on("close", () => resolve(answers)));
}

test.each(wrongPackets)("$what: $refusal", async ({ packets, refusal, returnCode }) => {
  const before = broker.counts().refused[refusal] ?? 0;
  const isLetIn = packets.length > 1;
  const refused = returnCode === undefined ? [] : [0x20, 2, 0, returnCode];
  expect(await send(packets)).toEqual([...(isLetIn ? accepted : []), ...refused]);
  expect(broker.counts().refused[refusal]).toBe(before + 1);

  const seen = beside.received.length;
  await beside.mqtt.publishAsync("beside", "still here", { qos: 1 });
  await beside.waitFor(seen + 1);
});

test("all of them are gone, and the log told each reason without what was sent", async () => {
  await until(
    () => broker.counts().connections === 1,
    () => broker.counts(),
  );
  const told = broker.lines.filter(({ sentence }) => sentence === "A connection was refused");
  const reasons = new Set(wrongPackets.map(({ refusal }) => refusal));
  expect(told.length).toBeGreaterThanOrEqual(reasons.size);
  expect(told.length).toBeLessThan(wrongPackets.length / 2);
  for (const { facts } of told) {
    const allowed = ["refusal", "clientId", "address", "untold"];
    expect(Object.keys(facts).filter((name) => !allowed.includes(name))).toEqual([]);
  }
});
