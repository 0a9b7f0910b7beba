// A desk accepts scans without a broker, and delivers all of them in order when it returns.
import { expect, test } from "vitest";
import { cards, withCr } from "../fixtures/cards.ts";
import { acceptedByte, deskConfig, startDesk, topics } from "../fixtures/desk.ts";
import { freePort } from "../fixtures/free-port.ts";
import { keepSession, keptSession } from "../fixtures/kept-session.ts";
import { startMosquitto } from "../fixtures/mosquitto.ts";
import { subscribe } from "../fixtures/mosquitto-sub.ts";
import { openPseudoTerminal } from "../fixtures/pseudo-terminal.ts";
import { waitUntil } from "../fixtures/wait-until.ts";

const sequences = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => String(from + index).padStart(10, "0"));

test("1,000 scans without a broker all arrive, in order, without a gap", async () => {
  const port = await freePort();
  const settings = await keepSession(port, [topics.checkInJson]);
  const terminal = await openPseudoTerminal();
  const desk = await startDesk(deskConfig({ url: `mqtt://127.0.0.1:${port}`, serial: terminal.path }));
  await waitUntil("the reader takes scans", () => desk.log.has("info", "the reader takes scans"));
  const people = cards(1_000);
  for (const { payload } of people) await terminal.send(withCr(payload));
  await waitUntil("all are accepted", () => terminal.answers().length >= 1_000, 30_000);
  expect([...new Set(terminal.answers())]).toEqual([acceptedByte]);
  expect(desk.agent.status()).toContain("1000 waiting");

  await startMosquitto(port, settings);
  const subscriber = await subscribe(port, [topics.checkInJson], keptSession);
  await waitUntil("all have arrived", () => subscriber.received.length >= 1_000, 45_000);
  const events = subscriber.json(topics.checkInJson) as { sequence: string; data: { person: { number: string } } }[];
  expect(events.map(({ sequence }) => sequence)).toEqual(sequences(1, 1_000));
  expect(events.map(({ data }) => data.person.number)).toEqual(people.map(({ card }) => card.number));
  await waitUntil("nothing waits any more", () => desk.agent.status().includes(" 0 waiting"));
});

test("a broker that freezes and restarts while scans come in turns nothing round", async () => {
  const port = await freePort();
  const settings = await keepSession(port, [topics.checkInJson]);
  const first = await startMosquitto(port, settings);
  const terminal = await openPseudoTerminal();
  const desk = await startDesk(deskConfig({ url: first.url, serial: terminal.path }));
  await waitUntil("the reader takes scans", () => desk.log.has("info", "the reader takes scans"));
  const subscriber = await subscribe(port, [topics.checkInJson], keptSession);
  for (const [index, { payload }] of cards(300).entries()) {
    await terminal.send(withCr(payload));
    if (index % 100 === 50) first.freeze();
    if (index % 100 === 80) first.thaw();
  }
  const firstSeen = (from: typeof subscriber) => [
    ...new Set((from.json(topics.checkInJson) as { sequence: string }[]).map(({ sequence }) => sequence)),
  ];
  await waitUntil("all have arrived", () => firstSeen(subscriber).length >= 300);
  expect(firstSeen(subscriber)).toEqual(sequences(1, 300));

  await subscriber.end();
  await first.end();
  for (const { payload } of cards(20, 2)) await terminal.send(withCr(payload));
  await startMosquitto(port, settings);
  const again = await subscribe(port, [topics.checkInJson], keptSession);
  await waitUntil("the rest has arrived", () => firstSeen(again).includes("0000000320"));
  expect(firstSeen(again).slice(-20)).toEqual(sequences(301, 320));
});
