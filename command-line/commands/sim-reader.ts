// tiepdon sim reader: a simulated QR reader with invented patients, for QA and for trying a desk out.
import { vietnamDate } from "../../protocol/check-in/vietnam-time.ts";
import { systemClock } from "../../service/clock.ts";
import { CommandFailure, exitCodes } from "../../service/exit-codes.ts";
import { parseChunking } from "../../simulators/chunking.ts";
import { devices } from "../../simulators/devices.ts";
import { type Fault, faults, parseFault } from "../../simulators/faults.ts";
import { type ReaderTerminator, readerTerminators, type SimulationReport } from "../../simulators/reader.ts";
import {
  type MediumChoice,
  type PayloadChoice,
  type ReaderSimulationOptions,
  runReaderSimulation,
} from "../../simulators/reader-simulation.ts";
import { type ScanMix, scanKinds, scanMixes } from "../../simulators/simulated-scans.ts";
import { SimulationFailure } from "../../simulators/simulation-failure.ts";
import { stopAsked } from "../run-service.ts";
import { print, say } from "../terminal.ts";

export interface SimReaderOptions {
  readonly tcpListen?: string;
  readonly pty?: string;
  readonly device?: string;
  /** Scans a second; undefined: as fast as the host takes them. */
  readonly rate?: number;
  readonly count?: number;
  readonly seed: number;
  readonly chunking: string;
  readonly terminator: string;
  readonly aim: string;
  readonly kind: string;
  readonly payloads?: string;
  readonly loop?: boolean;
  readonly repeat: number;
  readonly today?: string;
  readonly protocol?: string;
  readonly fault: readonly string[];
  readonly json?: boolean;
}

/** Runs until the count is reached, the file ends, or it is stopped. Throws `CommandFailure`. */
export async function runSimReader(options: SimReaderOptions): Promise<void> {
  const stop = new AbortController();
  void stopAsked().then(() => stop.abort());
  try {
    const report = await runReaderSimulation(
      {
        reader: {
          scansPerSecond: options.rate,
          count: options.count,
          seed: options.seed,
          chunking: chunkingOf(options.chunking),
          terminator: terminatorOf(options.terminator),
          aim: options.aim,
          repeatShare: options.repeat,
        },
        medium: mediumOf(options),
        payloads: payloadsOf(options),
        ...deviceOf(options),
        clock: systemClock(),
        onReady: (place) => say(`Đầu đọc giả lập | simulated reader: ${place}`),
        onProgress: (progress) => say(describe(progress)),
      },
      stop.signal,
    );
    if (options.json) print(JSON.stringify(report));
    else say(describe(report));
  } catch (error) {
    if (!(error instanceof SimulationFailure)) throw error;
    throw new CommandFailure(error.kind === "wrong-usage" ? exitCodes.wrongUsage : exitCodes.failed, error.message);
  }
  process.exit(exitCodes.done); // a pseudo-terminal's child may hold the loop for a moment longer
}

function describe({ scans, repeats, lost, seconds }: Readonly<SimulationReport>): string {
  const rate = seconds > 0 ? Math.round((scans / seconds) * 10) / 10 : 0;
  return `${scans} lượt quét | scans (${repeats} lặp | repeats, ${lost} mất | lost), ${rate}/s`;
}

function mediumOf(options: SimReaderOptions): MediumChoice {
  const chosen = [options.tcpListen, options.pty, options.device].filter((choice) => choice !== undefined);
  if (chosen.length !== 1) throw usage("Chọn đúng một: --tcp-listen, --pty, --device | Choose exactly one of them");
  if (options.pty !== undefined) return { kind: "pty", link: options.pty };
  if (options.device !== undefined) return { kind: "device", path: options.device };
  const [, host = "127.0.0.1", port] = /^(?:(.+):)?(\d{1,5})$/.exec(options.tcpListen ?? "") ?? [];
  if (port === undefined || Number(port) > 65_535) throw usage("--tcp-listen [host:]port");
  return { kind: "tcp-listen", host, port: Number(port) };
}

function payloadsOf(options: SimReaderOptions): PayloadChoice {
  if (options.payloads !== undefined)
    return { kind: "file", path: options.payloads, isRepeated: options.loop === true };
  const kinds: readonly string[] = [...Object.keys(scanMixes), ...scanKinds];
  if (!kinds.includes(options.kind)) throw usage(`--kind: ${kinds.join(", ")}`);
  return { kind: "patients", mix: options.kind as ScanMix, today: options.today ?? vietnamDate(Date.now()) };
}

/** Any device of the table; without `--protocol` and `--fault` the plain reader that only sends. */
function deviceOf(options: SimReaderOptions): Pick<ReaderSimulationOptions, "device"> {
  if (options.protocol === undefined && options.fault.length === 0) return {};
  const model = Object.hasOwn(devices, options.protocol ?? "plain") ? devices[options.protocol ?? "plain"] : undefined;
  if (model === undefined) throw usage(`--protocol: ${Object.keys(devices).join(", ")}`);
  if (options.chunking !== "whole")
    throw usage("--chunking: chỉ không có --protocol; dùng --fault split | use --fault split");
  const power = model({ terminator: terminatorOf(options.terminator), aim: options.aim });
  return { device: { power, faults: options.fault.map(faultOf) } };
}

function faultOf(text: string): Fault {
  const fault = parseFault(text);
  if (fault === undefined) throw usage(`--fault name[:0–1]: ${Object.keys(faults).join(", ")}`);
  return fault;
}

function chunkingOf(text: string) {
  const chunking = parseChunking(text);
  if (chunking === undefined) throw usage("--chunking: whole, bytes, random, N");
  return chunking;
}

function terminatorOf(text: string): ReaderTerminator {
  const terminator = readerTerminators.find((known) => known === text);
  if (terminator === undefined) throw usage(`--terminator: ${readerTerminators.join(", ")}`);
  return terminator;
}

function usage(words: string): CommandFailure {
  return new CommandFailure(exitCodes.wrongUsage, words);
}
