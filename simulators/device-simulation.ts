// One run of a simulated device from its first patient to its last, over a line that may break.
import { setTimeout as sleep } from "node:timers/promises";
import type { Clock } from "../protocol/host.ts";
import type { DeviceSign, PowerDevice } from "./device.ts";
import { DeviceRunner } from "./device-runner.ts";
import { type Fault, FaultLayer, type FaultName } from "./faults.ts";
import type { TwoWayMedium } from "./medium.ts";
import type { SimulationReport } from "./reader.ts";
import { SeededRandom } from "./seeded-random.ts";

export interface DeviceSimulationOptions {
  readonly power: PowerDevice;
  readonly medium: TwoWayMedium;
  readonly faults: readonly Fault[];
  readonly payloads: Iterable<Uint8Array>;
  /** Undefined: as fast as the device takes them. */
  readonly scansPerSecond: number | undefined;
  readonly count: number | undefined;
  /** Chooses where faults strike, and the repeats. */
  readonly seed: number;
  readonly repeatShare: number;
  readonly clock: Pick<Clock, "monotonic">;
  readonly onProgress?: (report: Readonly<SimulationReport>) => void;
}

export interface DeviceReport extends SimulationReport {
  /** What was heard and seen of the device. */
  readonly signs: Readonly<Partial<Record<DeviceSign, number>>>;
  /** How often each fault struck. */
  readonly faults: Readonly<Partial<Record<FaultName, number>>>;
}

/** A patient holds the card until the reader takes it; looked at this often, in milliseconds. */
const patienceMs = 20;
/** How long the device gets at the end for what it still holds, milliseconds: the longest wait for a host's answer. */
const lastMsMax = 12_000;
const progressMs = 1_000;

/** Runs until the count is reached, the payloads end or the signal aborts. Does not close the medium. */
export async function runDeviceSimulation(
  options: DeviceSimulationOptions,
  signal: AbortSignal,
): Promise<DeviceReport> {
  const { power, medium, clock, seed, onProgress } = options;
  const signs: Partial<Record<DeviceSign, number>> = {};
  const layer = new FaultLayer(options.faults, new SeededRandom(seed));
  const runner = new DeviceRunner({
    ...{ power, medium, clock },
    ...(options.faults.length > 0 && { faults: layer }),
    onSign: (sign) => {
      signs[sign] = (signs[sign] ?? 0) + 1;
    },
  });
  const report: SimulationReport = { scans: 0, repeats: 0, lost: 0, bytes: 0, seconds: 0 };
  const startedAt = clock.monotonic();
  let progressAt = startedAt + progressMs;
  try {
    for (const { payload, isRepeat } of withRepeats(options)) {
      if (report.scans >= (options.count ?? Number.POSITIVE_INFINITY) || signal.aborted) break;
      await medium.whenListening(signal);
      const early = options.scansPerSecond === undefined ? 0 : (report.scans * 1_000) / options.scansPerSecond;
      const wait = startedAt + early - clock.monotonic();
      if (wait > 0) await sleep(wait, undefined, { signal });
      while (!runner.present(payload)) await sleep(patienceMs, undefined, { signal });
      report.scans += 1;
      if (isRepeat) report.repeats += 1;
      await runner.settled();
      report.bytes = runner.bytes;
      report.seconds = (clock.monotonic() - startedAt) / 1_000;
      if (clock.monotonic() >= progressAt) {
        progressAt = clock.monotonic() + progressMs;
        onProgress?.(report);
      }
    }
    const endAt = clock.monotonic() + lastMsMax;
    while (runner.held > 0 && clock.monotonic() < endAt) await sleep(patienceMs, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  await runner.stop();
  report.lost = runner.held;
  return { ...report, signs, faults: Object.fromEntries(layer.struck) };
}

function* withRepeats({ payloads, repeatShare, seed }: DeviceSimulationOptions) {
  const random = new SeededRandom(seed + 1);
  for (const payload of payloads) {
    yield { payload, isRepeat: false };
    while (random.unit() < repeatShare) yield { payload, isRepeat: true };
  }
}
