// A line in memory: the reader's end as a medium, the host's end as a port, for tests without sockets.
import { setTimeout as sleep } from "node:timers/promises";
import { type OpenPort, type Port, PortError } from "../protocol/port.ts";
import { HostGone, type MediumListener, nobody, type TwoWayMedium } from "./medium.ts";

export interface MemoryLine {
  readonly medium: TwoWayMedium;
  /** One host at a time; while the plug is out it throws `port-absent`. */
  readonly openPort: OpenPort;
}

/** One opening by the host. */
interface Opening {
  onBytes: (chunk: Uint8Array) => void;
  onLost: (error: PortError) => void;
}

export function memoryLine(): MemoryLine {
  let listener: MediumListener = nobody;
  let opening: Opening | undefined;
  let isPlugged = true;
  let wake: () => void = () => undefined;
  const hangUp = () => {
    if (opening === undefined) return;
    opening = undefined;
    listener.gone();
  };
  const medium: TwoWayMedium = {
    place: "memory",
    attach: (listening) => {
      listener = listening;
      if (opening !== undefined) listener.opened();
    },
    whenListening: async (signal) => {
      while (opening === undefined) {
        signal.throwIfAborted();
        await new Promise<void>((resolve, reject) => {
          wake = resolve;
          signal.addEventListener("abort", () => reject(signal.reason), { once: true });
        });
      }
    },
    write: async (bytes) => {
      await undefined;
      if (opening === undefined) throw new HostGone();
      opening.onBytes(bytes.slice());
    },
    unplug: async (milliseconds) => {
      isPlugged = false;
      const lost = opening;
      hangUp();
      lost?.onLost(new PortError("port-lost"));
      await sleep(milliseconds);
      isPlugged = true;
    },
    close: async () => {
      isPlugged = false;
      const lost = opening;
      hangUp();
      lost?.onLost(new PortError("port-lost"));
    },
  };
  const openPort = async (): Promise<Port> => {
    if (!isPlugged) throw new PortError("port-absent");
    if (opening !== undefined) throw new PortError("port-claimed");
    const own: Opening = { onBytes: () => undefined, onLost: () => undefined };
    opening = own;
    return {
      start: (onBytes, onLost) => {
        own.onBytes = onBytes;
        own.onLost = onLost;
        if (opening !== own) return;
        listener.opened();
        wake();
      },
      write: async (bytes) => {
        if (opening !== own) throw new PortError("port-lost");
        listener.received(bytes.slice());
      },
      close: async () => {
        if (opening === own) hangUp();
      },
    };
  };
  return { medium, openPort };
}
