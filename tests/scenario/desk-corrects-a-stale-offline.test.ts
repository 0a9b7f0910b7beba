// What the facility sees of a desk is true: a late "offline" is corrected, an orderly end and a crash are seen.
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { startProgram } from "../fixtures/child-process.ts";
import { temporaryDirectory } from "../fixtures/clean-up.ts";
import { deskConfig, startDesk, topics } from "../fixtures/desk.ts";
import { startDeskProcess } from "../fixtures/desk-process.ts";
import { freePort } from "../fixtures/free-port.ts";
import { startMosquitto } from "../fixtures/mosquitto.ts";
import { type Subscriber, subscribe } from "../fixtures/mosquitto-sub.ts";
import { openPseudoTerminal } from "../fixtures/pseudo-terminal.ts";
import { waitUntil } from "../fixtures/wait-until.ts";

const last = (subscriber: Subscriber) => subscriber.json(topics.state).at(-1);
const states = (subscriber: Subscriber) => subscriber.json(topics.state).map(({ state }) => state);

async function publishOffline(port: number): Promise<void> {
  const words = ["-h", "127.0.0.1", "-p", String(port), "-q", "1", "-r", "-t", topics.state];
  await startProgram("mosquitto_pub", [...words, "-m", '{"state":"offline","boot":"b0"}']).exited;
}

test("an offline that was retained before, and one that comes late, are corrected", async () => {
  const broker = await startMosquitto(await freePort());
  await publishOffline(broker.port);
  const terminal = await openPseudoTerminal();
  const subscriber = await subscribe(broker.port, [topics.state]);
  await startDesk(deskConfig({ url: broker.url, serial: terminal.path }));
  await waitUntil("the desk is online", () => last(subscriber)?.["state"] === "online");
  const before = subscriber.received.length;
  await publishOffline(broker.port);
  await waitUntil("it is corrected", () => subscriber.received.length >= before + 2);
  await sleep(200);
  expect(states(subscriber).slice(before)).toEqual(["offline", "online"]);
});

test("an orderly end leaves offline behind, with nothing after it", async () => {
  const broker = await startMosquitto(await freePort());
  const terminal = await openPseudoTerminal();
  const subscriber = await subscribe(broker.port, [topics.state]);
  const desk = await startDesk(deskConfig({ url: broker.url, serial: terminal.path }));
  await waitUntil("the desk is online", () => last(subscriber)?.["state"] === "online");
  await desk.stop();
  await sleep(200);
  expect(states(subscriber).filter((state) => state === "offline")).toHaveLength(1);
  const late = await subscribe(broker.port, [topics.state]);
  await waitUntil("the retained state is there", () => late.received.length === 1);
  expect(last(late)).toMatchObject({ state: "offline" });
  expect(late.received[0]?.isRetained).toBe(true);
});

test("a crash leaves the will with the boot that died, and the next start says online with its own", async () => {
  const broker = await startMosquitto(await freePort());
  const terminal = await openPseudoTerminal();
  const subscriber = await subscribe(broker.port, [topics.state]);
  const dataDir = temporaryDirectory();
  const config = deskConfig({ url: broker.url, serial: terminal.path });
  const first = startDeskProcess(config, dataDir);
  await waitUntil("the desk says something", () => last(subscriber)?.["state"] !== undefined);
  const boot = last(subscriber)?.["boot"];
  await first.end("SIGKILL");
  await waitUntil("the will is told", () => last(subscriber)?.["state"] === "offline");
  expect(last(subscriber)?.["boot"]).toBe(boot);
  const second = startDeskProcess(config, dataDir);
  await waitUntil("the desk is back", () => last(subscriber)?.["boot"] !== boot);
  await second.end();
});
