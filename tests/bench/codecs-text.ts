// What the codecs of text readers cost: the driver against its bare framer, and each frame against a plain scan of its size.

import type { DriverHost } from "../../protocol/driver/driver.ts";
import { serialTextDriver } from "../../protocol/driver/serial-text-driver.ts";
import { datalogicCommandOf } from "../../protocol/frame/datalogic/host-command.ts";
import { encodePlain } from "../../protocol/frame/encode-plain.ts";
import type { FramerSink } from "../../protocol/frame/framer.ts";
import { cutGm65Answer, encodeGm65Answer } from "../../protocol/frame/gm65/answer.ts";
import { encodeDechdr } from "../../protocol/frame/honeywell/dechdr.ts";
import { DechdrFramer } from "../../protocol/frame/honeywell/dechdr-framer.ts";
import { encodeMenuAnswer, findMenuStatus, readMenuAnswer } from "../../protocol/frame/honeywell/menu-answer.ts";
import { cutUnifiedAnswer, encodeUnifiedAnswer } from "../../protocol/frame/newland/unified-command.ts";
import { PlainFramer } from "../../protocol/frame/plain-framer.ts";
import { defaultPlainFraming } from "../../protocol/frame/plain-framing.ts";
import { profileWith } from "../fixtures/profiles.ts";
import { type BenchRow, compareCpu, describeRow, isMain } from "./measure.ts";

const framesPerPass = 512;
const passes = 256;
const scanBytes = 64;
const framing = { ...defaultPlainFraming, terminators: ["crlf"] } as const;
const card = new Uint8Array(scanBytes).fill(0x41);

type Run = (chunks: readonly Uint8Array[]) => number;

const countingSink = (): FramerSink & { scans: number } => ({
  scans: 0,
  scan() {
    this.scans += 1;
  },
  discarded: () => undefined,
});

/** Pushes every chunk of every pass. */
function pushAll(chunks: readonly Uint8Array[], push: (chunk: Uint8Array) => void): void {
  for (let pass = 0; pass < passes; pass += 1) for (const chunk of chunks) push(chunk);
}

const runPlain: Run = (chunks) => {
  const sink = countingSink();
  const framer = new PlainFramer(framing, sink);
  pushAll(chunks, (chunk) => framer.push(chunk));
  return sink.scans;
};

const runDechdr: Run = (chunks) => {
  const sink = countingSink();
  const framer = new DechdrFramer({ terminators: ["cr"], scanBytesMax: 8_192 }, sink);
  pushAll(chunks, (chunk) => framer.push(chunk));
  return sink.scans;
};

/** The driver as the agent runs it: time goes by, and each scan is settled. */
const runDriver: Run = (chunks) => {
  const sink = countingSink();
  const ignore = () => undefined;
  const host: DriverHost = {
    ...{ write: ignore, writeFeature: ignore, ready: ignore, fault: ignore, failed: ignore, wakeAt: ignore },
    scan: (scan) => sink.scan(scan),
    discarded: ignore,
  };
  const taken = { crcOf: () => undefined, last: () => undefined };
  const profile = profileWith({ framing: { end: ["crlf"] } });
  const driver = serialTextDriver(host, { profile, transport: "usb", taken });
  driver.start(0);
  driver.setArmed(true, 0);
  let nowMs = 0;
  pushAll(chunks, (chunk) => {
    nowMs += 1;
    driver.receive(chunk, nowMs);
  });
  return sink.scans;
};

const runEach =
  (cut: (bytes: Uint8Array) => boolean): Run =>
  (chunks) => {
    let frames = 0;
    pushAll(chunks, (chunk) => {
      if (cut(chunk)) frames += 1;
    });
    return frames;
  };

const command = { storage: "temporary", tag: "QRY", sub: "SYS", data: "1".repeat(45) } as const;

/** Each codec on its own frames, the plain framer on scans of as many bytes. */
const cases: readonly { name: string; frame: Uint8Array; run: Run; chunkBytes?: number; atLeast?: number }[] = [
  { name: "driver, one scan a chunk", frame: crlf(card), run: runDriver, atLeast: 0.6 },
  { name: "driver, 64-byte chunks", frame: crlf(card), run: runDriver, chunkBytes: 64, atLeast: 0.6 },
  { name: "driver, 1-byte chunks", frame: crlf(card), run: runDriver, chunkBytes: 1, atLeast: 0.5 },
  { name: "Honeywell length-prefixed scan", frame: dechdrOf(card), run: runDechdr },
  { name: "Honeywell length-prefixed scan, 64-byte chunks", frame: dechdrOf(card), run: runDechdr, chunkBytes: 64 },
  {
    name: "Honeywell menu answer",
    frame: encodeMenuAnswer({ tag: "CBRENA", value: "1".repeat(55), status: "ack", terminator: "." }),
    run: runEach((bytes) => readMenuAnswer(bytes, 0, findMenuStatus(bytes, 0)) !== undefined),
  },
  {
    name: "Newland answer",
    frame: encodeUnifiedAnswer({ ...command, status: "ack" }),
    run: runEach((bytes) => cutUnifiedAnswer(bytes, 0).kind === "frame"),
  },
  {
    name: "GM65 answer",
    frame: encodeGm65Answer({ type: 0, data: card.subarray(0, 56) }),
    run: runEach((bytes) => cutGm65Answer(bytes, 0).kind === "frame"),
  },
  {
    name: "Datalogic letter",
    frame: Uint8Array.of(0x45),
    run: runEach((bytes) => datalogicCommandOf(bytes[0] ?? 0) !== undefined),
  },
];

export async function textCodecBenchmarks(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const { name, frame, run, chunkBytes, atLeast } of cases) {
    const ours = chunksOf(frame, chunkBytes ?? frame.length);
    const plain = crlf(new Uint8Array(Math.max(1, frame.length - 2)).fill(0x41));
    const theirs = chunksOf(plain, chunkBytes ?? plain.length);
    const times = await compareCpu(
      () => expectFrames(run(ours)),
      () => expectFrames(runPlain(theirs)),
    );
    rows.push({
      ...{ group: "codecs", name, value: framesPerSecond(times.ours), unit: "frames per CPU second" },
      ...{ peer: "plain framer, CR LF", peerValue: framesPerSecond(times.peer), ratio: times.peer / times.ours },
      ...(atLeast === undefined ? {} : { atLeast }),
    });
  }
  return rows;
}

function crlf(payload: Uint8Array): Uint8Array {
  return encodePlain(payload, { stx: false }, "crlf", "");
}

function dechdrOf(payload: Uint8Array): Uint8Array {
  return encodeDechdr({ codeId: 0x73, aim: "]Q1", raw: Uint8Array.from([...payload, 0x0d]) });
}

function chunksOf(frame: Uint8Array, chunkBytes: number): readonly Uint8Array[] {
  const stream = Buffer.concat(Array.from({ length: framesPerPass }, () => frame));
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < stream.length; at += chunkBytes) chunks.push(stream.subarray(at, at + chunkBytes));
  return chunks;
}

function expectFrames(actual: number): void {
  if (actual !== framesPerPass * passes) throw new Error(`${actual} frames instead of ${framesPerPass * passes}`);
}

const framesPerSecond = (milliseconds: number): number => (framesPerPass * passes * 1_000) / milliseconds;

if (isMain(import.meta.url)) for (const row of await textCodecBenchmarks()) console.log(describeRow(row));
