// A HID reader that Linux itself believes in: a device made through /dev/uhid, with a hidraw node of its own.
import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { HostGone, type MediumListener, nobody, type TwoWayMedium } from "../medium.ts";
import { SimulationFailure } from "../simulation-failure.ts";
import {
  decodeEvent,
  encodeCreate,
  encodeDestroy,
  encodeGetReportRefusal,
  encodeInput,
  encodeSetReportReply,
  eventBytesMax,
  type UhidDevice,
} from "./uhid-event.ts";

/** Time between two looks for events of the kernel, milliseconds. */
const lookMs = 5;

/** Plugs the device in. Needs the right to open `path`, which only root has. Throws `SimulationFailure`. */
export async function openUhid(device: UhidDevice, path = "/dev/uhid"): Promise<TwoWayMedium> {
  const file = await openKernel(path);
  const medium = new UhidMedium(device, file, path);
  await medium.plug();
  return medium;
}

class UhidMedium implements TwoWayMedium {
  readonly place: string;
  readonly #device: UhidDevice;
  readonly #file: FileHandle;
  #listener: MediumListener = nobody;
  #isPlugged = false;
  #isListening = false;
  #isClosed = false;
  #looking: Promise<void> = Promise.resolve();

  constructor(device: UhidDevice, file: FileHandle, place: string) {
    this.#device = device;
    this.#file = file;
    this.place = place;
    this.#looking = this.#look();
  }

  async plug(): Promise<void> {
    this.#isPlugged = true;
    await this.#file.write(encodeCreate(this.#device));
  }

  attach(listener: MediumListener): void {
    this.#listener = listener;
    if (this.#isListening) listener.opened();
  }

  async whenListening(signal: AbortSignal): Promise<void> {
    while (!this.#isListening) await sleep(lookMs, undefined, { signal });
  }

  async write(report: Uint8Array): Promise<void> {
    if (!this.#isListening) throw new HostGone();
    await this.#file.write(encodeInput(report));
  }

  async unplug(milliseconds: number): Promise<void> {
    await this.#pull();
    await sleep(milliseconds);
    if (!this.#isClosed) await this.plug();
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    await this.#pull();
    this.#isClosed = true;
    await this.#looking;
    await this.#file.close();
  }

  async #pull(): Promise<void> {
    if (this.#isPlugged) await this.#file.write(encodeDestroy());
    this.#isPlugged = false;
    this.#setListening(false);
  }

  #setListening(isListening: boolean): void {
    if (isListening === this.#isListening) return;
    this.#isListening = isListening;
    if (isListening) this.#listener.opened();
    else this.#listener.gone();
  }

  async #look(): Promise<void> {
    const buffer = Buffer.alloc(eventBytesMax);
    while (!this.#isClosed) {
      const bytes = await this.#read(buffer);
      if (bytes > 0) await this.#take(buffer.subarray(0, bytes));
      else await sleep(lookMs);
    }
  }

  /** 0 where the kernel has nothing to tell. */
  async #read(buffer: Buffer): Promise<number> {
    try {
      return (await this.#file.read(buffer, 0, buffer.length, null)).bytesRead;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EAGAIN") return 0;
      throw error;
    }
  }

  async #take(bytes: Uint8Array): Promise<void> {
    const event = decodeEvent(bytes);
    switch (event.kind) {
      case "open":
        this.#setListening(true);
        return;
      case "close":
        this.#setListening(false);
        return;
      case "output":
        this.#listener.received(event.report);
        return;
      case "set-report":
        this.#listener.received(event.report);
        await this.#file.write(encodeSetReportReply(event.id));
        return;
      case "get-report":
        await this.#file.write(encodeGetReportRefusal(event.id));
        return;
      case "other":
        return;
    }
  }
}

async function openKernel(path: string): Promise<FileHandle> {
  try {
    return await open(path, constants.O_RDWR | constants.O_NONBLOCK);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? "";
    const help = "cần root và CONFIG_UHID | needs root, and a kernel with CONFIG_UHID (modprobe uhid)";
    throw new SimulationFailure("failed", `${path} (${code}): ${help}`, { cause });
  }
}
