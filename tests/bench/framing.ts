// Compares the plain framer with @serialport/parser-readline on the same bytes, per second of processor time.
import { ReadlineParser } from "@serialport/parser-readline";
import { PlainFramer, type ScanSink } from "../../protocol/frame/plain-framer.ts";
import { defaultPlainFraming, type PlainFraming } from "../../protocol/frame/plain-framing.ts";
import { type BenchRow, compareCpu, cpuMilliseconds, describeRow, isMain } from "./measure.ts";

/** A fictitious card, in the length and with the letters of real ones. */
const card = "001090999901|012345678|Nguyễn Văn Mẫu|15031990|Nam|Số 1, Thôn Mẫu, Xã Ví Dụ, Huyện Thử, Hà Nội|20052021";

/** Scans in the stream: small enough for the chunks to stay in the processor's cache, as a port's buffer does. */
const scansPerPass = 512;

/** What the framer must reach at each chunk size, and how often the stream passes to make a round long enough to measure. */
const cases = [
  { chunkBytes: 1, passes: 8, atLeast: 15 },
  { chunkBytes: 16, passes: 64, atLeast: 5 },
  { chunkBytes: 64, passes: 128, atLeast: 3.5 },
  { chunkBytes: 4_096, passes: 512, atLeast: 6 },
  { chunkBytes: 65_536, passes: 512, atLeast: 6 },
] as const;

/** The peer knows one delimiter, so the like-for-like framing is judged; the default, which looks for three bytes, is shown. */
const framings: readonly { name: string; framing: PlainFraming; isJudged: boolean }[] = [
  { name: "CR LF", framing: { ...defaultPlainFraming, terminators: ["crlf"] }, isJudged: true },
  { name: "CR, LF, CR LF or TAB", framing: defaultPlainFraming, isJudged: false },
];

export async function framingBenchmarks(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  const stream = Buffer.from(`${card}\r\n`.repeat(scansPerPass));
  for (const { name, framing, isJudged } of framings) {
    for (const { chunkBytes, passes, atLeast } of cases) {
      const chunks = cutIntoChunks(stream, chunkBytes);
      const times = await compareCpu(
        () => expectScans(passes, runFramer(chunks, passes, framing)),
        async () => expectScans(passes, await runReadline(chunks, passes)),
      );
      rows.push({
        group: "framing",
        name: `${name}, ${chunkBytes}-byte chunks`,
        value: megabytesPerSecond(stream.length * passes, times.ours),
        unit: "MB per CPU second",
        peer: "parser-readline",
        peerValue: megabytesPerSecond(stream.length * passes, times.peer),
        ratio: times.peer / times.ours,
        ...(isJudged ? { atLeast } : {}),
      });
    }
  }
  return [...rows, await endlessScan()];
}

/** 64 MB without a terminator against 16 MB of it: 4 times the time is proportion, and no memory beyond the bound is kept. */
async function endlessScan(): Promise<BenchRow> {
  const chunk = Buffer.alloc(64, "9");
  const push = (bytes: number) => () => {
    const framer = new PlainFramer(defaultPlainFraming, { scan: () => undefined, discarded: () => undefined });
    for (let sent = 0; sent < bytes; sent += chunk.length) framer.push(chunk);
    framer.close();
  };
  await cpuMilliseconds(push(16 * 1024 * 1024));
  const quarter = await cpuMilliseconds(push(16 * 1024 * 1024));
  const before = process.memoryUsage.rss();
  const whole = await cpuMilliseconds(push(64 * 1024 * 1024));
  const grownMegabytes = (process.memoryUsage.rss() - before) / 1e6;
  return {
    group: "framing",
    name: `64 MB without a terminator, ${grownMegabytes.toFixed(1)} MB more resident`,
    value: whole,
    unit: "CPU ms",
    peer: "16 MB of the same",
    peerValue: quarter,
    ratio: whole / quarter,
    atMost: 8,
  };
}

function cutIntoChunks(stream: Buffer, chunkBytes: number): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0; at < stream.length; at += chunkBytes) chunks.push(stream.subarray(at, at + chunkBytes));
  return chunks;
}

function runFramer(chunks: readonly Buffer[], passes: number, framing: PlainFraming): number {
  let scans = 0;
  const sink: ScanSink = {
    scan: () => {
      scans += 1;
    },
    discarded: () => undefined,
  };
  const framer = new PlainFramer(framing, sink);
  for (let pass = 0; pass < passes; pass += 1) for (const chunk of chunks) framer.push(chunk);
  return scans;
}

/** The parser as its documentation shows it. */
async function runReadline(chunks: readonly Buffer[], passes: number): Promise<number> {
  let scans = 0;
  const parser = new ReadlineParser({ delimiter: "\r\n" });
  parser.on("data", () => {
    scans += 1;
  });
  for (let pass = 0; pass < passes; pass += 1) {
    for (const chunk of chunks) parser.write(chunk);
    await new Promise((resolve) => setImmediate(resolve)); // lets the stream hand out what it holds
  }
  return scans;
}

function expectScans(passes: number, actual: number): void {
  const expected = passes * scansPerPass;
  if (actual !== expected) throw new Error(`${actual} scans instead of ${expected}`);
}

const megabytesPerSecond = (bytes: number, milliseconds: number): number => bytes / 1e3 / milliseconds;

if (isMain(import.meta.url)) for (const row of await framingBenchmarks()) console.log(describeRow(row));
