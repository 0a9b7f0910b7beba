// Knows at any time which serial and HID devices are plugged in, and tells when that changes.
import { type FSWatcher, watch } from "node:fs";
import type { Log } from "../../protocol/host.ts";
import { type DeviceIdentity, type DevicePlace, type DeviceSelector, placeOf } from "./device-identity.ts";
import { DeviceReading, type DeviceRoots, isNodeName, machineRoots } from "./read-devices.ts";

/** Time from the first sign of a change to the look at it: a device gets its nodes and their rights one after another. */
const debounceMs = 200;
/** A look without any sign, for machines where nobody tells of new nodes. */
const pollMs = 2_000;

export interface DeviceWatchOptions {
  readonly log: Log;
  readonly roots?: DeviceRoots;
}

/** `start` and `stop` once each. */
export class DeviceWatch {
  readonly #log: Log;
  readonly #roots: DeviceRoots;
  readonly #reading: DeviceReading;
  readonly #listeners = new Set<() => void>();
  #devices: readonly DeviceIdentity[] = [];
  #hints: FSWatcher | undefined;
  #poll: NodeJS.Timeout | undefined;
  #soon: NodeJS.Timeout | undefined;
  #isLooking = false;
  #isStopped = false;

  constructor({ log, roots = machineRoots }: DeviceWatchOptions) {
    this.#log = log;
    this.#roots = roots;
    this.#reading = new DeviceReading(roots);
  }

  /** All that is plugged in now, as far as the last look tells. */
  get devices(): readonly DeviceIdentity[] {
    return this.#devices;
  }

  /** Resolves after the first look. A watch that was stopped meanwhile stays stopped. */
  async start(): Promise<void> {
    this.#listenForHints();
    this.#poll = setInterval(() => void this.#look(), pollMs);
    await this.#look();
  }

  stop(): void {
    this.#isStopped = true;
    clearInterval(this.#poll);
    clearTimeout(this.#soon);
    this.#hints?.close();
    this.#listeners.clear();
  }

  /** Where the one device is that fits any of the selectors. */
  locate(...selectors: readonly DeviceSelector[]): DevicePlace {
    return placeOf(selectors, this.#devices);
  }

  /** Calls the listener after every change; answers how to end that. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #listenForHints(): void {
    try {
      this.#hints = watch(this.#roots.dev, (_event, name) => {
        if (name === null || isNodeName(name)) this.#lookSoon();
      });
      this.#hints.on("error", (error) => this.#withoutHints(error));
    } catch (error) {
      this.#withoutHints(error);
    }
  }

  #withoutHints(error: unknown): void {
    this.#hints?.close();
    this.#hints = undefined;
    const { code } = error as NodeJS.ErrnoException;
    this.#log.warn({ code }, "new devices can't be announced here; they are looked for every two seconds");
  }

  /** Not put off by further signs: a flapping device must not keep the others from being seen. */
  #lookSoon(): void {
    this.#soon ??= setTimeout(() => {
      this.#soon = undefined;
      void this.#look();
    }, debounceMs);
  }

  async #look(): Promise<void> {
    if (this.#isLooking) {
      this.#lookSoon();
      return;
    }
    this.#isLooking = true;
    const devices = await this.#reading.read();
    this.#isLooking = false;
    if (devices === undefined || this.#isStopped) return;
    this.#devices = devices;
    for (const listener of this.#listeners) listener();
  }
}
