// Measures decoding: documents per CPU second, and the ratio to the straightforward version, in rounds that take turns.
import { pathToFileURL } from "node:url";
import { readDocument } from "../../protocol/document/read-document.ts";
import { decodeStraightforwardly } from "./peers/straightforward-decode.ts";

export interface BenchRow {
  readonly name: string;
  /** Documents per CPU second. */
  readonly ours: number;
  readonly peer: number;
  /** `ours` over `peer`. */
  readonly ratio: number;
  readonly unit: string;
}

const today = "2026-12-01";
const rounds = 9;
const documentsPerRound = 20_000;

/** As the command line hands it in. */
const decodeText = (bytes: Uint8Array, start: number, end: number): string =>
  Buffer.prototype.utf8Slice.call(bytes, start, end);

const payloadSets: Readonly<Record<string, readonly string[]>> = {
  "CCCD QR, valid": [
    "001090999901|012345678|Nguyễn Văn Mẫu|15031990|Nam|Số 1, Thôn Mẫu, Xã Ví Dụ, Huyện Thử, Hà Nội|20052021",
    "079158999907||Đặng Thị Ví Dụ|09111958|Nữ|12 Đường Mẫu, Phường Thử, Quận Ví Dụ, TP. Hồ Chí Minh|15122021",
    "038152999905|170000000|Lê Thị Thử|1952|Nữ|Xã Ví Dụ, Huyện Thử, Thanh Hóa|01072021",
  ],
  "Căn cước QR, valid": [
    "001090999901||Nguyễn Văn Mẫu|15031990|Nam|Số 1, Xã Ví Dụ, Thành phố Hà Nội|20082024||||",
    "079185999913||Trần Thị Ví Dụ|07071985|Nữ|Phường Thử, Thành phố Hồ Chí Minh|02122025||079184999913||",
    "001325999914||Trần Thị Bé Mẫu|09022025|Nữ|Xã Ví Dụ, Thành phố Hà Nội|15032025|||Trần Văn Cha Mẫu|Lê Thị Mẹ Mẫu",
  ],
  "CCCD QR, decomposed text": [
    "001090999901|012345678|Nguyễn Văn Mẫu|15031990|Nam|Số 1, Thôn Mẫu, Xã Ví Dụ, Huyện Thử, Hà Nội|20052021".normalize(
      "NFD",
    ),
  ],
  "CCCD QR, refused (the last field is wrong)": [
    "001090999901|012345678|Nguyễn Văn Mẫu|15031990|Nam|Số 1, Thôn Mẫu, Xã Ví Dụ, Huyện Thử, Hà Nội|32052021",
  ],
  "not a card (free text)": ["WIFI:T:WPA;S:Benh vien Mau;P:khong co gi;;"],
};

/** CPU microseconds of one round. */
function cpuOf(decode: (payload: Uint8Array) => unknown, payloads: readonly Uint8Array[]): number {
  const before = process.cpuUsage();
  for (let count = 0; count < documentsPerRound; count += 1) decode(payloads[count % payloads.length] as Uint8Array);
  const spent = process.cpuUsage(before);
  return spent.user + spent.system;
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

/** One row a payload set. Both decoders are warm before the first counted round. */
export function decodeBenchmarks(): Promise<readonly BenchRow[]> {
  const sets = Object.entries(payloadSets).map(([name, texts]) => ({
    name,
    payloads: texts.map((text) => Buffer.from(text)),
  }));
  const decoders = {
    ours: (payload: Uint8Array) => readDocument(payload, today, decodeText),
    peer: (payload: Uint8Array) => decodeStraightforwardly(payload, today),
  };
  const spent = sets.map(() => ({ ours: [] as number[], peer: [] as number[] }));
  for (let round = -2; round < rounds; round += 1) {
    for (const [index, { payloads }] of sets.entries()) {
      const ours = cpuOf(decoders.ours, payloads);
      const peer = cpuOf(decoders.peer, payloads);
      if (round < 0) continue;
      spent[index]?.ours.push(ours);
      spent[index]?.peer.push(peer);
    }
  }
  const perCpuSecond = (micros: readonly number[]): number => Math.round((documentsPerRound * 1e6) / median(micros));
  return Promise.resolve(
    sets.map(({ name }, index) => {
      const ours = perCpuSecond(spent[index]?.ours ?? []);
      const peer = perCpuSecond(spent[index]?.peer ?? []);
      return { name, ours, peer, ratio: ours / peer, unit: "documents per CPU second" };
    }),
  );
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  for (const { name, ours, peer, ratio, unit } of await decodeBenchmarks()) {
    process.stdout.write(`${name}: ${ours} against ${peer} ${unit}, ratio ${ratio.toFixed(1)}\n`);
  }
}
