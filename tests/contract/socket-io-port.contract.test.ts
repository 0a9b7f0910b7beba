// What the port to a Socket.IO reader does over real connections: order, bounds, pinned certificates, losses, hostile servers.
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { openSocketIoPort, type SocketIoLine } from "../../agent/ports/socket-io-port.ts";
import {
  decodeSocketChunk,
  encodeSocketChunk,
  socketMessageBytesMax,
} from "../../protocol/frame/socket-io/socket-event.ts";
import { type Port, PortError } from "../../protocol/port.ts";
import { systemClock } from "../../service/clock.ts";
import { makeSelfSigned } from "../../simulators/chip-reader/self-signed.ts";
import { openSocketIoReader, type SocketIoReader } from "../../simulators/chip-reader/socket-io-reader.ts";
import type { PowerDevice } from "../../simulators/device.ts";
import { afterThisTest } from "../fixtures/clean-up.ts";
import { freePort } from "../fixtures/free-port.ts";
import { waitUntil } from "../fixtures/wait-until.ts";

const host = "127.0.0.1";
/** Long enough for something that must not happen to happen after all, in milliseconds. */
const quietMs = 100;
const pinned = makeSelfSigned("HN-212");

/** A device that says nothing by itself, and writes down what it hears. */
async function openReader(tls?: { key: string; cert: string }) {
  const heard: string[] = [];
  const power: PowerDevice = () => ({
    held: 0,
    connected: () => undefined,
    receive: (chunk) => void heard.push(Buffer.from(chunk).toString()),
    wake: () => undefined,
    present: () => false,
    disconnected: () => undefined,
  });
  const reader = await openSocketIoReader(power, { host, port: 0, tls, clock: systemClock() });
  afterThisTest(() => reader.close());
  return { reader, heard };
}

async function openPort(reader: SocketIoReader, more: Partial<SocketIoLine> = {}): Promise<Port> {
  const port = await openSocketIoPort({ host, port: reader.port, ...more });
  afterThisTest(() => port.close());
  return port;
}

function listen(port: Port) {
  const chunks: string[] = [];
  const losses: PortError[] = [];
  port.start(
    (chunk) => chunks.push(Buffer.from(chunk).toString()),
    (error) => losses.push(error),
  );
  return { chunks, losses };
}

const codeOf = (opening: Promise<Port>) =>
  opening.then(
    () => "opened",
    (error: unknown) => (error instanceof PortError ? error.code : "another error"),
  );

describe.each([
  ["http", undefined, {}],
  ["https", pinned, { fingerprint256: pinned.fingerprint256 }],
] as const)("over %s", (_name, tls, more) => {
  test("events arrive in order, unchanged, those from before the start too", async () => {
    const { reader } = await openReader(tls);
    const port = await openPort(reader, more);
    reader.emit("early", 0);
    await sleep(quietMs);
    const { chunks } = listen(port);
    for (let index = 0; index < 200; index += 1) reader.emit("/event", { id: index, text: "Nguyễn\u0000 \u2028 😀" });
    await waitUntil("all events arrived", () => chunks.length === 201);
    expect(chunks[0]).toBe('["early",0]');
    expect(chunks.slice(1).map((chunk) => JSON.parse(chunk)[1])).toEqual(
      Array.from({ length: 200 }, (_, index) => ({ id: index, text: "Nguyễn\u0000 \u2028 😀" })),
    );
  });

  test("events reach the reader", async () => {
    const { reader, heard } = await openReader(tls);
    const port = await openPort(reader, more);
    listen(port);
    await port.write(Buffer.from('["/get_aa",{"challenge":"AA=="}]'));
    await waitUntil("the reader heard it", () => heard.length > 0);
    expect(heard).toEqual(['["/get_aa",{"challenge":"AA=="}]']);
    await expect(port.write(Buffer.from("no event"))).rejects.toMatchObject({ code: "port-failed" });
  });

  test("a reader whose plug is pulled is lost once, and nothing can be written", async () => {
    const { reader } = await openReader(tls);
    const port = await openPort(reader, more);
    const { losses, chunks } = listen(port);
    reader.cut();
    await waitUntil("the loss was told", () => losses.length > 0);
    await expect(port.write(Buffer.from('["x",1]'))).rejects.toMatchObject({ code: "port-lost" });
    await waitUntil("the reader noticed", () => reader.hosts === 0);
    await sleep(quietMs);
    expect(losses.map(({ code }) => code)).toEqual(["port-lost"]);
    expect(chunks).toEqual([]);
    expect(reader.hosts).toBe(0); // it does not come back by itself
  });

  test("a reader that goes before the start is lost at the start", async () => {
    const { reader } = await openReader(tls);
    const port = await openPort(reader, more);
    reader.cut();
    await sleep(quietMs);
    const { losses } = listen(port);
    expect(losses.map(({ code }) => code)).toEqual(["port-lost"]);
  });

  test("after close nothing is told, and the reader is free at once", async () => {
    const { reader } = await openReader(tls);
    const port = await openPort(reader, more);
    const { losses, chunks } = listen(port);
    await port.close();
    await port.close();
    reader.emit("late", 1);
    await waitUntil("the reader noticed", () => reader.hosts === 0, 1_000);
    await expect(port.write(Buffer.from('["x",1]'))).rejects.toThrow(PortError);
    expect({ losses, chunks }).toEqual({ losses: [], chunks: [] });
  });
});

