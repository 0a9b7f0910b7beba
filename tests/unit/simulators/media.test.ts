// A simulated reader on real lines: a TCP port, a pseudo-terminal and a device path, with a host that comes and goes.
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  closeSync,
  createReadStream,
  existsSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { open } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text as streamText } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, test, vi } from "vitest";
import { systemClock } from "../../../service/clock.ts";
import { openDevice } from "../../../simulators/device-medium.ts";
import { HostGone, nobody } from "../../../simulators/medium.ts";
import { openPty } from "../../../simulators/pty-medium.ts";
import { defaultReaderOptions } from "../../../simulators/reader.ts";
import {
  type MediumChoice,
  type ReaderSimulationOptions,
  runReaderSimulation,
} from "../../../simulators/reader-simulation.ts";
import { listenTcp } from "../../../simulators/tcp-medium.ts";

const directory = mkdtempSync(join(tmpdir(), "tiepdon-media-"));
afterAll(() => rmSync(directory, { recursive: true }));
const never = new AbortController().signal;

const hundredScans = (medium: MediumChoice): ReaderSimulationOptions => ({
  reader: { ...defaultReaderOptions, scansPerSecond: undefined, count: 100, chunking: "random" },
  medium,
  payloads: { kind: "patients", mix: "valid", today: "2026-12-01" },
  clock: systemClock(),
});

/** Reads lines ended by CR until the stream ends or `count` have come. */
async function readScans(stream: AsyncIterable<Buffer>, count = Number.POSITIVE_INFINITY): Promise<string[]> {
  let text = "";
  for await (const chunk of stream) {
    text += chunk.toString("latin1");
    if (text.split("\r").length > count) break;
  }
  return text.split("\r").slice(0, -1);
}

test("over TCP every scan arrives, and the line ends when all are sent", async () => {
  let scans: Promise<string[]> | undefined;
  const report = await runReaderSimulation(
    {
      ...hundredScans({ kind: "tcp-listen", host: "127.0.0.1", port: 0 }),
      onReady: (place) => {
        scans = readScans(connect(Number(place.split(":")[1]), "127.0.0.1"));
      },
    },
    never,
  );
  expect(report).toMatchObject({ scans: 100, lost: 0 });
  expect(await scans).toHaveLength(100);
});

