// A HID line in this process: the reader's end as a medium, the host's end as a native binding with the ways of node-hid.
import { EventEmitter } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { HostGone, type MediumListener, nobody, type TwoWayMedium } from "../medium.ts";

/** What a host holds of an open device, as node-hid's HIDAsync has it: `data` and `error` events, errors as strings. */
export interface SimulatedHandle {
  on(event: "data", listener: (report: Uint8Array) => void): this;
  on(event: "error", listener: (error: unknown) => void): this;
  write(report: Uint8Array): Promise<number>;
  sendFeatureReport(report: Uint8Array): Promise<number>;
  close(): Promise<void>;
}

export interface HidLine {
  /** Each write is one report. */
  readonly medium: TwoWayMedium;
  /** Stands for the native binding; hidraw knows no exclusive opening, but a second host here is a mistake of the test. */
  readonly binding: { open(path: string): Promise<SimulatedHandle> };
}

export interface HidLineOptions {
  readonly path: string;
  /** The plug went in or out: the place to make or remove the node. */
  readonly onPlug?: (isPlugged: boolean) => void;
}

/** Reports that wait until somebody listens; hidraw keeps as many. */
const waitingMax = 64;

export function hidLine({ path, onPlug = () => undefined }: HidLineOptions): HidLine {
  let listener: MediumListener = nobody;
  let handle: Handle | undefined;
  let isPlugged = true;
  const opened = new EventEmitter();
  const pull = () => {
    isPlugged = false;
    const lost = handle;
    handle = undefined;
    if (lost !== undefined) listener.gone();
    onPlug(false);
    lost?.lose();
  };
  const medium: TwoWayMedium = {
    place: path,
    attach: (listening) => {
      listener = listening;
      if (handle !== undefined) listener.opened();
    },
    whenListening: async (signal) => {
      while (handle === undefined) await EventEmitter.once(opened, "open", { signal });
    },
    write: async (report) => {
      await undefined;
      if (handle === undefined) throw new HostGone();
      handle.deliver(report.slice());
    },
    unplug: async (milliseconds) => {
      pull();
      await sleep(milliseconds);
      isPlugged = true;
      onPlug(true);
    },
    close: async () => {
      if (isPlugged) pull();
    },
  };
  const open = async (asked: string): Promise<SimulatedHandle> => {
    if (!isPlugged || asked !== path) throw `cannot open device with path ${asked}: No such file or directory`;
    if (handle !== undefined) throw `cannot open device with path ${asked}: Device or resource busy`;
    const own = new Handle({
      onReport: (report) => listener.received(report),
      onClose: () => {
        if (handle !== own) return;
        handle = undefined;
        listener.gone();
      },
    });
    handle = own;
    listener.opened();
    opened.emit("open");
    return own;
  };
  return { medium, binding: { open } };
}

interface HandleOwner {
  onReport(report: Uint8Array): void;
  onClose(): void;
}

class Handle extends EventEmitter implements SimulatedHandle {
  readonly #owner: HandleOwner;
  #unread: Uint8Array[] = [];
  #state: "open" | "lost" | "closed" = "open";

  constructor(owner: HandleOwner) {
    super();
    this.#owner = owner;
    this.on("newListener", (event) => {
      if (event === "data") process.nextTick(() => this.#read());
    });
  }

  deliver(report: Uint8Array): void {
    if (this.#unread.length < waitingMax) this.#unread.push(report);
    if (this.listenerCount("data") > 0) this.#read();
  }

  lose(): void {
    if (this.#state === "open") this.#state = "lost";
    if (this.listenerCount("data") > 0) this.#read();
  }

  async write(report: Uint8Array): Promise<number> {
    if (this.#state !== "open") throw new TypeError("Cannot write to hid device");
    this.#owner.onReport(Uint8Array.from(report));
    return report.length;
  }

  sendFeatureReport(report: Uint8Array): Promise<number> {
    return this.write(report);
  }

  async close(): Promise<void> {
    if (this.#state === "closed") throw new TypeError("device has been closed");
    this.#state = "closed";
    this.#owner.onClose();
  }

  #read(): void {
    for (const report of this.#unread.splice(0)) if (this.#state === "open") this.emit("data", report);
    if (this.#state === "lost" && this.listenerCount("error") > 0) {
      this.emit("error", "could not read from HID device: device disconnected");
    }
  }
}
