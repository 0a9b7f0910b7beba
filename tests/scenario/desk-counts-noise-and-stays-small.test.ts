// Ten megabytes without an end, invalid UTF-8, NUL and random bytes: counted, no crash, no growth, and the next card is read.
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { SeededRandom } from "../../simulators/seeded-random.ts";
import { cards, withCr } from "../fixtures/cards.ts";
import { afterThisTest, temporaryDirectory } from "../fixtures/clean-up.ts";
import { acceptedByte, deskConfig, feedback, topics } from "../fixtures/desk.ts";
import { startWeighedDeskProcess } from "../fixtures/desk-process.ts";
import { freePort } from "../fixtures/free-port.ts";
import { startMosquitto } from "../fixtures/mosquitto.ts";
import { subscribe } from "../fixtures/mosquitto-sub.ts";
import { waitUntil } from "../fixtures/wait-until.ts";

const megabyte = 1_048_576;
/** Rounds of thirty megabytes of noise for the heap to find its size. */
const firstRounds = 2;
/** So many to weigh what is there, and so many again to see what they leave behind. */
const rounds = 4;
/** What the process may have grown by: no more than any one kind of noise in one round. */
const growthMegabytesMax = 10;
/** Longer than the desk's idle gap over TCP, in milliseconds. */
const silenceMs = 250;

test("noise of every kind is counted and leaves nothing behind", { timeout: 180_000 }, async () => {
  const broker = await startMosquitto(await freePort());
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const connected = once(server, "connection");
  const tcp = { host: "127.0.0.1", port: typeof address === "object" ? (address?.port ?? 0) : 0 };
  const config = { ...deskConfig({ url: broker.url, serial: "unused" }), readers: [{ id: "qr-1", tcp, feedback }] };
  const desk = startWeighedDeskProcess(config, temporaryDirectory());
  const [line] = (await connected) as [Socket];
  afterThisTest(() => {
    line.destroy();
    server.close();
  });
  const answers: number[] = [];
  line.on("data", (chunk: Buffer) => answers.push(...chunk));
  const accepted = () => answers.filter((byte) => byte === acceptedByte).length;
  const send = async (bytes: Uint8Array) => {
    if (!line.write(bytes)) await once(line, "drain");
  };
  const scanCard = async (seed: number) => {
    const before = accepted();
    for (const { payload } of cards(50, seed)) await send(withCr(payload));
    await waitUntil("cards are accepted", () => accepted() === before + 50);
  };
  const letters = Buffer.alloc(megabyte, "A");
  const zeros = Buffer.alloc(megabyte);
  const random = new SeededRandom(7);
  const makeNoise = async () => {
    for (let sent = 0; sent < 10; sent += 1) await send(letters);
    await sleep(silenceMs);
    await send(Buffer.from("001090999901||Nguy\u00ff", "latin1"));
    await send(Buffer.from("\r"));
    for (let sent = 0; sent < 10; sent += 1) await send(zeros);
    await sleep(silenceMs);
    await send(Buffer.from("\0\0\0\r"));
    for (let sent = 0; sent < 10; sent += 1) await send(random.bytes(megabyte));
    await send(Buffer.from([0x03, 0x0d])); // ends an STX frame that chance may have begun
    await sleep(2 * silenceMs + 500);
  };
  for (let round = 0; round < firstRounds; round += 1) await makeNoise();
  await scanCard(1);
  const before = await desk.leastKeptMegabytes(rounds, makeNoise);
  const after = await desk.leastKeptMegabytes(rounds, makeNoise);
  await scanCard(2);
  expect(desk.hasExited()).toBe(false);
  expect(after - before).toBeLessThan(growthMegabytesMax);

  // Health is told with every connection: a restart of the broker brings it now.
  await broker.end();
  const back = await startMosquitto(broker.port);
  const subscriber = await subscribe(back.port, [topics.health]);
  const health = () => subscriber.json(topics.health).at(-1);
  await waitUntil("health is told", () => health() !== undefined);
  const {
    discarded,
    rejected,
    accepted: acceptedCount,
  } = health() as {
    discarded: Record<string, number>;
    rejected: Record<string, number>;
    accepted: number;
  };
  expect(acceptedCount).toBe(100);
  expect(discarded["overflow"]).toBeGreaterThanOrEqual(2);
  expect(rejected["bad-utf8"]).toBeGreaterThanOrEqual(1);
  await desk.end();
});
