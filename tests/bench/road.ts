// Compares bytes to validated document: our framer and decoder, beside readline, split and a straightforward validation of the same rules.
import { ReadlineParser } from "@serialport/parser-readline";
import { readDocument } from "../../protocol/document/read-document.ts";
import { PlainFramer } from "../../protocol/frame/plain-framer.ts";
import { defaultPlainFraming } from "../../protocol/frame/plain-framing.ts";
import { decodeText } from "../../service/decode-text.ts";
import { simulateScans } from "../../simulators/simulated-scans.ts";
import { type BenchRow, compareCpu, describeRow, isMain } from "./measure.ts";
import { decodeStraightforwardly } from "./peers/straightforward-decode.ts";

const today = "2026-12-01";
const scansPerPass = 512;
const cases = [
  { chunkBytes: 1, passes: 4 },
  { chunkBytes: 16, passes: 16 },
  { chunkBytes: 64, passes: 24 },
  { chunkBytes: 4_096, passes: 32 },
  { chunkBytes: 65_536, passes: 32 },
] as const;
const atLeast = 4;

export async function roadBenchmarks(): Promise<BenchRow[]> {
  const payloads: Uint8Array[] = [];
  for (const scan of simulateScans("valid", 1, today)) {
    payloads.push(scan.payload);
    if (payloads.length === scansPerPass) break;
  }
  const stream = Buffer.concat(payloads.flatMap((payload) => [payload, Buffer.from("\r\n")]));
  const rows: BenchRow[] = [];
  for (const { chunkBytes, passes } of cases) {
    const chunks: Buffer[] = [];
    for (let at = 0; at < stream.length; at += chunkBytes) chunks.push(stream.subarray(at, at + chunkBytes));
    const scans = passes * scansPerPass;
    const times = await compareCpu(
      () => expectDocuments(scans, ours(chunks, passes)),
      async () => expectDocuments(scans, await peer(chunks, passes)),
    );
    rows.push({
      group: "bytes to document",
      name: `${chunkBytes}-byte chunks`,
      value: (scans / times.ours) * 1_000,
      unit: "documents per CPU second",
      peer: "readline, split, the same rules",
      peerValue: (scans / times.peer) * 1_000,
      ratio: times.peer / times.ours,
      atLeast,
    });
  }
  return rows;
}

function ours(chunks: readonly Buffer[], passes: number): number {
  let documents = 0;
  const framer = new PlainFramer(
    { ...defaultPlainFraming, terminators: ["crlf"] },
    {
      scan: ({ raw }) => {
        if (readDocument(raw, today, decodeText).kind === "document") documents += 1;
      },
      discarded: () => undefined,
    },
  );
  for (let pass = 0; pass < passes; pass += 1) for (const chunk of chunks) framer.push(chunk);
  return documents;
}

async function peer(chunks: readonly Buffer[], passes: number): Promise<number> {
  let documents = 0;
  const parser = new ReadlineParser({ delimiter: "\r\n" });
  parser.on("data", (line: string) => {
    if (decodeStraightforwardly(Buffer.from(line), today).verdict !== "reject") documents += 1;
  });
  for (let pass = 0; pass < passes; pass += 1) {
    for (const chunk of chunks) parser.write(chunk);
    await new Promise((resolve) => setImmediate(resolve)); // lets the stream hand out what it holds
  }
  return documents;
}

function expectDocuments(expected: number, actual: number): void {
  if (actual !== expected) throw new Error(`${actual} documents instead of ${expected}`);
}

if (isMain(import.meta.url)) for (const row of await roadBenchmarks()) console.log(describeRow(row));
