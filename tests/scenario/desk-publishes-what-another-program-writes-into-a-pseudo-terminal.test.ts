// Bytes that socat writes into a terminal come out at mosquitto_sub as the events of the documents they are.
import { readFileSync } from "node:fs";
import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { vietnamDate } from "../../protocol/check-in/vietnam-time.ts";
import { splitBytes } from "../../simulators/chunking.ts";
import { SeededRandom } from "../../simulators/seeded-random.ts";
import { temporaryDirectory } from "../fixtures/clean-up.ts";
import { deskConfig, topics } from "../fixtures/desk.ts";
import { startDeskProcess } from "../fixtures/desk-process.ts";
import { freePort } from "../fixtures/free-port.ts";
import { startMosquitto } from "../fixtures/mosquitto.ts";
import { type Received, subscribe } from "../fixtures/mosquitto-sub.ts";
import { openPseudoTerminal } from "../fixtures/pseudo-terminal.ts";
import { readBytes } from "../fixtures/read-document.ts";
import { waitUntil } from "../fixtures/wait-until.ts";

interface Sample {
  readonly id: string;
  readonly channel: string;
  readonly format: string;
  readonly payload?: string;
  readonly payloadHex?: string;
  readonly repeat?: { readonly text: string; readonly times: number };
}

const file = new URL("../golden/document-samples.json", import.meta.url);
const { samples } = JSON.parse(readFileSync(file, "utf8")) as { samples: readonly Sample[] };
const payloads = samples
  .filter(({ channel, format }) => channel === "text" && ["cccd-qr", "can-cuoc-qr", "none"].includes(format))
  .map((sample): Buffer => {
    if (sample.payloadHex !== undefined) return Buffer.from(sample.payloadHex, "hex");
    if (sample.repeat !== undefined) return Buffer.from(sample.repeat.text.repeat(sample.repeat.times));
    return Buffer.from(sample.payload ?? "");
  });

/** How a scan is marked, and the bytes that can't be inside one so marked. */
interface Marking {
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly terminators: readonly string[];
  readonly endings: readonly number[];
}
const [STX, ETX, TAB, LF, CR] = [0x02, 0x03, 0x09, 0x0a, 0x0d];
const all = { terminators: ["cr", "lf", "crlf", "tab"], endings: [CR, LF, TAB, STX, ETX] };
const markings: Record<string, Marking> = {
  CR: { before: [], after: [CR], ...all },
  LF: { before: [], after: [LF], ...all },
  CRLF: { before: [], after: [CR, LF], ...all },
  TAB: { before: [], after: [TAB], ...all },
  "STX and ETX": { before: [STX], after: [ETX], ...all, endings: [STX, ETX] },
  silence: { before: [], after: [], terminators: [], endings: [STX, ETX] },
};
const chunkings = { whole: "whole", "byte by byte": { bytes: 1 }, "random chunks": "random" } as const;
const cases = Object.keys(markings).flatMap((marking) =>
  (Object.keys(chunkings) as (keyof typeof chunkings)[]).map((chunking) => ({ marking, chunking })),
);

describe.each(cases)("ended by $marking, $chunking", ({ marking, chunking }) => {
  test("every sample arrives as its event, in order", async () => {
    const { before, after, terminators, endings } = markings[marking] ?? { ...all, before: [], after: [CR] };
    const sent = payloads.filter((payload) => !payload.some((byte) => endings.includes(byte)));
    const broker = await startMosquitto(await freePort());
    const subscriber = await subscribe(broker.port, [topics.checkInJson, topics.rejectedJson]);
    const terminal = await openPseudoTerminal();
    const config = deskConfig({ url: broker.url, serial: terminal.path, framing: { end: terminators, idleMs: 100 } });
    const desk = startDeskProcess(config, temporaryDirectory());
    await waitUntil("the reader takes scans", () => desk.lines.some((line) => line.includes("the reader takes scans")));

    const random = new SeededRandom(1);
    for (const [index, payload] of sent.entries()) {
      const frame = Buffer.from([...before, ...payload, ...after]);
      for (const chunk of splitBytes(frame, chunkings[chunking], random)) {
        await terminal.send(chunk);
        await turn();
      }
      // Only silence tells these scans apart: the next begins when this one was answered.
      if (after.length === 0) await waitUntil("the scan was answered", () => terminal.answers().length > index);
    }
    await waitUntil("every event arrived", () => subscriber.received.length >= sent.length, 30_000);

    const today = vietnamDate(Date.now());
    expect(subscriber.received.map(describeEvent)).toEqual(sent.map((payload) => describeReading(payload, today)));
    await desk.end();
  });
});

test("samples with an ending inside are few, so that nearly all are sent each way", () => {
  expect(payloads.length).toBeGreaterThan(60);
  for (const { endings } of Object.values(markings)) {
    const left = payloads.filter((payload) => payload.some((byte) => endings.includes(byte)));
    expect(left.length).toBeLessThan(5);
  }
});

function describeEvent({ topic, payload }: Received) {
  const { data } = JSON.parse(payload.toString("utf8"));
  if (topic === topics.rejectedJson) return { reason: data.reason, resembles: data.resembles };
  const { nameMatching: _, birthDatePrecision: __, addressProvince: ___, ...person } = data.person;
  return { person, document: data.document ?? {}, warnings: withoutCut(data.warnings) };
}

function describeReading(payload: Uint8Array, today: string) {
  const reading = readBytes(payload, today);
  if (reading.kind === "rejected") return { reason: reading.reason, resembles: reading.resembles };
  const { person, document, warnings } = reading.document;
  return { person: { ...person }, document: { ...document }, warnings: [...warnings].sort() };
}

/** The event adds one warning of its own: a value that is too long for the QĐ 4750 block. */
const withoutCut = (warnings: readonly string[]) => warnings.filter((code) => !code.startsWith("qd4750")).sort();
