// One run of a simulated reader from request to report: what is scanned, over which medium, and the clean end.
import { readFile, stat } from "node:fs/promises";
import type { Clock } from "../protocol/host.ts";
import type { PowerDevice } from "./device.ts";
import { openDevice } from "./device-medium.ts";
import { runDeviceSimulation } from "./device-simulation.ts";
import type { Fault } from "./faults.ts";
import type { TwoWayMedium } from "./medium.ts";
import { parsePayloads, payloadFileBytesMax } from "./payload-file.ts";
import { openPty } from "./pty-medium.ts";
import { type ReaderOptions, ReaderSimulator, type SimulationReport } from "./reader.ts";
import { type ScanMix, simulateScans } from "./simulated-scans.ts";
import { SimulationFailure } from "./simulation-failure.ts";
import { listenTcp } from "./tcp-medium.ts";

/** Where the reader is plugged in: it listens, makes a pseudo-terminal under `link`, or writes into an existing device. */
export type MediumChoice =
  | { readonly kind: "tcp-listen"; readonly host: string; readonly port: number }
  | { readonly kind: "pty"; readonly link: string }
  | { readonly kind: "device"; readonly path: string };

/** What it scans: invented patients on the day `today` (yyyy-MM-dd), or the payloads of a file, once or over and over. */
export type PayloadChoice =
  | { readonly kind: "patients"; readonly mix: ScanMix; readonly today: string }
  | { readonly kind: "file"; readonly path: string; readonly isRepeated: boolean };

export interface ReaderSimulationOptions {
  readonly reader: ReaderOptions;
  readonly medium: MediumChoice;
  readonly payloads: PayloadChoice;
  /** A device that hears its host, over a line with faults; undefined: a reader in plain mode that only sends. */
  readonly device?: { readonly power: PowerDevice; readonly faults: readonly Fault[] };
  readonly clock: Clock;
  /** Called once, when a host can find the reader. */
  readonly onReady?: (place: string) => void;
  /** Called about once a second. */
  readonly onProgress?: (report: Readonly<SimulationReport>) => void;
}

/**
 * Runs until the count is reached, the file ends or the signal aborts (which is no failure), and unplugs the reader.
 * Throws `SimulationFailure` with a sentence for people.
 */
export async function runReaderSimulation(
  options: ReaderSimulationOptions,
  signal: AbortSignal,
): Promise<SimulationReport> {
  const { reader, clock, onReady, onProgress } = options;
  const payloads = await choosePayloads(options.payloads, reader.seed);
  const medium = await openMedium(options.medium);
  try {
    onReady?.(medium.place);
    if (options.device !== undefined) {
      const { scansPerSecond, count, seed, repeatShare } = reader;
      const settings = { scansPerSecond, count, seed, repeatShare, ...(onProgress && { onProgress }) };
      return await runDeviceSimulation({ ...options.device, ...settings, medium, payloads, clock }, signal);
    }
    const surroundings = { medium, clock, ...(onProgress && { onProgress }) };
    return await new ReaderSimulator(reader, surroundings).run(payloads, signal);
  } finally {
    await medium.close();
  }
}

function openMedium(choice: MediumChoice): Promise<TwoWayMedium> {
  switch (choice.kind) {
    case "tcp-listen":
      return listenTcp(choice.host, choice.port);
    case "pty":
      return openPty(choice.link);
    case "device":
      return openDevice(choice.path);
  }
}

async function choosePayloads(choice: PayloadChoice, seed: number): Promise<Iterable<Uint8Array>> {
  if (choice.kind === "patients") return payloadsOfPatients(choice, seed);
  const payloads = parsePayloads(await readPayloadFile(choice.path));
  return choice.isRepeated ? endlessly(payloads) : payloads;
}

function* payloadsOfPatients({ mix, today }: { mix: ScanMix; today: string }, seed: number): Generator<Uint8Array> {
  for (const scan of simulateScans(mix, seed, today)) yield scan.payload;
}

function* endlessly(payloads: readonly Uint8Array[]): Generator<Uint8Array> {
  for (;;) yield* payloads;
}

async function readPayloadFile(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size <= payloadFileBytesMax) return await readFile(path, "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "";
    throw new SimulationFailure("wrong-usage", `Không đọc được ${path} (${code}) | Can't read ${path} (${code})`, {
      cause: error,
    });
  }
  throw new SimulationFailure("wrong-usage", `Tệp ${path} quá lớn | The file ${path} is too large`);
}
