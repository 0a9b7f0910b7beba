// What MQTT 3.1.1 demands of a server's answers and deliveries, packet by packet over a real socket.
import { connect as openSocket, type Socket } from "node:net";
import { generate, type IPublishPacket, type Packet, parser } from "mqtt-packet";
import { afterEach, beforeEach, expect, test } from "vitest";
import { connect as connectBytes, joined, publish, text } from "../fixtures/mqtt-bytes.ts";
import { removeDirectory, runBroker, type TestBroker, until } from "../unit/broker/running-broker.ts";

let broker: TestBroker;
const opened: Socket[] = [];
beforeEach(async () => {
  broker = await runBroker({ config: { qos2: true, refusedFilters: ["closed"] } });
});
afterEach(async () => {
  for (const socket of opened.splice(0)) socket.destroy();
  await broker.close();
  removeDirectory(broker.directory);
});

/** A client that answers nothing by itself. */
class BareClient {
  readonly packets: Packet[] = [];
  readonly closed: Promise<void>;
  readonly #socket: Socket;

  constructor() {
    const reader = parser({ protocolVersion: 4 });
    reader.on("packet", (packet) => this.packets.push({ ...packet }));
    this.#socket = openSocket({ port: broker.port, host: "127.0.0.1", noDelay: true });
    this.#socket.on("error", () => {}).on("data", (bytes) => reader.parse(bytes));
    this.closed = new Promise((resolve) => this.#socket.once("close", () => resolve()));
    opened.push(this.#socket);
  }

  send(...packets: readonly (Packet | Uint8Array)[]): void {
    this.#socket.write(Buffer.concat(packets.map((one) => (one instanceof Uint8Array ? one : generate(one)))));
  }

  cut(): void {
    this.#socket.destroy();
  }

  /** Resolves with everything that came, when it is that many packets. */
  waitFor(count: number): Promise<readonly Packet[]> {
    return until(
      () => this.packets.length >= count,
      () => this.packets,
    );
  }

  /** Ends when everything before has been answered. */
  async settle(): Promise<readonly Packet[]> {
    const before = this.packets.filter(({ cmd }) => cmd === "pingresp").length;
    this.send({ cmd: "pingreq" });
    await until(
      () => this.packets.filter(({ cmd }) => cmd === "pingresp").length > before,
      () => this.packets,
    );
    return this.packets.filter(({ cmd }) => cmd !== "pingresp");
  }

  get messages(): readonly IPublishPacket[] {
    return this.packets.filter((packet) => packet.cmd === "publish");
  }
}

async function join(clientId: string, fields: object = {}): Promise<BareClient> {
  const client = new BareClient();
  client.send({
    cmd: "connect",
    protocolId: "MQTT",
    protocolVersion: 4,
    clientId,
    clean: true,
    keepalive: 60,
    ...fields,
  });
  await client.waitFor(1);
  return client;
}

async function joinTo(topic: string, qos: 0 | 1 | 2 = 0, clientId = "subscriber"): Promise<BareClient> {
  const client = await join(clientId);
  client.send({ cmd: "subscribe", messageId: 1, subscriptions: [{ topic, qos }] });
  await client.waitFor(2);
  return client;
}

const message = (topic: string, payload: string, fields: object = {}): Packet => ({
  ...{ cmd: "publish", topic, payload, qos: 0, retain: false, dup: false },
  ...fields,
});
const texts = (client: BareClient) => client.messages.map(({ payload }) => payload.toString());
const waitForTexts = (client: BareClient, count: number) =>
  until(
    () => client.messages.length >= count,
    () => texts(client),
  );

test("every acknowledgement carries the packet id of what it answers", async () => {
  const client = await join("c");
  client.send(
    message("t", "1", { qos: 1, messageId: 11 }),
    message("t", "2", { qos: 2, messageId: 12 }),
    { cmd: "subscribe", messageId: 13, subscriptions: [{ topic: "other", qos: 1 }] },
    { cmd: "unsubscribe", messageId: 14, unsubscriptions: ["other"] },
  );
  await client.waitFor(5);
  client.send({ cmd: "pubrel", messageId: 12 });
  const answers = (await client.waitFor(6)).slice(1).map(({ cmd, messageId }) => `${cmd} ${messageId}`);
  expect(answers.sort()).toEqual(["puback 11", "pubcomp 12", "pubrec 12", "suback 13", "unsuback 14"]);
});

test("CONNACK is the first packet, whatever came with CONNECT and whatever waits", async () => {
  const kept = await join("kept", { clean: false });
  kept.send({ cmd: "subscribe", messageId: 1, subscriptions: [{ topic: "t", qos: 1 }] });
  await kept.waitFor(2);
  kept.cut();
  const client = await join("c");
  client.send(message("t", "waits", { qos: 1, messageId: 1 }));
  await client.waitFor(2);
  const back = new BareClient();
  back.send(connectBytes({ flags: 0, payload: text("kept") }), { cmd: "pingreq" });
  const found = await back.waitFor(3);
  expect(found[0]).toMatchObject({ cmd: "connack", returnCode: 0, sessionPresent: true });
});

test("nothing that comes after a refused CONNECT is looked at", async () => {
  const observer = await joinTo("#");
  const refused = new BareClient();
  refused.send(joined([connectBytes({ level: 5 }), publish(text("t"))]));
  await refused.closed;
  expect(refused.packets).toMatchObject([{ cmd: "connack", returnCode: 1, sessionPresent: false }]);
  expect(await observer.settle()).toHaveLength(2);
});

test("an empty client id is given a name of its own, and refused with code 2 for a kept session", async () => {
  const [first, second] = [await join(""), await join("")];
  await Promise.all([first.settle(), second.settle()]);
  expect(broker.counts().connections).toBe(2);
  const kept = new BareClient();
  kept.send(connectBytes({ flags: 0, payload: text("") }));
  await kept.closed;
  expect(kept.packets).toMatchObject([{ cmd: "connack", returnCode: 2, sessionPresent: false }]);
});

test("client ids of 1 to 23 letters and digits are let in", async () => {
  for (const clientId of ["0", "abcdefghijklmnopqrstuvw", "ABCDEFGHIJKLMNOPQRSTUVW", "xyzXYZ0123456789"]) {
    expect((await join(clientId)).packets).toMatchObject([{ returnCode: 0 }]);
  }
});

test("a kept session that is started clean is forgotten, with its subscriptions and its queue", async () => {
  const kept = await join("c", { clean: false });
  kept.send({ cmd: "subscribe", messageId: 1, subscriptions: [{ topic: "t", qos: 1 }] });
  await kept.waitFor(2);
  kept.cut();
  const publisher = await join("p");
  publisher.send(message("t", "queued", { qos: 1, messageId: 1 }));
  await publisher.waitFor(2);
  const clean = await join("c", { clean: true });
  clean.cut();
  const back = await join("c", { clean: false });
  expect(back.packets).toMatchObject([{ sessionPresent: false }]);
  publisher.send(message("t", "unheard", { qos: 1, messageId: 2 }));
  await publisher.waitFor(3);
  expect(await back.settle()).toHaveLength(1);
});

test("a will comes retained or not as its flag says, also when its client is refused for a wrong packet", async () => {
  const observer = await joinTo("will/+");
  for (const retain of [true, false]) {
    const client = await join("c", { will: { topic: `will/${retain}`, payload: "gone", qos: 0, retain } });
    client.send(Uint8Array.of(0xf0, 0)); // a reserved type
    await client.closed;
  }
  await waitForTexts(observer, 2);
  const late = await joinTo("will/+", 0, "late");
  await waitForTexts(late, 1);
  await late.settle();
  expect(late.messages).toMatchObject([{ topic: "will/true", retain: true }]);
});

test("a client without a will leaves none, and one that said goodbye neither, whatever follows its goodbye", async () => {
  const observer = await joinTo("#");
  (await join("plain")).cut();
  const polite = await join("polite", { will: { topic: "will", payload: "gone", qos: 0, retain: false } });
  polite.send({ cmd: "disconnect" }, { cmd: "pingreq" });
  await polite.closed;
  await until(
    () => broker.counts().connections === 1,
    () => broker.counts(),
  );
  await observer.settle();
  expect(observer.messages).toEqual([]);
});

test("DUP is not handed on, and every delivery starts without it", async () => {
  const subscriber = await joinTo("t", 1);
  const publisher = await join("p");
  publisher.send(message("t", "again", { qos: 1, messageId: 1, dup: true }), message("t", "plain"));
  await waitForTexts(subscriber, 2);
  expect(subscriber.messages.map(({ dup }) => dup)).toEqual([false, false]);
});

test("a packet id that was acknowledged stands for a new message the next time", async () => {
  const subscriber = await joinTo("t", 2);
  const publisher = await join("p");
  for (const round of [1, 2]) {
    publisher.send(message("t", `one ${round}`, { qos: 1, messageId: 7 }));
    await publisher.waitFor(1 + (round - 1) * 3 + 1);
    publisher.send(message("t", `two ${round}`, { qos: 2, messageId: 7 }));
    await publisher.waitFor(1 + (round - 1) * 3 + 2);
    publisher.send({ cmd: "pubrel", messageId: 7 });
    await publisher.waitFor(1 + (round - 1) * 3 + 3);
  }
  await waitForTexts(subscriber, 4);
  expect(texts(subscriber)).toEqual(["one 1", "two 1", "one 2", "two 2"]);
});

test("a QoS 2 message that comes again before PUBREL is acknowledged again and delivered once", async () => {
  const subscriber = await joinTo("t", 0);
  const publisher = await join("p");
  for (const dup of [false, true]) {
    publisher.send(message("t", "once", { qos: 2, messageId: 7, dup }));
    await publisher.waitFor(dup ? 3 : 2);
  }
  publisher.send({ cmd: "pubrel", messageId: 7 }, { cmd: "pubrel", messageId: 7 });
  const answers = (await publisher.waitFor(5)).slice(1).map(({ cmd }) => cmd);
  expect(answers).toEqual(["pubrec", "pubrec", "pubcomp", "pubcomp"]);
  publisher.send(message("t", "end"));
  await waitForTexts(subscriber, 2);
  expect(texts(subscriber)).toEqual(["once", "end"]);
});

test.each([
  [1, "puback"],
  [2, "pubrec"],
] as const)("messages of QoS %i are acknowledged and delivered in their order", async (qos, acknowledgement) => {
  const subscriber = await joinTo("t", 0);
  const publisher = await join("p");
  const ids = Array.from({ length: 50 }, (_, index) => index + 1);
  publisher.send(...ids.map((messageId) => message("t", `${messageId}`, { qos, messageId })));
  const answers = (await publisher.waitFor(51)).slice(1);
  expect(answers.map(({ cmd, messageId }) => [cmd, messageId])).toEqual(ids.map((id) => [acknowledgement, id]));
  await waitForTexts(subscriber, 50);
  expect(texts(subscriber)).toEqual(ids.map(String));
});

test("PUBREL comes in the order of PUBREC, and after UNSUBSCRIBE too", async () => {
  const subscriber = await joinTo("t", 2);
  const publisher = await join("p");
  publisher.send(message("t", "1", { qos: 2, messageId: 1 }), message("t", "2", { qos: 2, messageId: 2 }));
  await waitForTexts(subscriber, 2);
  const ids = subscriber.messages.map(({ messageId }) => messageId ?? 0);
  subscriber.send({ cmd: "unsubscribe", messageId: 9, unsubscriptions: ["t"] });
  await subscriber.waitFor(5);
  subscriber.send(...ids.map((messageId): Packet => ({ cmd: "pubrec", messageId })));
  const released = (await subscriber.waitFor(7)).filter(({ cmd }) => cmd === "pubrel");
  expect(released.map(({ messageId }) => messageId)).toEqual(ids);
});

test("SUBACK has a code for each filter in their order, and failure for a refused one", async () => {
  const client = await join("c");
  const filters = [
    ["a", 2],
    ["closed", 1],
    ["b/#", 0],
    ["c/+", 1],
  ] as const;
  client.send({ cmd: "subscribe", messageId: 3, subscriptions: filters.map(([topic, qos]) => ({ topic, qos })) });
  expect((await client.waitFor(2))[1]).toMatchObject({ cmd: "suback", messageId: 3, granted: [2, 128, 0, 1] });
  client.send(...["a", "closed", "b/x", "c/x"].map((topic) => message(topic, topic)));
  await waitForTexts(client, 3);
  await client.settle();
  expect(texts(client)).toEqual(["a", "b/x", "c/x"]);
});

test("a subscription that is repeated replaces the first, and retained messages come again", async () => {
  const publisher = await join("p");
  publisher.send(message("t", "state", { qos: 1, messageId: 1, retain: true }));
  await publisher.waitFor(2);
  const client = await joinTo("t", 1);
  await waitForTexts(client, 1);
  client.send({ cmd: "subscribe", messageId: 2, subscriptions: [{ topic: "t", qos: 0 }] });
  await waitForTexts(client, 2);
  publisher.send(message("t", "live", { qos: 1, messageId: 2 }));
  await waitForTexts(client, 3);
  await client.settle();
  expect(client.messages.map(({ payload, qos, retain }) => [payload.toString(), qos, retain])).toEqual([
    ["state", 1, true],
    ["state", 0, true],
    ["live", 0, false],
  ]);
});

test("UNSUBSCRIBE drops what is the same character by character, and is answered even when nothing is", async () => {
  const client = await joinTo("a/b");
  client.send({ cmd: "unsubscribe", messageId: 5, unsubscriptions: ["a/+", "A/b", "a/b/", "#"] });
  expect((await client.waitFor(3))[2]).toMatchObject({ cmd: "unsuback", messageId: 5 });
  client.send(message("a/b", "still"));
  await waitForTexts(client, 1);
  client.send({ cmd: "subscribe", messageId: 6, subscriptions: [{ topic: "c", qos: 0 }] });
  client.send({ cmd: "unsubscribe", messageId: 7, unsubscriptions: ["a/b", "c"] });
  await client.waitFor(6);
  client.send(message("a/b", "no more"), message("c", "no more"));
  await client.settle();
  expect(texts(client)).toEqual(["still"]);
});

test("a message that is not retained leaves the retained one alone, one of QoS 0 replaces it, an empty one removes it", async () => {
  const publisher = await join("p");
  const seen = async (clientId: string) => {
    await publisher.settle();
    const client = await joinTo("t", 0, clientId);
    await client.settle();
    return client.messages.map(({ payload, retain }) => [payload.toString(), retain]);
  };
  publisher.send(message("t", "first", { qos: 1, messageId: 1, retain: true }), message("t", "passing"));
  expect(await seen("s1")).toEqual([["first", true]]);
  publisher.send(message("t", "second", { retain: true }));
  expect(await seen("s2")).toEqual([["second", true]]);
  publisher.cut(); // retained messages are no part of its session
  const next = await join("p");
  next.send(message("t", "", { retain: true }));
  await next.settle();
  const last = await joinTo("t", 0, "s3");
  await last.settle();
  expect(last.messages).toEqual([]);
  expect(broker.counts().retained).toBe(0);
});

test("topics are compared as they came: U+FEFF stays, and nothing is normalised", async () => {
  const composed = "qu\u1ea7y";
  const decomposed = "qua\u0302\u0300y";
  const client = await join("c");
  client.send({
    cmd: "subscribe",
    messageId: 1,
    subscriptions: [
      { topic: composed, qos: 0 },
      { topic: "\uFEFFa", qos: 0 },
    ],
  });
  await client.waitFor(2);
  client.send(...["a", decomposed, "\uFEFFa", composed, "A"].map((topic) => message(topic, "x")));
  await waitForTexts(client, 2);
  await client.settle();
  expect(client.messages.map(({ topic }) => topic)).toEqual(["\uFEFFa", composed]);
});
