// A reader that goes away is taken back as soon as it returns, however often and however fast.
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { cards, withCr } from "../fixtures/cards.ts";
import { afterThisTest, temporaryDirectory } from "../fixtures/clean-up.ts";
import { type Desk, deskConfig, startDesk } from "../fixtures/desk.ts";
import { freePort } from "../fixtures/free-port.ts";
import { openPseudoTerminal } from "../fixtures/pseudo-terminal.ts";
import { waitUntil } from "../fixtures/wait-until.ts";

const nobody = async () => `mqtt://127.0.0.1:${await freePort()}`;
const timesArmed = (desk: Desk) =>
  desk.log.lines.filter(({ sentence }) => sentence === "the reader takes scans").length;

test("a terminal that is unplugged and plugged in again is read again each time", async () => {
  const path = join(temporaryDirectory(), "reader");
  const desk = await startDesk(deskConfig({ url: await nobody(), serial: path }));
  for (const [round, { payload }] of cards(4).entries()) {
    const terminal = await openPseudoTerminal(path);
    await waitUntil("the reader takes scans", () => timesArmed(desk) === round + 1);
    await terminal.send(withCr(payload));
    await waitUntil("the scan is accepted", () => terminal.answers().length === 1);
    await terminal.end();
    await waitUntil("the desk has noticed", () => !desk.agent.status().includes("armed"), 2_000);
  }
  expect(desk.log.lines.filter(({ sentence }) => sentence.startsWith("the reader went away"))).toHaveLength(4);
});

test("a terminal that is replaced faster than anybody looks is read all the same", async () => {
  const path = join(temporaryDirectory(), "reader");
  let terminal = await openPseudoTerminal(path);
  const desk = await startDesk(deskConfig({ url: await nobody(), serial: path }));
  await waitUntil("the reader takes scans", () => timesArmed(desk) === 1);
  for (const [round, { payload }] of cards(3).entries()) {
    await terminal.end("SIGKILL"); // leaves its link behind, which the next one takes over
    terminal = await openPseudoTerminal(path);
    await waitUntil("the reader takes scans again", () => timesArmed(desk) === round + 2);
    await terminal.send(withCr(payload));
    await waitUntil("the scan is accepted", () => terminal.answers().length === 1);
  }
});

test("a device server that is gone and comes back is connected again", async () => {
  const port = await freePort();
  const config = {
    ...deskConfig({ url: await nobody(), serial: "unused" }),
    readers: [{ id: "qr-1", tcp: { host: "127.0.0.1", port }, feedback: { accepted: "06" } }],
  };
  const desk = await startDesk(config);
  for (const [round, { payload }] of cards(3).entries()) {
    const server = await listen(port);
    const [socket] = (await once(server, "connection")) as [Socket];
    await waitUntil("the reader takes scans", () => timesArmed(desk) === round + 1);
    socket.on("error", () => undefined); // reset by us below
    socket.write(withCr(payload));
    await once(socket, "data");
    socket.resetAndDestroy();
    server.close();
    await waitUntil("the desk has noticed", () => !desk.agent.status().includes("armed"), 2_000);
    await sleep(10);
  }
  expect(desk.agent.status()).toContain("3 accepted");
});

async function listen(port: number): Promise<Server> {
  const server = createServer().listen(port, "127.0.0.1");
  await once(server, "listening");
  afterThisTest(() => {
    server.close();
  });
  return server;
}
