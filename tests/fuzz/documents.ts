// Feeds mutated documents to every decoder for some minutes, and reports crashes, the slowest input and the memory in use.
//
//   npm run fuzz -- --minutes 10 --seed 1
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createCheckIn } from "../../protocol/check-in/create-event.ts";
import { decodeProtobuf } from "../../protocol/check-in/decode-protobuf.ts";
import { encodeJson } from "../../protocol/check-in/encode-json.ts";
import { encodeProtobuf } from "../../protocol/check-in/encode-protobuf.ts";
import { readDg13 } from "../../protocol/document/chip-dg13.ts";
import { ChipReaderLines } from "../../protocol/document/chip-reader-lines.ts";
import { readingContext } from "../../protocol/document/context.ts";
import { DecisionLog } from "../../protocol/document/decision-log.ts";
import { readHexField } from "../../protocol/document/hex-field.ts";
import type { Reading } from "../../protocol/document/patient-document.ts";
import { readMessage } from "../../protocol/document/read-message.ts";
import { readReaderMessage } from "../../protocol/document/reader-message.ts";
import { rejectReasons } from "../../protocol/document/reject-reasons.ts";
import { warnings as knownWarnings } from "../../protocol/document/warnings.ts";
import { decodeText } from "../../service/decode-text.ts";
import { Mutator } from "./mutator.ts";

const today = "2026-12-01";
const options = { optionalFields: true };
const context = readingContext(today, decodeText, options);
const arrival = {
  id: "01a1fb82-cab4-7a41-9b0c-2f6f5d0e8c11",
  sequence: 1,
  timeMs: 1_795_221_015_000,
  clockSynced: true,
};
const desk = { facility: "99999", desk: "quay-01", boot: "b1" };
const reader = { id: "r1", model: "generic-serial", certification: "unlisted" };

/** Every decoder, and what must hold of whatever it answers. */
const targets: Readonly<Record<string, (input: Uint8Array) => void>> = {
  scan: (input) => check(readMessage(input, today, decodeText, options)),
  "scan, explained": (input) => {
    const observer = new DecisionLog();
    check(readMessage(input, today, decodeText, { ...options, observer }));
  },
  "reader's message": (input) => check(readReaderMessage(input, context)),
  "chip's bytes": (input) => check(readDg13(input, context)),
  "chip reader's lines": (input) => {
    const lines = new ChipReaderLines();
    for (const line of `${Buffer.from(input).toString()}\nSUCCESS\n${blockOf(input)}SCAN_DONE`.split("\n")) {
      const reading = lines.take(line, context);
      if (reading !== undefined) check(reading);
    }
  },
  "field of hexadecimal": (input) => {
    const field = readHexField(Buffer.from(input).toString(), "name", decodeText);
    if (field !== undefined && field.text === "") throw new Error("an empty field was read");
  },
};

/** The input as a reader sends a DG13: each line padded by itself. */
function blockOf(input: Uint8Array): string {
  const base64 = Buffer.from(input).toString("base64");
  return `[DG13_RAW_START]\n${base64.replace(/.{64}/g, "$&\n")}\n[DG13_RAW_END]\n`;
}

function check(reading: Reading): void {
  if (reading.kind === "rejected") {
    if (!(reading.reason in rejectReasons)) throw new Error(`unknown reason ${reading.reason}`);
    return;
  }
  const { warnings, person, insurance, document } = reading.document;
  if (warnings.some((code, at) => !(code in knownWarnings) || code <= (warnings[at - 1] ?? ""))) {
    throw new Error(`warnings out of order: ${warnings.join()}`);
  }
  for (const value of Object.values({ ...person, ...insurance, ...document })) {
    if (value === "" || value !== value.trim()) throw new Error("an untidy value");
  }
  const event = createCheckIn(reading.document, arrival, desk, reader);
  const back = decodeProtobuf(encodeProtobuf(event));
  if (back === undefined || encodeJson(back).length !== encodeJson(event).length) throw new Error("not the same event");
}

interface Sample {
  readonly payload?: string;
  readonly payloadHex?: string;
  readonly channel?: string;
}

/** The samples, as text; those of chips as bytes, too. */
function corpus(): readonly Uint8Array[] {
  const file = new URL("../golden/document-samples.json", import.meta.url);
  const { samples } = JSON.parse(readFileSync(file, "utf8")) as { samples: readonly Sample[] };
  return samples.flatMap(({ payload = "", payloadHex, channel }) => [
    payloadHex === undefined ? Buffer.from(payload) : Buffer.from(payloadHex, "hex"),
    ...(channel === "dg13" ? [Buffer.from(payload, "hex")] : []),
  ]);
}

const { values } = parseArgs({
  options: { minutes: { type: "string", default: "1" }, seed: { type: "string", default: "1" } },
});
const endMs = Date.now() + Number(values.minutes) * 60_000;
const known = corpus();
const mutator = new Mutator(known, Number(values.seed));
setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** Runs of a slow input, of which the least counts: a pause of the machine is not the input's fault. */
const runsOfSlow = 50;
/** Inputs between two looks at the clock and the memory. */
const inputsPerLook = 20_000;

let executions = 0;
let crashes = 0;
let slowest = { ms: 0, bytes: 0, target: "" };
/** Of all executions together. */
const total = { ms: 0, bytes: 0 };
const heaps: number[] = [];

for (const input of known) runAll(input);
while (Date.now() < endMs) {
  for (let count = 0; count < inputsPerLook; count += 1) runAll(mutator.next());
  collect();
  heaps.push(process.memoryUsage().heapUsed / 1e6);
  if (heaps.length % 25 === 0) report();
}
report();
process.exitCode = crashes > 0 ? 1 : 0;

function runAll(input: Uint8Array): void {
  for (const [target, run] of Object.entries(targets)) {
    const before = performance.now();
    try {
      run(input);
      const ms = performance.now() - before;
      total.ms += ms;
      total.bytes += input.length;
      if (ms > slowest.ms) noteSlow(target, run, input);
    } catch (error) {
      crashes += 1;
      const hex = Buffer.from(input).toString("hex");
      console.log(`CRASH in ${target}: ${error instanceof Error ? error.stack : String(error)}\n  input ${hex}`);
    }
    executions += 1;
  }
}

function noteSlow(target: string, run: (input: Uint8Array) => void, input: Uint8Array): void {
  let ms = Number.POSITIVE_INFINITY;
  for (let round = 0; round < runsOfSlow; round += 1) {
    const before = performance.now();
    run(input);
    ms = Math.min(ms, performance.now() - before);
  }
  if (ms > slowest.ms) slowest = { ms, bytes: input.length, target };
}

/** Time for each byte of the slowest input, beside the average of all. */
function slownessPerByte(): number {
  return slowest.ms / Math.max(1, slowest.bytes) / (total.ms / total.bytes);
}

function report(): void {
  const [first = 0] = heaps;
  const last = heaps.at(-1) ?? 0;
  console.log(
    `seed ${values.seed}: ${executions} executions, ${crashes} crashes, slowest ${slowest.ms.toFixed(1)} ms ` +
      `(${slowest.target}, ${slowest.bytes} bytes, ${slownessPerByte().toFixed(1)} times the average for each byte), heap ${first.toFixed(1)} MB at first, ` +
      `${Math.max(...heaps).toFixed(1)} at most, ${last.toFixed(1)} now`,
  );
}