describe("certificates", () => {
  test("other than the pinned one are refused before anything is sent", async () => {
    const { reader } = await openReader(makeSelfSigned("HN-212"));
    expect(await codeOf(openSocketIoPort({ host, port: reader.port, fingerprint256: pinned.fingerprint256 }))).toBe(
      "port-untrusted",
    );
    expect(reader.hosts).toBe(0);
  });

  test("may be pinned with colons and capitals", async () => {
    const { reader } = await openReader(pinned);
    const fingerprint256 = (pinned.fingerprint256.toUpperCase().match(/../g) ?? []).join(":");
    const { losses } = listen(await openPort(reader, { fingerprint256 }));
    expect(losses).toEqual([]);
  });

  test("are asked for: https without a pin, and a pin for a reader without https, do not connect", async () => {
    const { reader: secure } = await openReader(pinned);
    expect(await codeOf(openSocketIoPort({ host, port: secure.port }))).toBe("port-refused");
    const { reader: plain } = await openReader();
    expect(await codeOf(openSocketIoPort({ host, port: plain.port, fingerprint256: pinned.fingerprint256 }))).toBe(
      "port-refused",
    );
  });
});

describe("an address", () => {
  test("where nobody listens is refused", async () => {
    expect(await codeOf(openSocketIoPort({ host, port: await freePort() }))).toBe("port-refused");
  });

  test("is reached from the interface that is named, and not at all when that is absent", async () => {
    const { reader } = await openReader();
    await openPort(reader, { localAddress: "127.0.0.2" });
    expect(await codeOf(openSocketIoPort({ host, port: reader.port, localAddress: "192.0.2.1" }))).toBe("port-absent");
  });

  test("of the camera is never opened", async () => {
    const opening = openSocketIoPort({ host, port: 9_000 });
    await expect(opening).rejects.toMatchObject({ code: "port-failed", cause: { message: /camera/ } });
  });

  test("is given up when nobody waits any more", async () => {
    const { reader } = await openReader();
    const giveUp = new AbortController();
    const opening = codeOf(openSocketIoPort({ host, port: reader.port }, giveUp.signal));
    giveUp.abort();
    expect(await opening).not.toBe("opened");
    const port = await openSocketIoPort({ host, port: reader.port }, AbortSignal.timeout(200));
    const { losses } = listen(port);
    await waitUntil("the connection ended", () => losses.length > 0);
  });
});

