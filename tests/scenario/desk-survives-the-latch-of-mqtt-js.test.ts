// MQTT.js can stop reconnecting for ever when a socket closes late; the desk comes back from the same broker.
import { connect as connectSocket } from "node:net";
import { Duplex } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { MqttClient } from "mqtt";
import { expect, test } from "vitest";
import { Connection } from "../../agent/publisher/connection.ts";
import { openMqttLink } from "../../agent/publisher/mqtt-link.ts";
import { Publisher } from "../../agent/publisher/publisher.ts";
import { openSpool } from "../../agent/spool/spool.ts";
import { systemClock } from "../../service/clock.ts";
import { systemRandom } from "../../service/random.ts";
import { afterThisTest } from "../fixtures/clean-up.ts";
import { recordLog } from "../fixtures/recorded-log.ts";
import { type ScriptedBroker, startScriptedBroker } from "../fixtures/scripted-broker.ts";
import { waitUntil } from "../fixtures/wait-until.ts";

const reconnectMs = 200;
/** Later than the reconnect period: what TLS and a busy machine do now and then. */
const lateCloseMs = 3 * reconnectMs;
/** Seconds; after half as much again without an answer the client gives its connection up. */
const keepalive = 1;

/** Lets a client in and then answers nothing, until it is thawed. */
async function frozenBroker(): Promise<{ broker: ScriptedBroker; thaw: () => void }> {
  let isFrozen = true;
  const broker = await startScriptedBroker((packet) => (isFrozen && packet.cmd !== "connect" ? "answered" : "usual"));
  return {
    broker,
    thaw: () => {
      isFrozen = false;
    },
  };
}

/** A connection whose `close` comes late. */
function lateClosingStream(port: number): Duplex {
  const socket = connectSocket(port, "127.0.0.1");
  const stream = new Duplex({
    read: () => undefined,
    write: (chunk, _encoding, done) => void socket.write(chunk, done),
    destroy: (error, done) => {
      socket.destroy();
      setTimeout(() => done(error), lateCloseMs);
    },
  });
  socket.on("data", (chunk) => stream.push(chunk));
  socket.on("error", () => undefined); // the stream's own end is what the client looks at
  return stream;
}

test("the library alone stays away for ever", async () => {
  const { broker, thaw } = await frozenBroker();
  const client = new MqttClient(() => lateClosingStream(broker.port), {
    protocolVersion: 4,
    clientId: "plain",
    keepalive,
    reconnectPeriod: reconnectMs,
    clean: true,
  });
  client.on("error", () => undefined); // it tells of the silent broker
  afterThisTest(() => {
    client.stream.destroy();
  });
  let reconnects = 0;
  client.on("reconnect", () => {
    reconnects += 1;
  });
  client.on("connect", () => void client.publish("t", "x", { qos: 1 }));
  await waitUntil("the message is under way", () => broker.publishes.length === 1);
  await waitUntil("the client tries to come back", () => reconnects === 1);
  thaw();
  await sleep(lateCloseMs + 10 * reconnectMs);
  expect(client.connected).toBe(false);
  expect(client.disconnecting).toBe(true); // the latch: it waits for acknowledgements that no socket can bring
  expect(reconnects).toBe(1);
  expect(broker.lines).toHaveLength(1);
});

test("the desk's connection comes back and delivers what was under way", async () => {
  const { broker, thaw } = await frozenBroker();
  const clock = systemClock();
  const log = recordLog();
  const { spool } = openSpool(":memory:", { waitingMax: 100 }, clock.now);
  const publisher = new Publisher(
    spool,
    {
      receipt: "puback",
      windowMax: 16,
      resultMsMax: 1_000,
      messagesOf: ({ id }) => [{ topic: "t", payload: id, retain: false }],
      onParked: () => undefined,
    },
    clock,
    log,
  );
  const options = {
    clientId: "desk",
    username: undefined,
    password: undefined,
    keepaliveSeconds: keepalive,
    will: undefined,
  };
  const connection = new Connection(
    {
      ...{ clock, random: systemRandom(), log, addresses: [broker.url] },
      open: (url, listener, giveUp) => openMqttLink({ ...options, url }, listener, giveUp),
    },
    {
      onUp: (link) => publisher.onUp(link),
      onDown: (how) => publisher.onDown(how),
      onMessage: () => undefined,
    },
  );
  afterThisTest(async () => {
    await connection.stop();
    spool.close();
  });
  connection.start();
  await waitUntil("connected", () => connection.isUp);
  for (let index = 1; index <= 5; index += 1) {
    spool.append(
      "checkin",
      (sequence) => ({ id: `e${sequence}`, json: "{}" }),
      (kept) => {
        if (!(kept instanceof Error)) publisher.offer(kept);
      },
    );
  }
  await waitUntil("the messages are under way", () => broker.publishes.length === 5);
  await waitUntil("the loss is noticed", () => log.has("warn", "no connection to the broker"));
  thaw();
  await waitUntil("all have their receipt", () => spool.waiting === 0);
  expect(broker.lines.length).toBeGreaterThanOrEqual(2);
});
