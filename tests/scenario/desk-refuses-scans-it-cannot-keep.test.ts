// A scan that can't be kept is not accepted: the reader and the facility are told, and the desk recovers by itself.
import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { cards, withCr } from "../fixtures/cards.ts";
import { afterThisTest, temporaryDirectory } from "../fixtures/clean-up.ts";
import { acceptedByte, deskConfig, refusedByte, startDesk, topics } from "../fixtures/desk.ts";
import { startDeskProcess } from "../fixtures/desk-process.ts";
import { freePort } from "../fixtures/free-port.ts";
import { keepSession, keptSession } from "../fixtures/kept-session.ts";
import { startMosquitto } from "../fixtures/mosquitto.ts";
import { type Subscriber, subscribe } from "../fixtures/mosquitto-sub.ts";
import { openPseudoTerminal, type PseudoTerminal } from "../fixtures/pseudo-terminal.ts";
import { waitUntil } from "../fixtures/wait-until.ts";

const heard = [topics.checkInJson, topics.state, topics.event];
const count = (terminal: PseudoTerminal, byte: number) => terminal.answers().filter((answer) => answer === byte).length;
const lastState = (subscriber: Subscriber) => subscriber.json(topics.state).at(-1)?.["state"];
const kinds = (subscriber: Subscriber) => subscriber.json(topics.event).map(({ kind }) => kind);
const numbers = (subscriber: Subscriber) =>
  (subscriber.json(topics.checkInJson) as { sequence: string }[]).map(({ sequence }) => Number(sequence));

/** Scans card after card until one is refused. */
async function scanUntilRefused(terminal: PseudoTerminal, scansMax: number): Promise<number> {
  for (const [index, { payload }] of cards(scansMax).entries()) {
    await terminal.send(withCr(payload));
    await waitUntil("the scan was answered", () => terminal.answers().length > index);
    if (count(terminal, refusedByte) > 0) return index;
  }
  throw new Error("nothing was refused");
}

test("too many waiting events: the next is refused until the broker has taken some", async () => {
  const port = await freePort();
  const settings = await keepSession(port, heard);
  const terminal = await openPseudoTerminal();
  const more = { spool: { waitingMax: 100 } };
  const desk = await startDesk(deskConfig({ url: `mqtt://127.0.0.1:${port}`, serial: terminal.path, more }));
  await waitUntil("the reader takes scans", () => desk.log.has("info", "the reader takes scans"));
  expect(await scanUntilRefused(terminal, 200)).toBe(100);
  expect(count(terminal, acceptedByte)).toBe(100);
  expect(desk.agent.status()).toContain("claimed");

  await startMosquitto(port, settings);
  const subscriber = await subscribe(port, heard, keptSession);
  await waitUntil("the reader takes scans again", () => desk.agent.status().includes("armed"));
  await terminal.send(withCr(cards(1, 99)[0]?.payload ?? new Uint8Array()));
  await waitUntil("the scan is accepted", () => count(terminal, acceptedByte) === 101);
  await waitUntil("the desk is online", () => lastState(subscriber) === "online");
  await waitUntil("what happened was told", () => kinds(subscriber).includes("spool_writable"));
  expect(kinds(subscriber)).toEqual(["spool_full", "spool_writable"]);
});

test("a full disk: scans are refused, the state says so, and space on the disk is enough to go on", async () => {
  const disk = smallDisk();
  const broker = await startMosquitto(await freePort());
  const subscriber = await subscribe(broker.port, heard);
  const terminal = await openPseudoTerminal();
  const desk = startDeskProcess(deskConfig({ url: broker.url, serial: terminal.path }), disk.directory);
  afterThisTest(() => desk.end("SIGKILL"));
  await waitUntil("the reader takes scans", () => desk.lines.some((line) => line.includes("the reader takes scans")));
  await waitUntil("the desk is online", () => lastState(subscriber) === "online");

  disk.fill(desk.pid);
  await scanUntilRefused(terminal, 3_000);
  await waitUntil("the desk is degraded", () => lastState(subscriber) === "degraded");
  await waitUntil("what happened was told", () => kinds(subscriber).includes("spool_full"));

  disk.clear(desk.pid);
  await waitUntil("the desk is online again", () => lastState(subscriber) === "online");
  const acceptedBefore = count(terminal, acceptedByte);
  for (const { payload } of cards(10, 77)) await terminal.send(withCr(payload));
  await waitUntil("scans are accepted", () => count(terminal, acceptedByte) === acceptedBefore + 10);
  await waitUntil("all have arrived", () => new Set(numbers(subscriber)).size === acceptedBefore + 10);
  expect([...new Set(numbers(subscriber))]).toEqual(
    Array.from({ length: acceptedBefore + 10 }, (_, index) => index + 1),
  );
  await desk.end();
  disk.undo();
});

interface SmallDisk {
  readonly directory: string;
  fill(pid: number): void;
  clear(pid: number): void;
  undo(): void;
}

/** A file system of its own where this machine allows it, else a limit on the size of the files that the process writes. */
function smallDisk(): SmallDisk {
  const directory = temporaryDirectory();
  const limit = (pid: number, bytes: string) =>
    execFileSync("prlimit", ["--pid", String(pid), `--fsize=${bytes}:unlimited`]);
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=2m", "tiepdon-test", directory], { stdio: "ignore" });
  } catch {
    return {
      directory,
      fill: (pid) => limit(pid, "200000"),
      clear: (pid) => limit(pid, "unlimited"),
      undo: () => undefined,
    };
  }
  let isMounted = true;
  const undo = () => {
    if (isMounted) execFileSync("umount", ["-l", directory]);
    isMounted = false;
  };
  afterThisTest(undo);
  const ballast = join(directory, "ballast");
  return {
    directory,
    fill: () => {
      for (const megabytes of [1, 0.5, 0.25]) {
        try {
          writeFileSync(`${ballast}-${megabytes}`, new Uint8Array(megabytes * 1_048_576));
        } catch {
          // As much as there was room for.
        }
      }
    },
    clear: () => {
      for (const megabytes of [1, 0.5, 0.25]) rmSync(`${ballast}-${megabytes}`, { force: true });
    },
    undo,
  };
}
