// Measures decoding: documents per CPU second beside a straightforward version, bytes allocated for each, and what a refusal costs.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { readDocument } from "../../protocol/document/read-document.ts";
import { decodeText } from "../../service/decode-text.ts";
import { type BenchRow, compareCpu, describeRow, isMain, median } from "./measure.ts";
import { decodeDg13Straightforwardly, decodeReaderJsonStraightforwardly } from "./peers/straightforward-chip.ts";
import { decodeStraightforwardly, type PlainReading } from "./peers/straightforward-decode.ts";
import { decodeInsuranceStraightforwardly } from "./peers/straightforward-insurance.ts";
import { decodeMrzStraightforwardly } from "./peers/straightforward-mrz.ts";
import { decodeNumberStraightforwardly } from "./peers/straightforward-number.ts";

const today = "2026-12-01";
/** Scans of one measured round, long enough for the processor clock's grain. */
const scansPerRound = 10_000;
/** Few enough to stay in the young generation between two collections. */
const scansPerHeapRound = 500;
const heapRounds = 9;

interface Subject {
  readonly name: string;
  readonly texts: readonly string[];
  readonly peer: (payload: Uint8Array, today: string) => PlainReading;
  /** How many times faster than the peer the decoder must be. */
  readonly atLeast?: number;
}

const plainCard =
  "001090999901|012345678|Nguyễn Văn Mẫu|15031990|Nam|Số 1, Thôn Mẫu, Xã Ví Dụ, Huyện Thử, Hà Nội|20052021";
const zone = "IDVNM0909999010001090999901<<1\n9003152M3003150VNM<<<<<<<<<<<2\nNGUYEN<<VAN<MAU<<<<<<<<<<<<<<<";
const telexCard =
  "0199999905|5068e1bâ16d2056c4836e20e1bâ86e|02/02/1979|1|58c3a32056c3ad2044e1bba52c2048c3a0204ê1bb9969|01 - 001|01/01/2025|-|01/01/2025|-|-|-|-|-|4|-|$";
const decomposedCard = plainCard.normalize("NFD");

const hexOf = (text: string): string => Buffer.from(text).toString("hex");
const name = hexOf("Nguyễn Văn Mẫu");

/** Fictitious documents, each as a desk gets it. */
const subjects: readonly Subject[] = [
  {
    name: "CCCD QR",
    texts: [
      plainCard,
      "079158999907||Đặng Thị Ví Dụ|09111958|Nữ|12 Đường Mẫu, Phường Thử, Quận Ví Dụ, TP. Hồ Chí Minh|15122021",
      "038152999905|170000000|Lê Thị Thử|1952|Nữ|Xã Ví Dụ, Huyện Thử, Thanh Hóa|01072021",
    ],
    peer: decodeStraightforwardly,
    atLeast: 3,
  },
  {
    name: "Căn cước QR",
    texts: [
      "001090999901||Nguyễn Văn Mẫu|15031990|Nam|Số 1, Xã Ví Dụ, Thành phố Hà Nội|20082024||||",
      "079185999913||Trần Thị Ví Dụ|07071985|Nữ|Phường Thử, Thành phố Hồ Chí Minh|02122025||079184999913||",
      "001325999914||Trần Thị Bé Mẫu|09022025|Nữ|Xã Ví Dụ, Thành phố Hà Nội|15032025|||Trần Văn Cha Mẫu|Lê Thị Mẹ Mẫu",
    ],
    peer: decodeStraightforwardly,
  },
  { name: "CCCD QR, decomposed", texts: [decomposedCard], peer: decodeStraightforwardly },
  {
    name: "BHYT QR, old",
    texts: [
      `GD4010199999901|${name}|15/03/1990|1|${hexOf("Xã Ví Dụ, Hà Nội")}|01 - 028|01/01/2021|-|24/12/2020|01050199999901|-|4|01/01/2026|0123456789abcdef-1202|$`,
      `TE1790199999902|${hexOf("Trần Thị Bé Mẫu")}|09/02/2022|2|${hexOf("Phường Thử, TP. Hồ Chí Minh")}|79 - 024|09/02/2022|30/09/2028|01/03/2022|79050199999902|${hexOf("Trần Văn Cha Mẫu")}|5|-|0123456789abcdef-2202|$`,
    ],
    peer: decodeInsuranceStraightforwardly,
    atLeast: 3,
  },
  {
    name: "BHYT QR, new",
    texts: [
      `0199999904|${name}|15/03/1990|1|-|01 - C54|01/01/2025|-|01/01/2025|01050199999904|-|4| 01/01/2030|0123456789abcdef-5202|4|${hexOf("Hà Nội")}|$`,
      `0199999905|${hexOf("Đặng Thị Ví Dụ")}|9/11/1958|2|-|79 - 024|01/01/2026|31/12/2026|01/01/2026|79050199999905|-|7|01/01/2031|0123456789abcdef-6202|2|${hexOf("Hồ Chí Minh")}|$`,
    ],
    peer: decodeInsuranceStraightforwardly,
    atLeast: 3,
  },
  {
    name: "MRZ",
    texts: [zone],
    peer: decodeMrzStraightforwardly,
  },
  {
    name: "chip DG13",
    texts: [
      "6d81a230819f020101060628d3160100083181913011020101130c30303130393039393939303130180201020c134e677579e1bb856e2056c4836e204de1baab75300f020103130a31352f30332f3139393030080201040c034e616d300f02010c0c0a31352f30332f32303330303602010d30190c174e677579e1bb856e2056c4836e20436861204de1baab7530160c144cc3aa205468e1bb8b204de1bab9204de1baab75",
    ],
    peer: decodeDg13Straightforwardly,
  },
  {
    name: "reader JSON",
    texts: [
      '{"id":2,"message":"read card successfully!","data":{"idCode":"001090999901","oldIdCode":"012345678","personName":"Nguyễn Văn Mẫu","dateOfBirth":"15/03/1990","gender":"Nam","residencePlace":"Xã Ví Dụ, Hà Nội","issueDate":"20/05/2021","expiryDate":"15/03/2030"}}',
    ],
    peer: decodeReaderJsonStraightforwardly,
  },
  {
    name: "bare numbers",
    texts: ["001090999901", "0199999904", "GD4010199999901", "GD401019999990101C54"],
    peer: decodeNumberStraightforwardly,
  },
];