describe("a hostile reader", () => {
  test("sends more than 256 KiB: only that is dropped, and told", async () => {
    const { reader } = await openReader();
    const { chunks, losses } = listen(await openPort(reader));
    reader.emit("/event", "x".repeat(300 * 1024));
    reader.emit("/event", "x".repeat(socketMessageBytesMax - 20));
    reader.emit("/event", 1);
    await waitUntil("all arrived", () => chunks.length === 3);
    expect(decodeSocketChunk(Buffer.from(chunks[0] ?? ""))).toMatchObject({ kind: "dropped", why: "overflow" });
    expect(chunks[1]?.length).toBeGreaterThan(socketMessageBytesMax - 100);
    expect(chunks[2]).toBe('["/event",1]');
    expect(losses).toEqual([]);
  });

  test("sends more than 1 MiB: the connection ends, and another one works", async () => {
    const { reader } = await openReader();
    const { losses, chunks } = listen(await openPort(reader));
    reader.emit("/event", "x".repeat(1_100 * 1024));
    await waitUntil("the loss was told", () => losses.length > 0);
    const again = listen(await openPort(reader));
    reader.emit("/event", 1);
    await waitUntil("the event arrived", () => again.chunks.length > 0);
    expect(chunks).toEqual([]);
  });

  test("sends packets that the library chokes on: the process lives, and what can be read is read", async () => {
    const { reader } = await openReader();
    const { chunks } = listen(await openPort(reader));
    const strange = [
      "44",
      "42",
      "0",
      "0{",
      '0{"sid":1}',
      "40null",
      "45",
      "451-[]",
      "461-1[]",
      "43",
      "431[1]",
      "4",
      "",
      "b",
      "bAA==",
      "9",
      '42/other,["/event",1]',
      "42[",
      "42{}",
      "2probe",
    ];
    for (const text of strange) if (text !== "42[" && text !== '42/other,["/event",1]') reader.sendRaw(text);
    reader.emit("/event", 1);
    await waitUntil("the event arrived", () => chunks.includes('["/event",1]'));
    expect(chunks.filter((chunk) => chunk.includes("noise")).length).toBeGreaterThan(10);
  });

  test("sends names and arguments of every kind", async () => {
    const { reader } = await openReader();
    const { chunks } = listen(await openPort(reader));
    reader.sendRaw('42["__proto__",{"__proto__":{"x":1}}]');
    reader.sendRaw("42[5]");
    reader.sendRaw('42["no argument"]');
    reader.sendRaw('429["wants an answer"]');
    reader.sendRaw(`42["deep",${"[".repeat(100_000)}${"]".repeat(100_000)}]`);
    reader.sendRaw('42["error","x"]');
    reader.sendRaw('42["last",null]');
    await waitUntil("the last arrived", () => chunks.includes('["last",null]'));
    expect(chunks).toEqual([
      '["__proto__",{"__proto__":{"x":1}}]',
      '["5",null]',
      '["no argument",null]',
      '["wants an answer",null]',
      '{"dropped":"noise","bytes":0}',
      '["error","x"]',
      '["last",null]',
    ]);
  });

  test("sends an event that is no list: the connection ends as any other loss", async () => {
    const { reader } = await openReader();
    const { losses } = listen(await openPort(reader));
    reader.sendRaw("42[");
    await waitUntil("the loss was told", () => losses.length > 0);
    expect(losses[0]?.code).toBe("port-lost");
  });

  test("fills no memory before the start", async () => {
    const { reader } = await openReader();
    const port = await openPort(reader);
    for (let index = 0; index < 20; index += 1) reader.emit("/event", "x".repeat(100 * 1024));
    await sleep(3 * quietMs);
    const { chunks } = listen(port);
    expect(chunks.length).toBe(5);
  });
});

test("a chunk is an event or what was dropped, and nothing else", () => {
  const dropped = { kind: "dropped", why: "noise", bytes: 3 } as const;
  expect(decodeSocketChunk(encodeSocketChunk(dropped) ?? new Uint8Array())).toEqual(dropped);
  for (const text of ['{"dropped":"x","bytes":1}', '{"dropped":"noise"}', "[1]", "7", "[", ""]) {
    expect(decodeSocketChunk(Buffer.from(text))).toBeUndefined();
  }
});
