// Compares joining the reports of a HID reader to scans with cutting as many bytes in plain mode, per second of processor time.
import { HidPosAssembler } from "../../protocol/frame/hid-pos/assembler.ts";
import { encodePieces } from "../../protocol/frame/hid-pos/encode-pieces.ts";
import { type HidPosLayout, hidPosLayouts } from "../../protocol/frame/hid-pos/layout.ts";
import { PlainFramer } from "../../protocol/frame/plain-framer.ts";
import { defaultPlainFraming, type PlainFraming } from "../../protocol/frame/plain-framing.ts";
import { type BenchRow, compareCpu, cpuMilliseconds, describeRow, isMain } from "./measure.ts";

/** A fictitious card, in the length and with the letters of real ones. */
const card = "001090999901|012345678|Nguyễn Văn Mẫu|15031990|Nam|Số 1, Thôn Mẫu, Xã Ví Dụ, Huyện Thử, Hà Nội|20052021";
const scansPerPass = 512;
const passes = 128;
/** Half of the plain framer's frames per second is what is asked for. */
const atLeast = 0.5;

const plainFraming: PlainFraming = { ...defaultPlainFraming, terminators: ["crlf"] };

export async function hidBenchmarks(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  const stream = Buffer.from(`${card}\r\n`.repeat(scansPerPass));
  const chunks: Buffer[] = [];
  for (let at = 0; at < stream.length; at += 64) chunks.push(stream.subarray(at, at + 64));
  for (const [name, layout] of Object.entries(hidPosLayouts)) {
    const reports = reportsOf(layout);
    const times = await compareCpu(
      () => expectScans(assemble(reports, layout)),
      () => expectScans(cut(chunks)),
    );
    const frames = scansPerPass * passes;
    rows.push({
      group: "codecs",
      name: `HID POS, ${name}, ${card.length} characters in ${reports.length / scansPerPass} reports`,
      value: frames / times.ours,
      unit: "scans per CPU ms",
      peer: "plain framer, 64-byte chunks",
      peerValue: frames / times.peer,
      ratio: times.peer / times.ours,
      atLeast,
    });
  }
  return [...rows, await endlessScan()];
}

function reportsOf({ pieces: [layout] }: HidPosLayout): Uint8Array[] {
  if (layout === undefined) throw new Error("a layout without input reports");
  const bytes = Buffer.from(`${card}\r\n`);
  return Array.from({ length: scansPerPass }, () => encodePieces(layout, { bytes, aim: "]Q1", codeId: 0x73 })).flat();
}

function assembler(layout: HidPosLayout, scan: () => void): HidPosAssembler {
  const sink = { scan, answer: () => undefined, discarded: () => undefined };
  return new HidPosAssembler({ layout, framing: plainFraming, isCommandPending: () => false }, sink);
}

function assemble(reports: readonly Uint8Array[], layout: HidPosLayout): number {
  let scans = 0;
  const joining = assembler(layout, () => {
    scans += 1;
  });
  for (let pass = 0; pass < passes; pass += 1) for (const report of reports) joining.push(report);
  return scans;
}

function cut(chunks: readonly Uint8Array[]): number {
  let scans = 0;
  const framer = new PlainFramer(plainFraming, {
    scan: () => {
      scans += 1;
    },
    discarded: () => undefined,
  });
  for (let pass = 0; pass < passes; pass += 1) for (const chunk of chunks) framer.push(chunk);
  return scans;
}

/** A reader that says "more follows" for ever: four times the reports take four times the time, and no more memory. */
async function endlessScan(): Promise<BenchRow> {
  const [report] = reportsOf(hidPosLayouts["honeywell-64"]);
  if (report === undefined) throw new Error("no report");
  report[63] = 1;
  const push = (reports: number) => () => {
    const joining = assembler(hidPosLayouts["honeywell-64"], () => undefined);
    for (let sent = 0; sent < reports; sent += 1) joining.push(report);
    joining.close();
  };
  await cpuMilliseconds(push(250_000));
  const quarter = await cpuMilliseconds(push(250_000));
  const before = process.memoryUsage.rss();
  const whole = await cpuMilliseconds(push(1_000_000));
  const grownMegabytes = (process.memoryUsage.rss() - before) / 1e6;
  return {
    group: "codecs",
    name: `HID POS, 1,000,000 reports of one scan without an end, ${grownMegabytes.toFixed(1)} MB more resident`,
    value: whole,
    unit: "CPU ms",
    peer: "250,000 of the same",
    peerValue: quarter,
    ratio: whole / quarter,
    atMost: 8,
  };
}

function expectScans(actual: number): void {
  const expected = passes * scansPerPass;
  if (actual !== expected) throw new Error(`${actual} scans instead of ${expected}`);
}

if (isMain(import.meta.url)) for (const row of await hidBenchmarks()) console.log(describeRow(row));
