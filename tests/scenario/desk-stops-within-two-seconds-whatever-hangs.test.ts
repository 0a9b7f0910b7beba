// Ctrl-C ends the agent in two seconds with exit code 0, whatever it was waiting for.
import { createServer } from "node:net";
import { expect, test } from "vitest";
import { cards, withCr } from "../fixtures/cards.ts";
import { startProgram } from "../fixtures/child-process.ts";
import { temporaryDirectory } from "../fixtures/clean-up.ts";
import { deskConfig } from "../fixtures/desk.ts";
import { startDeskProcess } from "../fixtures/desk-process.ts";
import { freePort } from "../fixtures/free-port.ts";
import { openPseudoTerminal } from "../fixtures/pseudo-terminal.ts";
import { type Script, startScriptedBroker } from "../fixtures/scripted-broker.ts";
import { waitUntil } from "../fixtures/wait-until.ts";

const stopMsMax = 2_000;

/** Starts a desk with scans under way, ends it as Ctrl-C does, and answers the exit code and the milliseconds it took. */
async function stopDesk(url: string, isReady: (lines: readonly string[]) => boolean) {
  const terminal = await openPseudoTerminal();
  const desk = startDeskProcess(deskConfig({ url, serial: terminal.path }), temporaryDirectory());
  await waitUntil("the reader takes scans", () => desk.lines.some((line) => line.includes("the reader takes scans")));
  for (const { payload } of cards(50)) await terminal.send(withCr(payload));
  await waitUntil("the desk is where it shall be stopped", () => isReady(desk.lines));
  const startedAt = performance.now();
  desk.child.kill("SIGINT");
  const code = await desk.exited;
  return { code, ms: performance.now() - startedAt };
}

const scripts: Record<string, Script> = {
  "answers everything": () => "usual",
  "never answers CONNECT": () => "answered",
  "acknowledges nothing": (packet) => (packet.cmd === "publish" ? "answered" : "usual"),
};

test.each(Object.keys(scripts))("with a broker that %s", async (name) => {
  const broker = await startScriptedBroker(scripts[name]);
  const { code, ms } = await stopDesk(broker.url, () =>
    name === "never answers CONNECT" ? broker.connects.length > 0 : broker.publishes.length > 10,
  );
  expect(code).toBe(0);
  expect(ms).toBeLessThan(stopMsMax);
});

test("with no broker at all", async () => {
  const { code, ms } = await stopDesk(`mqtt://127.0.0.1:${await freePort()}`, (lines) =>
    lines.some((line) => line.includes("no connection to the broker")),
  );
  expect(code).toBe(0);
  expect(ms).toBeLessThan(stopMsMax);
});

test("with a broker that takes connections and is silent", async () => {
  let connections = 0;
  const server = createServer(() => {
    connections += 1;
  });
  const port = await freePort();
  server.listen(port, "127.0.0.1");
  const { code, ms } = await stopDesk(`mqtt://127.0.0.1:${port}`, () => connections > 0);
  server.close();
  expect(code).toBe(0);
  expect(ms).toBeLessThan(stopMsMax);
});

test("while a reader's address takes no connection", async () => {
  const address = await deafAddress();
  const config = {
    ...deskConfig({ url: `mqtt://127.0.0.1:${await freePort()}`, serial: "unused" }),
    readers: [{ id: "qr-1", tcp: address }],
  };
  const desk = startDeskProcess(config, temporaryDirectory());
  await waitUntil("the desk runs", () => desk.lines.some((line) => line.includes("no connection to the broker")));
  const startedAt = performance.now();
  desk.child.kill("SIGINT");
  expect(await desk.exited).toBe(0);
  expect(performance.now() - startedAt).toBeLessThan(stopMsMax);
});

/** An address whose queue of new connections is full: the system answers no further ones. */
async function deafAddress(): Promise<{ host: string; port: number }> {
  const script = `import socket, time
server = socket.socket()
server.bind(("127.0.0.1", 0))
server.listen(0)
port = server.getsockname()[1]
waiting = []
for _ in range(4):
    client = socket.socket()
    client.setblocking(False)
    client.connect_ex(("127.0.0.1", port))
    waiting.append(client)
print(port, flush=True)
time.sleep(600)`;
  const ports: number[] = [];
  startProgram("python3", ["-c", script], { onOut: (line) => ports.push(Number(line)) });
  await waitUntil("the address is deaf", () => ports.length > 0);
  return { host: "127.0.0.1", port: ports[0] ?? 0 };
}
