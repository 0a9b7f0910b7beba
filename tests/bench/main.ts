// Runs every benchmark of the product and prints its ratios; ends with 1 when one misses its bound.
import { cpus } from "node:os";
import { brokerBenchmarks } from "./broker.ts";
import { hidBenchmarks } from "./codecs-hid.ts";
import { netCodecBenchmarks } from "./codecs-net.ts";
import { readerLinkBenchmarks } from "./codecs-readerlink.ts";
import { ssiBenchmarks } from "./codecs-ssi.ts";
import { textCodecBenchmarks } from "./codecs-text.ts";
import { decodeBenchmarks } from "./decode.ts";
import { deskBenchmarks } from "./desk.ts";
import { framingBenchmarks } from "./framing.ts";
import { describeRow, isMet } from "./measure.ts";
import { roadBenchmarks } from "./road.ts";

console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? "?"}`);
let missed = 0;
const all = [
  ...[framingBenchmarks, roadBenchmarks, decodeBenchmarks],
  ...[textCodecBenchmarks, hidBenchmarks, ssiBenchmarks, netCodecBenchmarks, readerLinkBenchmarks],
  ...[deskBenchmarks, brokerBenchmarks],
];
for (const benchmarks of all) {
  for (const row of await benchmarks()) {
    console.log(describeRow(row));
    if (!isMet(row)) missed += 1;
  }
}
console.log(missed === 0 ? "every bound is met" : `${missed} bounds are missed`);
process.exitCode = missed === 0 ? 0 : 1;
