// Clients that are slow, silent, many or long-winded lose their connection; a good one beside them does not.

import { readFileSync } from "node:fs";
import { connect as openSocket, type Socket } from "node:net";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import { afterEach, expect, test } from "vitest";
import { temporaryDirectory } from "../fixtures/clean-up.ts";
import { connect as connectPacket, packet, text } from "../fixtures/mqtt-bytes.ts";
import { makeAuthority } from "../fixtures/openssl-authority.ts";
import {
  connect,
  removeDirectory,
  runBroker,
  type TestBroker,
  testUsers,
  until,
} from "../unit/broker/running-broker.ts";

let broker: TestBroker | undefined;
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await broker?.close();
  if (broker !== undefined) removeDirectory(broker.directory);
});

async function run(limits: object): Promise<TestBroker> {
  broker = await runBroker({ config: { limits } });
  return broker;
}

function open(port: number, localAddress = "127.0.0.1"): { socket: Socket; closed: Promise<void>; bytes: number[] } {
  const socket = openSocket({ port, host: "127.0.0.1", localAddress, noDelay: true });
  sockets.push(socket.on("error", () => {}));
  const bytes: number[] = [];
  socket.on("data", (chunk) => bytes.push(...chunk));
  return { socket, bytes, closed: new Promise((resolve) => socket.once("close", () => resolve())) };
}

const accepted = [0x20, 2, 0, 0];
const isLetIn = ({ bytes }: { bytes: number[] }) =>
  until(
    () => bytes.length >= accepted.length,
    () => bytes,
  );

test.each([
  ["before CONNECT", false, "CONNECT"],
  ["after CONNECT", true, "PUBLISH"],
])("a packet that does not become whole in time ends its connection (%s)", async (_when, isConnected) => {
  const { port, counts, lines } = await run({ packetSeconds: 1, connectSeconds: 60 });
  const beside = await connect(port, { clientId: "beside" });
  const slow = open(port);
  if (isConnected) slow.socket.write(connectPacket({ payload: text("slow") }));
  if (isConnected) await isLetIn(slow);
  const long = isConnected ? packet(0x30, [...text("t"), ...new Uint8Array(1_000)]) : connectPacket();
  let at = 0;
  const drip = setInterval(() => slow.socket.write(long.subarray(at, ++at)), 100); // always a little, never whole
  await slow.closed;
  clearInterval(drip);
  expect(counts().refused).toEqual({ "packet-too-slow": 1 });
  expect(lines).toContainEqual(
    expect.objectContaining({
      facts: { refusal: "packet-too-slow", clientId: isConnected ? "slow" : undefined, address: "127.0.0.1" },
    }),
  );
  await beside.mqtt.publishAsync("t", "still here", { qos: 1 });
});

test("a client may send whole packets slowly for as long as it likes", async () => {
  const { port, counts } = await run({ packetSeconds: 1 });
  const slow = open(port);
  slow.socket.write(connectPacket());
  await isLetIn(slow);
  for (let n = 0; n < 8; n += 1) {
    slow.socket.write(Uint8Array.of(0xc0));
    await new Promise((resolve) => setTimeout(resolve, 200));
    slow.socket.write(Uint8Array.of(0x00));
  }
  await until(
    () => slow.bytes.length === accepted.length + 8 * 2,
    () => slow.bytes,
  );
  expect(counts().refused).toEqual({});
});

test("a connection without a CONNECT ends after its time", async () => {
  const { port, counts } = await run({ connectSeconds: 1 });
  await open(port).closed;
  await until(
    () => counts().connections === 0,
    () => counts(),
  );
});

test("a client that is silent for one and a half times its keepalive is disconnected, one that pings is not", async () => {
  const { port } = await run({});
  const pinging = open(port);
  pinging.socket.write(connectPacket({ keepalive: 1, payload: text("pinging") }));
  const ping = setInterval(() => pinging.socket.write(Uint8Array.of(0xc0, 0x00)), 300);
  const silent = open(port);
  const began = performance.now();
  silent.socket.write(connectPacket({ keepalive: 1, payload: text("silent") }));
  await silent.closed;
  expect(performance.now() - began).toBeGreaterThan(1_400);
  clearInterval(ping);
  expect(pinging.socket.destroyed).toBe(false);
  expect(pinging.bytes.slice(4, 6)).toEqual([0xd0, 0x00]);
});

