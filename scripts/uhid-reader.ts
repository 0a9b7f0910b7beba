// Plays a HID POS reader to the kernel it runs on, and scans invented patients: for a guest without readers (docs/readers/hid-simulation.md).
import { parseArgs } from "node:util";
import { systemClock } from "../service/clock.ts";
import { DeviceRunner } from "../simulators/device-runner.ts";
import { hidPosDevice, honeywellReader, newlandReader } from "../simulators/hid-pos/hid-pos-device.ts";
import { honeywellDescriptor, newlandDescriptor } from "../simulators/hid-pos/report-descriptors.ts";
import { openUhid } from "../simulators/hid-pos/uhid-medium.ts";
import { simulateScans } from "../simulators/simulated-scans.ts";
import { SimulationFailure } from "../simulators/simulation-failure.ts";

const { values } = parseArgs({
  options: {
    layout: { type: "string", default: "honeywell" },
    scans: { type: "string", default: "5" },
    /** Seconds from one scan to the next. */
    pause: { type: "string", default: "1" },
    /** Types as a keyboard until the host tells it to use HID POS. */
    keyboard: { type: "boolean", default: false },
    /** Pulls the plug for three seconds after each scan. */
    unplug: { type: "boolean", default: false },
  },
});
const unpluggedMs = 3_000;

process.once("uncaughtException", (error) => {
  console.error(error instanceof SimulationFailure ? error.message : error);
  process.exit(1);
});

const isNewland = values.layout === "newland";
const medium = await openUhid({
  name: isNewland ? "Simulated Newland FM430" : "Simulated Honeywell 1950",
  place: "tiepdon-guest/input0",
  serial: "SIM0001",
  vendor: isNewland ? 0x1eab : 0x0c2e,
  product: isNewland ? 0x1d10 : 0x0b6a,
  descriptor: isNewland ? newlandDescriptor : honeywellDescriptor,
});
const runner = new DeviceRunner({
  power: hidPosDevice({ ...(isNewland ? newlandReader : honeywellReader), startsAsKeyboard: values.keyboard }),
  medium,
  clock: systemClock(),
  onSign: (sign) => console.log(`sign: ${sign}`),
});
const pauseMs = Number(values.pause) * 1_000;
const stop = new AbortController();
process.once("SIGINT", () => stop.abort());
try {
  const scans = simulateScans("valid", 1, "2026-11-21");
  for (let scan = 1; scan <= Number(values.scans); scan += 1) {
    await medium.whenListening(stop.signal);
    await pause(pauseMs);
    const { value } = scans.next();
    console.log(`scan ${scan}: ${value !== undefined && runner.present(value.payload) ? "taken" : "not taken"}`);
    await runner.settled();
    await pause(pauseMs);
    if (values.unplug) await medium.unplug(unpluggedMs);
  }
} catch (error) {
  if (!stop.signal.aborted) throw error;
} finally {
  await runner.stop();
  await medium.close();
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
