// How much room is left for the store: told of before it runs out, and messages that need keeping are refused when it has.
import { statfsSync } from "node:fs";
import { dirname } from "node:path";
import type { Log } from "../../protocol/host.ts";
import { alarmStep } from "../delivery/alarm-step.ts";
import type { BrokerStore } from "./broker-store.ts";

export interface RoomLimits {
  readonly storeBytesMax: number;
  readonly diskFreeBytesMin: number;
}

export interface RoomFacts {
  /** In use inside the file; space that deleted messages left behind is not counted, it is used again. */
  readonly storeBytes: number;
  /** Undefined where the file system does not say. */
  readonly diskFreeBytes: number | undefined;
  /** Of the bound that is nearest. From 1 on messages that need keeping are refused. */
  readonly share: number;
  readonly isFull: boolean;
}

/** A message was refused since the store has no room for it. The publisher keeps it and tries again. */
export class StoreFull extends Error {
  constructor() {
    super("the store has no room left");
    this.name = "StoreFull";
  }
}

/** Room has to come back that far before messages are taken again, so that the broker does not waver at the bound. */
const reopensBelow = 0.97;

export interface StoreRoomOptions {
  readonly store: Pick<BrokerStore, "usedBytes" | "reusableBytes">;
  readonly storePath: string;
  readonly limits: RoomLimits;
  readonly log: Log;
  /** Bytes left on the disk of that directory; for tests. Throws where nobody knows. */
  readonly diskFree?: (directory: string) => number;
}

export class StoreRoom {
  readonly #options: StoreRoomOptions;
  #facts: RoomFacts = { storeBytes: 0, diskFreeBytes: undefined, share: 0, isFull: false };
  #step = 0;

  constructor(options: StoreRoomOptions) {
    this.#options = options;
  }

  get isFull(): boolean {
    return this.#facts.isFull;
  }

  /** As it was seen last. */
  get facts(): RoomFacts {
    return this.#facts;
  }

  /** To be called every second: what a publisher can send meanwhile has to fit in what `diskFreeBytesMin` leaves. */
  look(): void {
    const { store, storePath, limits, log } = this.#options;
    const storeBytes = store.usedBytes();
    const diskFreeBytes = this.#diskFreeBytes(dirname(storePath));
    // A drained file that gives nothing back to the disk takes messages without growing.
    const roomBytes = (diskFreeBytes ?? Number.POSITIVE_INFINITY) + store.reusableBytes();
    const share = Math.max(
      storeBytes / limits.storeBytesMax,
      limits.diskFreeBytesMin === 0 ? 0 : limits.diskFreeBytesMin / roomBytes,
    );
    const wasFull = this.#facts.isFull;
    const isFull = share >= (wasFull ? reopensBelow : 1);
    this.#facts = { storeBytes, diskFreeBytes, share, isFull };
    const before = this.#step;
    this.#step = alarmStep(share, before);
    const known = { storeBytes, diskFreeBytes };
    if (isFull && !wasFull) {
      log.error(known, "The store has no room left: messages that need keeping are refused, desks keep them");
    } else if (!isFull && wasFull) {
      log.info(known, "The store has room again: messages are taken");
    } else if (this.#step > before) {
      log.warn({ ...known, step: this.#step }, "The room for the store runs out");
    }
  }

  #diskFreeBytes(directory: string): number | undefined {
    try {
      return (this.#options.diskFree ?? freeBytes)(directory);
    } catch {
      return undefined;
    }
  }
}

function freeBytes(directory: string): number {
  const { bavail, bsize } = statfsSync(directory);
  return bavail * bsize;
}
