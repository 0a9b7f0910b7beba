// Compares the SSI codec with the plain framer on the same scans, in scans per second of processor time.
import { encodePlain } from "../../protocol/frame/encode-plain.ts";
import { PlainFramer } from "../../protocol/frame/plain-framer.ts";
import { defaultPlainFraming } from "../../protocol/frame/plain-framing.ts";
import { opcode } from "../../protocol/frame/ssi/opcodes.ts";
import { decodePacket, encodePacket, source } from "../../protocol/frame/ssi/packet.ts";
import { PacketCutter } from "../../protocol/frame/ssi/packet-cutter.ts";
import { ScanAssembler } from "../../protocol/frame/ssi/scan-assembler.ts";
import { type BenchRow, compareCpu, describeRow, isMain } from "./measure.ts";

const qr = 0x1c;
const scansPerPass = 512;
const passes = 256;

/** A fictitious card's length, and the 64 bytes that are judged. As readers send them, and in pieces as a busy line brings them. */
const cases = [
  { payloadBytes: 64, chunking: "one scan a chunk", atLeast: 0.5 },
  { payloadBytes: 64, chunking: "64-byte chunks", atLeast: 0.5 },
  { payloadBytes: 140, chunking: "one scan a chunk", atLeast: undefined },
] as const;

export async function ssiBenchmarks(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const { payloadBytes, chunking, atLeast } of cases) {
    const payload = new Uint8Array(payloadBytes).fill(0x41);
    const packet = encodePacket({
      opcode: opcode.DECODE_DATA,
      source: source.decoder,
      status: 0,
      data: Uint8Array.of(qr, ...payload),
    });
    const inPieces = chunking === "64-byte chunks";
    const packets = chunksOf(packet, inPieces);
    const lines = chunksOf(encodePlain(payload, { stx: false }, "crlf", ""), inPieces);
    const times = await compareCpu(
      () => expectScans(runSsi(packets)),
      () => expectScans(runPlain(lines)),
    );
    rows.push({
      group: "codecs",
      name: `SSI, ${payloadBytes}-byte scans, ${chunking}`,
      value: scansPerSecond(times.ours),
      unit: "scans per CPU second",
      peer: "plain framer, CR LF",
      peerValue: scansPerSecond(times.peer),
      ratio: times.peer / times.ours,
      ...(atLeast === undefined ? {} : { atLeast }),
    });
  }
  return rows;
}

function chunksOf(scan: Uint8Array, inPieces: boolean): readonly Uint8Array[] {
  const stream = Buffer.concat(Array.from({ length: scansPerPass }, () => scan));
  const step = inPieces ? 64 : scan.length;
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < stream.length; at += step) chunks.push(stream.subarray(at, at + step));
  return chunks;
}

function runSsi(chunks: readonly Uint8Array[]): number {
  let scans = 0;
  const assembler = new ScanAssembler(8_192, () => undefined);
  const cutter = new PacketCutter({
    packet(bytes) {
      if (assembler.takeDecodeData(decodePacket(bytes)).kind === "scan") scans += 1;
    },
    corrupt: () => undefined,
    discarded: () => undefined,
  });
  for (let pass = 0; pass < passes; pass += 1) for (const chunk of chunks) cutter.push(chunk);
  return scans;
}

function runPlain(chunks: readonly Uint8Array[]): number {
  let scans = 0;
  const framer = new PlainFramer(
    { ...defaultPlainFraming, terminators: ["crlf"] },
    {
      scan: () => {
        scans += 1;
      },
      discarded: () => undefined,
    },
  );
  for (let pass = 0; pass < passes; pass += 1) for (const chunk of chunks) framer.push(chunk);
  return scans;
}

function expectScans(actual: number): void {
  const expected = passes * scansPerPass;
  if (actual !== expected) throw new Error(`${actual} scans instead of ${expected}`);
}

const scansPerSecond = (milliseconds: number): number => (passes * scansPerPass * 1e3) / milliseconds;

if (isMain(import.meta.url)) for (const row of await ssiBenchmarks()) console.log(describeRow(row));