test("one address can't fill the broker", async () => {
  const { port, counts } = await run({ connectionsPerAddressMax: 3, connectsPerSecondPerAddress: 1_000 });
  const first = [open(port), open(port), open(port)];
  await until(
    () => counts().connections === 3,
    () => counts(),
  );
  await open(port).closed;
  expect(counts().refused).toEqual({ "address-full": 1 });
  const other = open(port, "127.0.0.2");
  other.socket.write(connectPacket());
  await isLetIn(other);
  first[0]?.socket.destroy();
  await until(
    () => counts().connections === 3,
    () => counts(),
  );
  const next = open(port);
  next.socket.write(connectPacket({ payload: text("next") }));
  await isLetIn(next);
});

test("when others have filled the broker a desk with a certificate is still let in", async () => {
  const authority = makeAuthority(join(temporaryDirectory(), "ca"));
  const { certFile, keyFile } = authority.issue("localhost", { forServer: true });
  const { caFile } = authority;
  const limits = { connectionsMax: 4, connectionsReserved: 1 };
  const tls = { host: "127.0.0.1", port: 0, certFile, keyFile, caFile, requireClientCertificate: true };
  broker = await runBroker({ users: testUsers, config: { tls, limits } });
  const { port, tlsPort = 0, counts } = broker;
  for (let n = 0; n < 3; n += 1) open(port);
  await until(
    () => counts().connections === 3,
    () => counts(),
  );
  await open(port).closed;
  expect(counts().refused).toEqual({ "connections-full": 1 });

  const desk = authority.issue("38xxx:quay-01");
  const [cert, key, ca] = [desk.certFile, desk.keyFile, caFile].map((file) => readFileSync(file));
  const socket = connectTls({ port: tlsPort, host: "localhost", ...{ cert, key, ca } });
  sockets.push(socket);
  const bytes: number[] = [];
  socket.on("data", (chunk) => bytes.push(...chunk));
  socket.write(connectPacket({ payload: text("38xxx:quay-01") }));
  await isLetIn({ bytes });
  expect(bytes).toEqual(accepted);
});

test("one address can't keep the broker busy with connecting", async () => {
  const { port, counts } = await run({ connectionsPerAddressMax: 3, connectsPerSecondPerAddress: 1 });
  for (let n = 0; n < 30 && counts().refused["address-too-fast"] === undefined; n += 1) {
    const { socket, closed } = open(port);
    socket.end();
    await closed;
  }
  expect(counts().refused).toEqual({ "address-too-fast": 1 });
  const other = open(port, "127.0.0.2");
  other.socket.write(connectPacket());
  await isLetIn(other);
});

test("one user can't fill the broker, and a client that takes over its own id is not one more", async () => {
  broker = await runBroker({ users: testUsers, config: { limits: { connectionsPerUserMax: 2 } } });
  const { port } = broker;
  const as = (username: string, clientId: string) => connect(port, { username, clientId, clean: false });
  await as("his", "first");
  const second = await as("his", "second");
  await expect(as("his", "third")).rejects.toMatchObject({ code: 3 });
  await as("his", "first");
  await as("his2", "other");
  await second.mqtt.endAsync();
  await until(
    () => broker?.counts().connections === 2,
    () => broker?.counts(),
  );
  await as("his", "third");
});

test("a topic that is too long ends the connection, a filter that is too long is refused in SUBACK", async () => {
  const { port, counts } = await run({ topicBytesMax: 64 });
  const subscriber = open(port);
  subscriber.socket.write(connectPacket());
  await isLetIn(subscriber);
  for (const [bytes, granted] of [
    [64, 0],
    [65, 0x80],
  ] as const) {
    subscriber.bytes.length = 0;
    subscriber.socket.write(packet(0x82, [0, bytes, ...text("x".repeat(bytes)), 0]));
    await until(
      () => subscriber.bytes.length === 5,
      () => subscriber.bytes,
    );
    expect(subscriber.bytes).toEqual([0x90, 3, 0, bytes, granted]);
  }
  const publisher = open(port);
  publisher.socket.write(connectPacket({ payload: text("publisher") }));
  await isLetIn(publisher);
  publisher.socket.write(packet(0x30, text("x".repeat(65))));
  await publisher.closed;
  expect(counts().denied).toBe(2);
});
