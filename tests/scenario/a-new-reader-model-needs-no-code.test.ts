// A reader that nobody knows: learnt from the test code, put into the configuration by name, and its patients arrive.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { testCodeBytes } from "../../protocol/driver/learn/test-code.ts";
import { cards } from "../fixtures/cards.ts";
import { temporaryDirectory } from "../fixtures/clean-up.ts";
import { deskConfig, startDesk, topics } from "../fixtures/desk.ts";
import { freePort } from "../fixtures/free-port.ts";
import { startMosquitto } from "../fixtures/mosquitto.ts";
import { subscribe } from "../fixtures/mosquitto-sub.ts";
import { openPseudoTerminal } from "../fixtures/pseudo-terminal.ts";
import { startTiepdon } from "../fixtures/tiepdon.ts";
import { waitUntil } from "../fixtures/wait-until.ts";

/** Longer than the silence that parts two scans. */
const betweenScansMs = 600;

/** What this maker's reader puts around whatever it reads. */
const asSent = (content: Uint8Array): Buffer => Buffer.concat([Buffer.from("K7"), content, Buffer.from("\t")]);

test("its patients arrive, and it is told what became of them", async () => {
  const profilesDir = temporaryDirectory();
  const file = join(profilesDir, "hang-x.json");
  const reader = await openPseudoTerminal();

  const learn = startTiepdon([
    "reader",
    "learn",
    "--serial",
    reader.path,
    "--baud",
    "9600",
    "--id",
    "hang-x",
    "--out",
    file,
  ]);
  await waitUntil("the scan is asked for", () => learn.error.some((line) => line.includes("Quét mã thử")));
  await sleep(betweenScansMs);
  for (let scan = 0; scan < 3; scan += 1) {
    await reader.send(asSent(testCodeBytes));
    await sleep(betweenScansMs);
  }
  expect(await learn.exited).toBe(0);

  const learnt = JSON.parse(readFileSync(file, "utf8"));
  const feedback = { accepted: ["1b41"], rejected: ["1b52"], repeated: ["1b41", "1b41"] };
  writeFileSync(file, JSON.stringify({ ...learnt, feedback })); // what the maker's manual says of beeps

  const broker = await startMosquitto(await freePort());
  const subscriber = await subscribe(broker.port, [topics.checkInJson, topics.readerState("qr-1")]);
  const readers = [{ id: "qr-1", serial: reader.path, profile: "hang-x" }];
  await startDesk(deskConfig({ url: broker.url, serial: reader.path, more: { readers, profilesDir } }));
  await waitUntil("armed", () => subscriber.json(topics.readerState("qr-1")).at(-1)?.["state"] === "armed");

  const people = cards(3, 4711);
  for (const { payload } of people) await reader.send(asSent(payload));
  await waitUntil("all have arrived", () => subscriber.json(topics.checkInJson).length === people.length);
  const events = subscriber.json(topics.checkInJson).map((event) => JSON.stringify(event));
  people.forEach(({ card }, at) => {
    expect(events[at]).toContain(card.number);
  });
  await reader.send(asSent(Buffer.from("WIFI:S:khach;;")));
  await waitUntil("the reader was told", () => reader.answers().length >= 8);
  expect(reader.answers().toString("latin1")).toBe("\x1bA\x1bA\x1bA\x1bR");
});