test("over TCP the newest host is served, and a port in use is told in a sentence", async () => {
  const medium = await listenTcp("127.0.0.1", 0);
  const port = Number(medium.place.split(":")[1]);
  await expect(listenTcp("127.0.0.1", port)).rejects.toThrow(/EADDRINUSE.*Can't listen/);
  const older = connect(port, "127.0.0.1").resume();
  await medium.whenListening(never);
  const olderClosed = once(older, "close");
  const newer = connect(port, "127.0.0.1");
  await olderClosed;
  await medium.write(Buffer.from("x\r"));
  expect(await readScans(newer, 1)).toEqual(["x"]);
  await medium.close();
  await medium.close();
});

test("on a pseudo-terminal nothing is sent before the host opens it, then every scan arrives", async () => {
  const link = join(directory, "reader");
  const running = runReaderSimulation(hundredScans({ kind: "pty", link }), never);
  while (!existsSync(link)) await sleep(5);
  const host = createReadStream(link);
  const scans = readScans(host, 100);
  expect(await running).toMatchObject({ scans: 100, lost: 0 });
  expect(await scans).toHaveLength(100);
  host.destroy();
  expect(existsSync(link)).toBe(false);
});

test("a pseudo-terminal comes back after its host has gone", async () => {
  const link = join(directory, "returning");
  const medium = await openPty(link);
  for (const scan of ["first", "second"]) {
    while (!existsSync(link)) await sleep(5);
    // A plain `head` as the host: it closes the line after its two bytes.
    const host = spawn("head", ["-c", String(scan.length), link]);
    const text = streamText(host.stdout);
    await medium.whenListening(never);
    await medium.write(Buffer.from(scan));
    expect(await text).toBe(scan);
    await vi.waitFor(() => expect(medium.write(new Uint8Array())).rejects.toThrow(HostGone));
  }
  await medium.close();
});

test("a pseudo-terminal that can't be made, and one that nobody opened, end at once", async () => {
  await expect(openPty(join(directory, "absent/reader"))).rejects.toThrow(/socat can't make/);
  writeFileSync(join(directory, "precious"), "");
  await expect(openPty(join(directory, "precious"))).rejects.toThrow(/exists and is no link/);
  const stop = new AbortController();
  const running = runReaderSimulation(
    { ...hundredScans({ kind: "pty", link: join(directory, "lonely") }), onReady: () => stop.abort() },
    stop.signal,
  );
  expect(await running).toMatchObject({ scans: 0, lost: 0 });
});

test("into an existing terminal every payload of a file arrives", async () => {
  const [near, far] = [join(directory, "near"), join(directory, "far")];
  const cable = spawn("socat", [`PTY,raw,echo=0,link=${near}`, `PTY,raw,echo=0,link=${far}`]);
  while (!(existsSync(near) && existsSync(far))) await sleep(5);
  const path = join(directory, "payloads");
  writeFileSync(path, "a|b\nc|d\ne|f\n");
  const host = createReadStream(far);
  const scans = readScans(host, 3);
  const report = await runReaderSimulation(
    { ...hundredScans({ kind: "device", path: near }), payloads: { kind: "file", path, isRepeated: false } },
    never,
  );
  expect(report).toMatchObject({ scans: 3, lost: 0 });
  expect(await scans).toEqual(["a|b", "c|d", "e|f"]);
  host.destroy();
  const gone = once(cable, "exit");
  cable.kill();
  await gone;
});

test("a device or a file that isn't there is told in a sentence", async () => {
  const absent = join(directory, "absent");
  await expect(runReaderSimulation(hundredScans({ kind: "device", path: absent }), never)).rejects.toThrow(
    /Can't write to .*ENOENT/,
  );
  const options = hundredScans({ kind: "tcp-listen", host: "127.0.0.1", port: 0 });
  await expect(
    runReaderSimulation({ ...options, payloads: { kind: "file", path: absent, isRepeated: false } }, never),
  ).rejects.toThrow(/Can't read/);
});

test("a device that hears its host answers through an existing terminal, and nobody can unplug that", async () => {
  const [near, far] = [join(directory, "near-2"), join(directory, "far-2")];
  const cable = spawn("socat", [`PTY,raw,echo=0,link=${near}`, `PTY,raw,echo=0,link=${far}`]);
  const gone = once(cable, "exit"); // from the start: socat may end by itself when the host closes its side
  while (!(existsSync(near) && existsSync(far))) await sleep(5);
  const medium = await openDevice(near);
  const heard: string[] = [];
  medium.attach({ ...nobody, received: (bytes) => heard.push(Buffer.from(bytes).toString()) });
  const host = await open(far, "r+");
  await host.write("query");
  await vi.waitFor(() => expect(heard.join("")).toBe("query"));
  await medium.write(Buffer.from("answer"));
  expect((await host.read(Buffer.alloc(6), 0, 6)).buffer.toString()).toBe("answer");
  await expect(medium.unplug(1)).rejects.toThrow(/Can't unplug/);
  await host.close();
  await medium.close();
  cable.kill();
  await gone;
});

test.each(["tcp", "pty"])(
  "over %s the plug can be pulled while a host listens, and the device is there again",
  async (kind) => {
    const link = join(directory, "unplugged");
    const medium = kind === "tcp" ? await listenTcp("127.0.0.1", 0) : await openPty(link);
    const events: string[] = [];
    medium.attach({
      opened: () => events.push("opened"),
      gone: () => events.push("gone"),
      received: (bytes) => events.push(Buffer.from(bytes).toString()),
    });
    const plug = (): { write(text: string): void; close(): void } => {
      if (kind === "pty") {
        const descriptor = openSync(link, "r+");
        return { write: (text) => void writeSync(descriptor, text), close: () => closeSync(descriptor) };
      }
      const socket = connect(Number(medium.place.split(":")[1]), "127.0.0.1").on("error", () => undefined);
      return { write: (text) => void socket.write(text), close: () => void socket.destroy() };
    };
    for (const round of [1, 2]) {
      const host = plug();
      await medium.whenListening(never);
      host.write(`hello ${round}`);
      await vi.waitFor(() => expect(events.at(-1)).toBe(`hello ${round}`));
      const unplugged = medium.unplug(20);
      await vi.waitFor(() => expect(events.at(-1)).toBe("gone"));
      host.close();
      await unplugged;
    }
    expect(events).toEqual(["opened", "hello 1", "gone", "opened", "hello 2", "gone"]);
    await medium.close();
  },
);