interface Refusal {
  readonly name: string;
  readonly text: string;
  /** A valid document of the same kind; the card of 2021 where there is none. */
  readonly beside?: string;
}

/** Scans that are refused. A short one may cost what a valid document costs, a long one as much for each byte. */
const refusals: readonly Refusal[] = [
  { name: "last field wrong", text: plainCard.replace(/\d{8}$/, "32052021") },
  { name: "insurance number wrong", text: "GD8010199999901|4e|15/03/1990|$" },
  { name: "check digit wrong", text: zone.replace("<<2\n", "<<3\n"), beside: zone },
  { name: "free text", text: "WIFI:T:WPA;S:Benh vien Mau;P:khong co gi;;" },
  { name: "8 KiB of anything", text: "A".repeat(8_192) },
  { name: "2,953 bytes, the last one not UTF-8", text: `${"9".repeat(2_952)}\u0080` },
  { name: "2,953 pipes", text: "|".repeat(2_953) },
  { name: "2,953 digits", text: "9".repeat(2_953) },
  { name: "2,953 of base64", text: "Ab+/".repeat(738) },
  { name: "2,953 blanks and an end", text: `x${" ".repeat(2_950)}x` },
  {
    name: "a name of 2,800 marks",
    text: plainCard.replace("Nguyễn", "e\u0302\u0301".repeat(560)),
    beside: decomposedCard,
  },
  { name: "an MRZ of 2,953", text: `IDVNM${"<".repeat(2_948)}` },
  { name: "JSON cut off", text: `${'{"a":'.repeat(490)}1` },
  { name: "hexadecimal of 1,400 nodes", text: `6d8205c8${"3000".repeat(735)}` },
  { name: "984 characters of another script", text: "中".repeat(984) },
  { name: "738 characters of two units", text: "😀".repeat(738) },
  { name: "Telex of 2,900", text: `0199999904|${"ê".repeat(1_440)}|15031990|1|$`, beside: telexCard },
  {
    name: "Telex that may be 64 texts",
    text: `0199999904|${"c3ầ20".repeat(6)}${"4e".repeat(1_380)}|15031990|1|$`,
    beside: telexCard,
  },
  { name: "hexadecimal that is no name", text: `0199999904|${"31".repeat(1_440)}|15031990|1|$` },
];

