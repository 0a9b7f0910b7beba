// Nothing of a patient appears in log lines, topics, client ids, retained messages, file names or the command line's errors.
import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import type { FictitiousCard } from "../../simulators/fictitious-card.ts";
import { simulateScans } from "../../simulators/simulated-scans.ts";
import { withCr } from "../fixtures/cards.ts";
import { temporaryDirectory } from "../fixtures/clean-up.ts";
import { deskConfig, topics } from "../fixtures/desk.ts";
import { startDeskProcess } from "../fixtures/desk-process.ts";
import { freePort } from "../fixtures/free-port.ts";
import { startMosquitto } from "../fixtures/mosquitto.ts";
import { subscribe } from "../fixtures/mosquitto-sub.ts";
import { openPseudoTerminal } from "../fixtures/pseudo-terminal.ts";
import { waitUntil } from "../fixtures/wait-until.ts";

const scans = 1_000;

/** Everything that would tell who it was, in the forms of the card, of the event and of a log that lost the marks. */
function traces(card: FictitiousCard): string[] {
  const people = [card.name, card.fatherName, card.motherName].filter((name) => name !== undefined);
  const names = people.flatMap((name) => [
    name,
    withoutMarks(name),
    withoutMarks(name).toUpperCase(),
    name.toUpperCase(),
  ]);
  const numbers = [card.number, card.oldNumber, card.cancelledNumber].filter((number) => number !== undefined);
  return [...names, ...numbers, ...birthDates(card.birthDate), card.address, withoutMarks(card.address)];
}

const withoutMarks = (text: string) =>
  text
    .normalize("NFD")
    .replace(/\p{Mark}/gu, "")
    .replaceAll("đ", "d")
    .replaceAll("Đ", "D");

/** A year or a month alone says nothing about anybody. */
function birthDates(isoDate: string): string[] {
  const [year, month, day] = isoDate.split("-");
  if (day === undefined) return [];
  return [isoDate, `${day}${month}${year}`, `${day}/${month}/${year}`, `${year}${month}${day}`];
}

test("1,000 simulated check-ins leave no trace of a person outside the events themselves", async () => {
  const dataDir = temporaryDirectory();
  const port = await freePort();
  let broker = await startMosquitto(port);
  const said: string[] = [];
  const terminal = await openPseudoTerminal();
  const more = { log: { level: "debug" }, publish: { formats: ["json", "pb"] } };
  const desk = startDeskProcess(deskConfig({ url: broker.url, serial: terminal.path, more }), dataDir);
  await waitUntil("the reader takes scans", () => desk.lines.some((line) => line.includes("the reader takes scans")));

  const queue = simulateScans("mixed", 20_261_121, "2026-11-21");
  const people: FictitiousCard[] = [];
  for (let scan = 0; scan < scans; scan += 1) {
    const { payload, card } = queue.next().value;
    people.push(card);
    // Now and then a scan that is cut off, or a broker that goes, so that the errors are heard too.
    const bytes = scan % 50 === 7 ? withCr(payload.subarray(0, payload.length / 2)) : withCr(payload);
    await terminal.send(bytes);
    if (scan !== scans / 2) continue;
    await waitUntil("half is answered", () => terminal.answers().length >= scan);
    said.push(...broker.lines);
    await broker.end();
    broker = await startMosquitto(port);
  }
  await waitUntil("all are answered", () => terminal.answers().length >= scans, 30_000);
  await waitUntil("the desk is connected", () => broker.lines.some((line) => line.includes("01234:quay-01")));
  await waitUntil(
    "all was published",
    () => broker.lines.filter((line) => line.includes(topics.checkInProtobuf)).length > 100,
  );

  const late = await subscribe(port, ["#"]);
  await waitUntil("the retained messages have come", () => late.received.length >= 5);
  const retained = late.received.filter(({ isRetained }) => isRetained);
  const topicsOfEvents = new Set([topics.checkInJson, topics.checkInProtobuf, topics.rejectedJson] as string[]);
  expect(retained.filter(({ topic }) => topicsOfEvents.has(topic))).toEqual([]);

  // The agent dies of nothing here, but its last words count as well: a second one on the same data is refused.
  const second = startDeskProcess(deskConfig({ url: broker.url, serial: terminal.path, more }), dataDir);
  expect(await second.exited).toBe(3);
  await desk.end();
  said.push(
    ...broker.lines, // mosquitto logs every topic and client id
    ...desk.lines,
    ...second.lines,
    ...late.received.map(
      ({ topic, payload }) => `${topic} ${topicsOfEvents.has(topic) ? "" : payload.toString("utf8")}`,
    ),
    ...readdirSync(dataDir),
  );
  const everything = said.join("\n");
  expect(said.length).toBeGreaterThan(1_000);
  const found = people.flatMap(traces).filter((trace) => everything.includes(trace));
  expect(found).toEqual([]);
});
