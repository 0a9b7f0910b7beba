// Compares ReaderLink's frame reader, COBS and CRC-32C together, with the package cobs and a checksum table, per CPU second.
import cobs from "cobs";
import { crcAlgorithms, makeCrc } from "../../protocol/bytes/crc.ts";
import { decodeEnvelope } from "../../protocol/frame/reader-link/decode-envelope.ts";
import { encodeEnvelope } from "../../protocol/frame/reader-link/encode-envelope.ts";
import { encodeFrame } from "../../protocol/frame/reader-link/encode-frame.ts";
import { FrameReader } from "../../protocol/frame/reader-link/frame-reader.ts";
import { type BenchRow, compareCpu, describeRow, isMain } from "./measure.ts";

/** A fictitious card, in the length and with the letters of real ones. */
const card = Buffer.from(
  "001090999901|012345678|Nguyễn Văn Mẫu|15031990|Nam|Số 1, Thôn Mẫu, Xã Ví Dụ, Huyện Thử, Hà Nội|20052021",
);

const bootId = Uint8Array.of(0xa1, 0xb2, 0xc3, 0xd4, 0xe5, 0xf6, 0x07, 0x18);
const scanOf = (data: Uint8Array): Uint8Array =>
  encodeEnvelope({ version: 1, bootId, seq: 7, body: { kind: "scan", data, aim: "]Q1", ageMs: 12, attempt: 1 } });

interface Subject {
  readonly name: string;
  readonly payload: Uint8Array;
  /** Bytes of one piece that the line delivers; undefined: one whole frame. */
  readonly chunkBytes?: number;
  /** Held to the bound; the others show what a frame costs that holds little. */
  readonly isJudged: boolean;
}

const noise = (length: number): Uint8Array => Uint8Array.from({ length }, (_, at) => (at * 167 + 13) & 0xff);

const ack = encodeEnvelope({ version: 1, bootId, seq: 0, body: { kind: "ack", bootId, seq: [7], result: "stored" } });

const subjects: readonly Subject[] = [
  { name: "a card", payload: scanOf(card), isJudged: true },
  { name: "a card, 64-byte chunks", payload: scanOf(card), chunkBytes: 64, isJudged: true },
  { name: "1,024 bytes of firmware", payload: noise(1_024), isJudged: true },
  { name: "4,092 bytes without 00", payload: new Uint8Array(4_092).fill(0x41), isJudged: true },
  { name: "4,092 bytes of 00", payload: new Uint8Array(4_092), isJudged: true },
  { name: "an acknowledgement", payload: ack, isJudged: false },
];

/** Bytes of payload in one measured round, so that a round is long enough for the processor clock. */
const bytesPerRound = 8_000_000;
const atLeast = 5;

const tableCrc = makeCrc(crcAlgorithms.crc32c);

/** What a program does with the package: joins a frame, decodes it, then checks it with a table of single bytes. */
function peerPayload(chunks: readonly Uint8Array[]): Uint8Array {
  const [first] = chunks;
  const frame = first !== undefined && chunks.length === 1 ? first : Buffer.concat(chunks);
  const plain = cobs.decode(frame.subarray(0, -1));
  const end = plain.length - 4;
  const crc =
    ((plain[end] ?? 0) |
      ((plain[end + 1] ?? 0) << 8) |
      ((plain[end + 2] ?? 0) << 16) |
      ((plain[end + 3] ?? 0) << 24)) >>>
    0;
  if (tableCrc(plain, 0, end) !== crc) throw new Error("wrong checksum");
  return plain.subarray(0, end);
}

async function decodeRow({ name, payload, chunkBytes, isJudged }: Subject): Promise<BenchRow> {
  const frame = encodeFrame(payload);
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < frame.length; at += chunkBytes ?? frame.length) {
    chunks.push(Buffer.from(frame.subarray(at, at + (chunkBytes ?? frame.length))));
  }
  const frames = Math.ceil(bytesPerRound / payload.length);
  let seen = 0;
  const reader = new FrameReader({
    payload: (found) => {
      if (found.length === payload.length) seen += 1;
    },
    discarded: () => undefined,
  });
  const times = await compareCpu(
    () => {
      seen = 0;
      for (let count = 0; count < frames; count += 1) for (const chunk of chunks) reader.push(chunk);
      if (seen !== frames) throw new Error("frames were lost");
    },
    () => {
      for (let count = 0; count < frames; count += 1) {
        if (peerPayload(chunks).length !== payload.length) throw new Error("a frame was read wrongly");
      }
    },
  );
  return {
    group: "readerlink",
    name: `COBS and CRC-32C, ${name}`,
    value: (frames * 1_000) / times.ours,
    unit: "frames per CPU second",
    peer: "cobs with a table CRC",
    peerValue: (frames * 1_000) / times.peer,
    ratio: times.peer / times.ours,
    ...(isJudged ? { atLeast } : {}),
  };
}

/** From bytes on the line to the message, for the figure of frames per CPU second. */
async function messageRow(): Promise<BenchRow> {
  const frame = encodeFrame(scanOf(card));
  const frames = Math.ceil(bytesPerRound / frame.length / 4);
  let seen = 0;
  const reader = new FrameReader({
    payload: (payload) => {
      if (decodeEnvelope(payload)?.body.kind === "scan") seen += 1;
    },
    discarded: () => undefined,
  });
  const times = await compareCpu(
    () => {
      seen = 0;
      for (let count = 0; count < frames; count += 1) reader.push(frame);
      if (seen !== frames) throw new Error("messages were lost");
    },
    () => undefined,
  );
  return {
    group: "readerlink",
    name: "a card, to the message",
    value: (frames * 1_000) / times.ours,
    unit: "frames per CPU second",
  };
}

export async function readerLinkBenchmarks(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const subject of subjects) rows.push(await decodeRow(subject));
  return [...rows, await messageRow()];
}

if (isMain(import.meta.url)) for (const row of await readerLinkBenchmarks()) console.log(describeRow(row));
