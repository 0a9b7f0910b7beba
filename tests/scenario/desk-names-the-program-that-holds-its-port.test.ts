// A port that another program holds is reported with that program's name, and taken when it is free.
import { once } from "node:events";
import { expect, test } from "vitest";
import { startProgram } from "../fixtures/child-process.ts";
import { deskConfig, startDesk, topics } from "../fixtures/desk.ts";
import { freePort } from "../fixtures/free-port.ts";
import { startMosquitto } from "../fixtures/mosquitto.ts";
import { subscribe } from "../fixtures/mosquitto-sub.ts";
import { openPseudoTerminal } from "../fixtures/pseudo-terminal.ts";
import { waitUntil } from "../fixtures/wait-until.ts";

test("the log names the holder, the reader's state says why, and the port is taken when it is free", async () => {
  const broker = await startMosquitto(await freePort());
  const subscriber = await subscribe(broker.port, [topics.readerState("qr-1"), topics.state]);
  const terminal = await openPseudoTerminal();
  const holder = startProgram("sh", ["-c", `exec 3<>${terminal.path}; echo open; exec sleep 600`]);
  await once(holder.child.stdout, "data");
  const desk = await startDesk(deskConfig({ url: broker.url, serial: terminal.path }));
  await waitUntil("the log names the holder", () => desk.log.has("warn", `"holder":"sleep (${holder.pid})"`));
  const states = () => subscriber.json(topics.readerState("qr-1"));
  await waitUntil("the state is told", () => states().some(({ state }) => state === "error"));
  expect(states().find(({ state }) => state === "error")).toMatchObject({ reason: "port-claimed" });
  await waitUntil("the desk is degraded", () => subscriber.json(topics.state).at(-1)?.["state"] === "degraded");

  await holder.end();
  await waitUntil("the reader takes scans", () => desk.log.has("info", "the reader takes scans"));
  await waitUntil("the desk is online", () => subscriber.json(topics.state).at(-1)?.["state"] === "online");
  expect(states().at(-1)).toMatchObject({ state: "armed" });
});
