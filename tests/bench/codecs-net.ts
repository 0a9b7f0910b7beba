// What the codecs of chip and zone readers cost: zones against plain scans of their size, messages against a bare JSON.parse.

import type { Driver, DriverHost } from "../../protocol/driver/driver.ts";
import { hn212Driver } from "../../protocol/driver/hn212-driver.ts";
import { nfcTextDriver } from "../../protocol/driver/nfc-text-driver.ts";
import { elyctisCommands, encodeElyctis } from "../../protocol/frame/elyctis/elyctis-message.ts";
import { MrzFramer } from "../../protocol/frame/mrz/mrz-framer.ts";
import { PlainFramer } from "../../protocol/frame/plain-framer.ts";
import { defaultPlainFraming } from "../../protocol/frame/plain-framing.ts";
import { encodeRte6701 } from "../../protocol/frame/rte6701/rte6701-block.ts";
import { encodeChipCard, invented, rawGroups } from "../../simulators/chip-reader/chip-card.ts";
import { nfcTextDevice } from "../../simulators/chip-reader/nfc-text-device.ts";
import { profileOf } from "../fixtures/conversation.ts";
import { type BenchRow, compareCpu, describeRow, isMain } from "./measure.ts";

const framesPerPass = 256;
const passes = 64;
const frames = framesPerPass * passes;
const readings = 1_500;

const lines = ["IDVNM0909999010001090999901<<1", "9003152M3003150VNM<<<<<<<<<<<2", "NGUYEN<<VAN<MAU<<<<<<<<<<<<<<<"];
const text = Buffer.from(lines.join("\r"));

/** A zone is looked at byte by byte, where the plain framer searches for one; its reader sends one every few seconds. */
const zoneCases = [
  { name: "zone, bare lines", frame: text, chunkBytes: undefined, atLeast: 0.04 },
  {
    name: "zone, Elyctis",
    frame: encodeElyctis({ command: elyctisCommands.inquire, body: text }),
    chunkBytes: undefined,
    atLeast: 0.1,
  },
  { name: "zone, 3M block", frame: encodeRte6701({ flag: 0x20, lines }), chunkBytes: undefined, atLeast: 0.04 },
  { name: "zone, bare lines, 16-byte chunks", frame: text, chunkBytes: 16, atLeast: 0.05 },
] as const;

export async function netCodecBenchmarks(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const { name, frame, chunkBytes, atLeast } of zoneCases) {
    const ours = chunksOf(frame, chunkBytes ?? frame.length);
    const plain = Buffer.concat([Buffer.alloc(frame.length, 0x41), Buffer.from("\r\n")]);
    const theirs = chunksOf(plain, chunkBytes ?? plain.length);
    const times = await compareCpu(
      () => expectCount(frames, runMrz(ours)),
      () => expectCount(frames, runPlain(theirs)),
    );
    rows.push(row(name, frames, times, "plain framer, CR LF", atLeast));
  }
  return [...rows, await hn212Row(), await nfcTextRow()];
}

/** A reading of three events, the last with a portrait, against JSON.parse of the same bytes by the platform. */
async function hn212Row(): Promise<BenchRow> {
  const card = invented(1);
  const { number, name, ethnicity, ...rest } = card;
  const data = { idCode: number, personName: name, race: ethnicity, residencePlace: rest.address };
  const events = [
    ["/event", { id: 1, message: "new card!" }],
    ["/event", { id: 2, message: "", data }],
    ["/event", { id: 4, data: rawGroups(card, 15_000) }],
  ].map((event) => Buffer.from(JSON.stringify(event)));
  const times = await compareCpu(
    () =>
      expectCount(
        readings,
        runDriver(
          (host) => hn212Driver(host, { profile: profileOf({ driver: "hn212" }) }),
          [Buffer.from('["/info",{}]')],
          events,
        ),
      ),
    () => {
      for (let count = 0; count < readings; count += 1) for (const event of events) JSON.parse(event.toString("utf8"));
    },
  );
  return row("HN-212, a reading of 41 KB", readings, times, "JSON.parse of the same");
}

async function nfcTextRow(): Promise<BenchRow> {
  const said: Uint8Array[] = [];
  const device = nfcTextDevice()({
    write: (bytes) => void said.push(Uint8Array.from(bytes)),
    wakeAt: () => undefined,
    sign: () => undefined,
  });
  device.present(encodeChipCard(invented(1)), 0);
  device.wake(2_000);
  const reading = Buffer.concat(said);
  const times = await compareCpu(
    () =>
      expectCount(
        readings,
        runDriver(
          (host) => nfcTextDriver(host, { profile: profileOf({ driver: "nfc-text" }) }),
          [Buffer.from("PONG\n"), Buffer.from("[OK]\n"), Buffer.from("[OK]\n")],
          chunksOf(reading, 64, 1),
        ),
      ),
    () => {
      for (let count = 0; count < readings; count += 1) reading.toString("utf8").split("\n");
    },
  );
  return row(`serial chip reader, a reading of ${reading.length} bytes`, readings, times, "split into lines");
}

function row(
  name: string,
  count: number,
  times: { ours: number; peer: number },
  peer: string,
  atLeast?: number,
): BenchRow {
  return {
    ...{ group: "codecs", name, value: (count * 1e3) / times.ours, unit: "frames per CPU second" },
    ...{ peer, peerValue: (count * 1e3) / times.peer, ratio: times.peer / times.ours },
    ...(atLeast === undefined ? {} : { atLeast }),
  };
}

function runMrz(chunks: readonly Uint8Array[]): number {
  let count = 0;
  const framer = new MrzFramer({
    frame: () => {
      count += 1;
    },
    discarded: () => undefined,
  });
  for (let pass = 0; pass < passes; pass += 1) for (const chunk of chunks) framer.push(chunk);
  return count;
}

function runPlain(chunks: readonly Uint8Array[]): number {
  let count = 0;
  const framer = new PlainFramer(
    { ...defaultPlainFraming, terminators: ["crlf"] },
    {
      scan: () => {
        count += 1;
      },
      discarded: () => undefined,
    },
  );
  for (let pass = 0; pass < passes; pass += 1) for (const chunk of chunks) framer.push(chunk);
  return count;
}

/** As the agent runs it: each scan is settled, and time goes by. */
function runDriver(
  make: (host: DriverHost) => Driver,
  opening: readonly Uint8Array[],
  reading: readonly Uint8Array[],
): number {
  let count = 0;
  const ignore = () => undefined;
  const driver = make({
    ...{
      write: ignore,
      writeFeature: ignore,
      discarded: ignore,
      ready: ignore,
      fault: ignore,
      failed: ignore,
      wakeAt: ignore,
    },
    scan: () => {
      count += 1;
    },
  });
  driver.start(0);
  for (const chunk of opening) driver.receive(chunk, 0);
  driver.setArmed(true, 0);
  for (let turn = 1; turn <= readings; turn += 1) for (const chunk of reading) driver.receive(chunk, turn);
  return count;
}

function chunksOf(frame: Uint8Array, chunkBytes: number, count = framesPerPass): Uint8Array[] {
  const stream = Buffer.concat(Array.from({ length: count }, () => frame));
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < stream.length; at += chunkBytes) chunks.push(stream.subarray(at, at + chunkBytes));
  return chunks;
}

function expectCount(expected: number, actual: number): void {
  if (actual !== expected) throw new Error(`${actual} instead of ${expected}`);
}

if (isMain(import.meta.url)) for (const each of await netCodecBenchmarks()) console.log(describeRow(each));
