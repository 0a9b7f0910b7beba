// Plugs a simulated device into a line: its time, its bytes in both directions, and the faults between.
import { setTimeout as sleep } from "node:timers/promises";
import type { Clock } from "../protocol/host.ts";
import type { Device, DeviceSign, PowerDevice } from "./device.ts";
import type { FaultLayer, FaultStep } from "./faults.ts";
import { HostGone, type TwoWayMedium } from "./medium.ts";

export interface DeviceRunnerOptions {
  readonly power: PowerDevice;
  readonly medium: TwoWayMedium;
  readonly clock: Pick<Clock, "monotonic">;
  /** Undefined: a faultless line. */
  readonly faults?: FaultLayer;
  readonly onSign?: (sign: DeviceSign) => void;
}

/** Steps that wait for the line; a device that sends more while its host takes nothing loses them. */
const stepsMax = 10_000;

export class DeviceRunner {
  readonly #options: DeviceRunnerOptions;
  readonly #device: Device;
  readonly #toHost: FaultStep[] = [];
  #toReader: Promise<void> = Promise.resolve();
  #pumping: Promise<void> | undefined;
  #alarm: NodeJS.Timeout | undefined;
  #isStopped = false;
  /** Bytes that went out. */
  bytes = 0;

  constructor(options: DeviceRunnerOptions) {
    const { power, medium, clock, onSign } = options;
    this.#options = options;
    this.#device = power({
      write: (bytes) => this.#send(bytes.slice()),
      wakeAt: (timeMs) => this.#wakeAt(timeMs),
      sign: (sign) => onSign?.(sign),
    });
    medium.attach({
      opened: () => this.#device.connected(clock.monotonic()),
      gone: () => this.#hostGone(),
      received: (bytes) => this.#received(bytes),
    });
  }

  /** Scans that the device holds and will send again. */
  get held(): number {
    return this.#device.held;
  }

  /** A patient shows a code; answers whether the device took it. */
  present(payload: Uint8Array): boolean {
    return this.#device.present(payload, this.#options.clock.monotonic());
  }

  /** Resolves when all that the device has sent is out, or lost. */
  async settled(): Promise<void> {
    while (this.#pumping !== undefined) await this.#pumping;
  }

  /** The device does nothing more. Does not close the medium. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#alarm);
    this.#toHost.length = 0;
    await this.settled();
  }

  #wakeAt(timeMs: number | undefined): void {
    clearTimeout(this.#alarm);
    if (timeMs === undefined || this.#isStopped) return;
    const { clock } = this.#options;
    const wait = Math.max(0, timeMs - clock.monotonic());
    // A timer may ring a fraction of a millisecond early.
    this.#alarm = setTimeout(() => this.#device.wake(Math.max(timeMs, clock.monotonic())), wait);
  }

  #hostGone(): void {
    this.#toHost.length = 0;
    this.#device.disconnected();
  }

  #received(bytes: Uint8Array): void {
    const { clock, faults } = this.#options;
    if (faults === undefined) {
      this.#device.receive(bytes, clock.monotonic());
      return;
    }
    const steps = faults.apply(bytes, "to-reader");
    this.#toReader = this.#toReader.then(async () => {
      for (const step of steps) {
        if (this.#isStopped) return;
        if (step.kind === "bytes") this.#device.receive(step.bytes, clock.monotonic());
        else await sleep(step.milliseconds);
      }
    });
  }

  #send(bytes: Uint8Array): void {
    if (this.#isStopped || this.#toHost.length >= stepsMax) return;
    this.#toHost.push(...(this.#options.faults?.apply(bytes, "to-host") ?? [{ kind: "bytes" as const, bytes }]));
    this.#pumping ??= this.#pump().finally(() => {
      this.#pumping = undefined;
    });
  }

  async #pump(): Promise<void> {
    for (let step = this.#toHost.shift(); step !== undefined; step = this.#toHost.shift()) {
      switch (step.kind) {
        case "bytes":
          await this.#write(step.bytes);
          break;
        case "wait":
          await sleep(step.milliseconds);
          break;
        case "gather":
          await sleep(step.milliseconds);
          await this.#write(this.#gathered());
          break;
        case "unplug":
          this.#toHost.length = 0;
          await this.#options.medium.unplug(step.milliseconds);
          break;
      }
    }
  }

  /** Everything that waits, up to a step of another kind. */
  #gathered(): Uint8Array {
    const pieces: Uint8Array[] = [];
    for (let step = this.#toHost[0]; step?.kind === "bytes" || step?.kind === "gather"; step = this.#toHost[0]) {
      if (step.kind === "bytes") pieces.push(step.bytes);
      this.#toHost.shift();
    }
    return Buffer.concat(pieces);
  }

  async #write(bytes: Uint8Array): Promise<void> {
    try {
      await this.#options.medium.write(bytes);
      this.bytes += bytes.length;
    } catch (error) {
      if (!(error instanceof HostGone)) throw error;
    }
  }
}
