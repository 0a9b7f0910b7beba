// Every kind of Port keeps the same contract; and why each can't be opened is told by its code.
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openSerialPort } from "../../agent/ports/serial-port.ts";
import { openTcpPort } from "../../agent/ports/tcp-port.ts";
import { startProgram } from "../fixtures/child-process.ts";
import { afterThisTest, temporaryDirectory } from "../fixtures/clean-up.ts";
import { freePort } from "../fixtures/free-port.ts";
import { memoryLine } from "../fixtures/memory-port.ts";
import { openPseudoTerminal } from "../fixtures/pseudo-terminal.ts";
import { describePort, type PortRig } from "./describe-port.ts";

const baudRate = 9_600;

describePort("port in memory", async () => {
  const line = memoryLine();
  return { port: line.port, send: line.send, unplug: line.unplug, received: () => line.written };
});

describePort("TCP port", async (): Promise<PortRig> => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const connected = once(server, "connection");
  const port = await openTcpPort({
    host: "127.0.0.1",
    port: typeof address === "object" ? (address?.port ?? 0) : 0,
  });
  const [socket] = (await connected) as [Socket];
  const chunks: Buffer[] = [];
  socket.on("data", (chunk) => chunks.push(chunk));
  socket.on("error", () => undefined); // the desk cut the line
  afterThisTest(() => {
    socket.destroy();
    server.close();
  });
  return {
    port,
    send: (bytes) => void socket.write(bytes),
    received: () => Buffer.concat(chunks),
    unplug: () => void socket.resetAndDestroy(),
  };
});

describePort("serial port over a pseudo-terminal", async () => {
  const terminal = await openPseudoTerminal();
  return {
    port: await openSerialPort({ path: terminal.path, baudRate }),
    send: terminal.send,
    received: terminal.answers,
    unplug: () => terminal.end(),
  };
});

test("a device that is not there is absent", async () => {
  const path = join(temporaryDirectory(), "nothing");
  await expect(openSerialPort({ path, baudRate })).rejects.toMatchObject({ code: "port-absent" });
});

test("a path that is no terminal can't be opened", async () => {
  const path = join(temporaryDirectory(), "folder");
  mkdirSync(path);
  await expect(openSerialPort({ path, baudRate })).rejects.toMatchObject({ code: "port-failed" });
});

test("a terminal that another program has open is claimed, and the program is named", async () => {
  const terminal = await openPseudoTerminal();
  const holder = startProgram("sh", ["-c", `exec sleep 60 < ${terminal.path}`]);
  await once(holder.child, "spawn");
  const opening = async () => {
    const port = await openSerialPort({ path: terminal.path, baudRate });
    await port.close();
  };
  await expect
    .poll(
      () =>
        opening().then(
          () => undefined,
          (error: unknown) => error,
        ),
      { timeout: 5_000 },
    )
    .toMatchObject({ code: "port-claimed", holder: `sleep (${holder.pid})` });
});

test("a network address where nobody listens is refused", async () => {
  const port = await freePort();
  await expect(openTcpPort({ host: "127.0.0.1", port })).rejects.toMatchObject({ code: "port-refused" });
});