/** Latin-1, so that one byte can be wrong on purpose; others are UTF-8. */
const bytesOf = (text: string): Uint8Array => Buffer.from(text, text.endsWith("\u0080") ? "latin1" : "utf8");

const decode = (payload: Uint8Array): unknown => readDocument(payload, today, decodeText);

function round(payloads: readonly Uint8Array[], work: (payload: Uint8Array) => unknown, scans = scansPerRound) {
  return () => {
    for (let count = 0; count < scans; count += 1) work(payloads[count % payloads.length] as Uint8Array);
  };
}

async function speedRow({ name: kind, texts, peer, atLeast }: Subject): Promise<BenchRow> {
  const payloads = texts.map(bytesOf);
  for (const payload of payloads) expectDocument(kind, payload, peer);
  const times = await compareCpu(
    round(payloads, decode),
    round(payloads, (payload) => peer(payload, today)),
  );
  return {
    group: "decode",
    name: kind,
    value: perCpuSecond(times.ours),
    unit: "documents per CPU second",
    peer: "split and validate",
    peerValue: perCpuSecond(times.peer),
    ratio: times.peer / times.ours,
    ...(atLeast === undefined ? {} : { atLeast }),
  };
}

const perCpuSecond = (milliseconds: number): number => (scansPerRound * 1_000) / milliseconds;

/** Both must take it for the same document: a refusal would be measured as something else. */
function expectDocument(kind: string, payload: Uint8Array, peer: Subject["peer"]): void {
  const ours = readDocument(payload, today, decodeText);
  const theirs = peer(payload, today);
  if (ours.kind === "rejected" || theirs.verdict === "reject") throw new Error(`${kind}: not read by both`);
  const { person, insurance, document, warnings } = ours.document;
  const [left, right] = [{ ...person, ...insurance, ...document }, theirs.fields].map((fields) =>
    JSON.stringify(Object.entries(fields).sort()),
  );
  if (left !== right || warnings.join() !== theirs.warnings.join()) throw new Error(`${kind}: read differently`);
}

/** Bytes that one document allocates, also those that the next collection frees. */
function allocationRow({ name: kind, texts }: Subject, collect: () => void): BenchRow {
  const payloads = texts.map(bytesOf);
  const work = round(payloads, decode, scansPerHeapRound);
  const deltas: number[] = [];
  for (let index = 0; index < heapRounds; index += 1) {
    collect();
    const before = process.memoryUsage().heapUsed;
    work();
    deltas.push((process.memoryUsage().heapUsed - before) / scansPerHeapRound);
  }
  return { group: "decode", name: `${kind}, allocated`, value: median(deltas), unit: "bytes a document" };
}

/** What a refused scan costs, beside a valid card: of the same length where it is longer than one. */
async function refusalRow({ name: kind, text, beside = plainCard }: Refusal): Promise<BenchRow> {
  const [hostile, valid] = [bytesOf(text), bytesOf(beside)];
  const reading = readDocument(hostile, today, decodeText);
  if (reading.kind !== "rejected") throw new Error(`${kind}: not refused`);
  const cardsOfItsLength = Math.max(1, hostile.length / valid.length);
  const scans = Math.ceil(scansPerRound / cardsOfItsLength);
  const times = await compareCpu(round([hostile], decode, scans), round([valid], decode));
  const [ours, card] = [(times.ours * 1_000) / scans, (times.peer * 1_000) / scansPerRound];
  return {
    group: "decode",
    name: `refused as ${reading.reason}: ${kind}`,
    value: ours,
    unit: "CPU microseconds",
    peer: cardsOfItsLength > 1 ? `valid documents of ${hostile.length} bytes` : "a valid document",
    peerValue: card * cardsOfItsLength,
    ratio: ours / (card * cardsOfItsLength),
    atMost: 1,
  };
}

/** The garbage collector on demand, without a flag on the command line. */
function exposedCollector(): () => void {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc") as () => void;
}

export async function decodeBenchmarks(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const subject of subjects) rows.push(await speedRow(subject));
  const collect = exposedCollector();
  for (const subject of subjects) rows.push(allocationRow(subject, collect));
  for (const refusal of refusals) rows.push(await refusalRow(refusal));
  return rows;
}

if (isMain(import.meta.url)) for (const row of await decodeBenchmarks()) console.log(describeRow(row));
