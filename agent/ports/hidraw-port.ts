// A HID device as a Port through Linux's hidraw alone, for machines where the native binding can't be loaded.
import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { PortError } from "../../protocol/port.ts";
import type { HidPort } from "./hid-binding-port.ts";

/** Longest report: Linux takes no longer one (HID_MAX_BUFFER_SIZE). */
const reportBytesMax = 16_384;
/**
 * Time between two looks at a device that was silent, milliseconds. A node in blocking mode would hold one of Node's four
 * file threads for as long as nobody scans; hidraw itself keeps 64 reports, which full-speed USB fills in 64 ms.
 */
const lookMs = 10;

/** Opens the node for both ways, without waiting for it. Rejects with the error of the operating system. */
export async function openHidrawPort(path: string): Promise<HidPort> {
  return asPort(await open(path, constants.O_RDWR | constants.O_NONBLOCK | constants.O_NOCTTY));
}

function asPort(file: FileHandle): HidPort {
  let state: "open" | "lost" | "closed" = "open";
  let closing: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  /** A file that is closed during a read would hand its number to the next file that is opened. */
  let reading: Promise<void> = Promise.resolve();
  const close = () => {
    if (state === "open") state = "closed";
    clearTimeout(timer);
    closing ??= reading.then(() => file.close()).catch(() => undefined);
    return closing;
  };
  return {
    start(onBytes, onLost) {
      const buffer = Buffer.alloc(reportBytesMax);
      const lost = (cause: unknown) => {
        if (state !== "open") return;
        state = "lost";
        void close();
        onLost(new PortError("port-lost", { cause }));
      };
      /** Bytes of the next report in `buffer`; undefined where none is there. */
      const read = async (): Promise<number | undefined> => {
        try {
          const { bytesRead } = await file.read(buffer, 0, buffer.length, null);
          if (bytesRead > 0) return bytesRead;
          lost(new Error("end of file"));
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== "EAGAIN") lost(error);
        }
        return undefined;
      };
      const look = async (): Promise<void> => {
        let bytes = await read();
        while (bytes !== undefined && state === "open") {
          onBytes(buffer.subarray(0, bytes));
          bytes = await read();
        }
        if (state === "open") timer = setTimeout(lookAgain, lookMs);
      };
      const lookAgain = () => {
        reading = look();
      };
      lookAgain();
    },
    async write(bytes) {
      if (state !== "open") throw new PortError("port-lost");
      try {
        await file.write(bytes); // one report: hidraw takes it whole or not at all
      } catch (cause) {
        throw new PortError("port-lost", { cause });
      }
    },
    async writeFeature() {
      throw new PortError("port-failed", { cause: new Error("feature reports need the native binding") });
    },
    close,
  };
}
