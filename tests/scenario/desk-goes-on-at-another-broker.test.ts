// A desk that knows several brokers goes on at the next when one dies or refuses, with everything it holds and its state told anew.
import { expect, test } from "vitest";
import { cards, withCr } from "../fixtures/cards.ts";
import { type Desk, deskConfig, startDesk, topics } from "../fixtures/desk.ts";
import { freePort } from "../fixtures/free-port.ts";
import { type Mosquitto, startMosquitto } from "../fixtures/mosquitto.ts";
import { type Subscriber, subscribe } from "../fixtures/mosquitto-sub.ts";
import { openPseudoTerminal } from "../fixtures/pseudo-terminal.ts";
import { startScriptedBroker } from "../fixtures/scripted-broker.ts";
import { waitUntil } from "../fixtures/wait-until.ts";

interface Site {
  readonly broker: Mosquitto;
  readonly subscriber: Subscriber;
}

async function startSite(port: number): Promise<Site> {
  const broker = await startMosquitto(port);
  return { broker, subscriber: await subscribe(port, [topics.checkInJson, topics.state]) };
}

const lastState = ({ subscriber }: Site) => subscriber.json(topics.state).at(-1)?.["state"];
const sequences = ({ subscriber }: Site) =>
  (subscriber.json(topics.checkInJson) as { sequence: string }[]).map(({ sequence }) => Number(sequence));
const takesScans = (desk: Desk) =>
  waitUntil("the reader takes scans", () => desk.log.has("info", "the reader takes scans"));

test("check-ins reach whichever broker lives, and each is told that the desk is online", async () => {
  const sites = [await startSite(await freePort()), await startSite(await freePort())];
  const terminal = await openPseudoTerminal();
  const desk = await startDesk({
    ...deskConfig({ url: "", serial: terminal.path }),
    mqtt: { url: sites.map(({ broker }) => broker.url) },
  });
  await takesScans(desk);
  await waitUntil("one of them hears that the desk is online", () =>
    sites.some((site) => lastState(site) === "online"),
  );
  const [here, there] = lastState(sites[0] as Site) === "online" ? sites : [...sites].reverse();
  if (here === undefined || there === undefined) throw new Error("there are two");
  const people = cards(30);
  for (const { payload } of people.slice(0, 10)) await terminal.send(withCr(payload));
  await waitUntil("the first ten arrive here", () => sequences(here).length === 10);
  expect(sequences(there)).toEqual([]);

  await here.subscriber.end();
  await here.broker.end("SIGKILL");
  for (const { payload } of people.slice(10, 20)) await terminal.send(withCr(payload));
  await waitUntil("the next ten arrive there", () => sequences(there).includes(20), 30_000);
  expect(new Set(sequences(there).filter((sequence) => sequence > 10)).size).toBe(10);
  await waitUntil("the desk is online there", () => lastState(there) === "online");

  const again = await startSite(here.broker.port);
  await there.subscriber.end();
  await there.broker.end("SIGKILL");
  for (const { payload } of people.slice(20)) await terminal.send(withCr(payload));
  await waitUntil("the last ten arrive where the first did", () => sequences(again).includes(30), 30_000);
  await waitUntil("the desk is online again", () => lastState(again) === "online");
  await waitUntil("nothing waits any more", () => desk.agent.status().includes(" 0 waiting"));
});

test("a broker that refuses this desk does not keep it from one that takes it", async () => {
  const refusing = await startScriptedBroker((packet, line) => {
    if (packet.cmd !== "connect") return "usual";
    line.send({ cmd: "connack", returnCode: 5, sessionPresent: false });
    return "answered";
  });
  const site = await startSite(await freePort());
  const terminal = await openPseudoTerminal();
  const desk = await startDesk({
    ...deskConfig({ url: "", serial: terminal.path }),
    mqtt: { url: [refusing.url, site.broker.url] },
  });
  await takesScans(desk);
  for (const { payload } of cards(3)) await terminal.send(withCr(payload));
  await waitUntil("they arrive", () => sequences(site).length === 3, 30_000);
});
