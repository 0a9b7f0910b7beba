// A reader that writes into a terminal device that is already there: the far end of a cable, or of somebody else's socat.
import { execFile } from "node:child_process";
import { closeSync, constants, openSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { isatty, ReadStream } from "node:tty";
import { promisify } from "node:util";
import { HostGone, type MediumListener, nobody, type TwoWayMedium } from "./medium.ts";
import { SimulationFailure } from "./simulation-failure.ts";

/** Opens the path; nobody can tell whether a host listens behind it, so one counts as there. Throws `SimulationFailure` when it can't be opened. */
export async function openDevice(path: string): Promise<TwoWayMedium> {
  await setRaw(path);
  const device = await openForWriting(path);
  let isOpen = true;
  let failure: unknown;
  let listener: MediumListener = nobody;
  let ear: ReadStream | undefined;
  return {
    place: path,
    attach: (listening) => {
      listener = listening;
      ear ??= listenTo(path)?.on("data", (bytes) => listener.received(bytes));
      listener.opened();
    },
    unplug: async () => {
      throw new SimulationFailure("wrong-usage", `Không rút được ${path} | Can't unplug ${path}: it is another's`);
    },
    whenListening: async () => {
      if (failure !== undefined) throw deviceFailure(path, failure); // a lost device is not found again under its path
    },
    write: async (bytes) => {
      try {
        for (let start = 0; start < bytes.length; ) {
          const { bytesWritten } = await device.write(bytes, start);
          start += bytesWritten;
        }
      } catch (error) {
        failure = error;
        throw new HostGone({ cause: error });
      }
    },
    close: async () => {
      ear?.destroy();
      if (isOpen) await device.close();
      isOpen = false;
    },
  };
}

/** Undefined for what is no terminal: nothing answers from a file. */
function listenTo(path: string): ReadStream | undefined {
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  if (!isatty(descriptor)) {
    closeSync(descriptor);
    return undefined;
  }
  return new ReadStream(descriptor).on("error", () => undefined); // a lost device fails at the next write
}

/** No echo and no change of line ends, or the host's answers come back to it. What is not a terminal needs none of it. */
async function setRaw(path: string): Promise<void> {
  await promisify(execFile)("stty", ["-F", path, "raw", "-echo"]).catch(() => undefined);
}

async function openForWriting(path: string): Promise<FileHandle> {
  try {
    return await open(path, "r+");
  } catch (error) {
    throw deviceFailure(path, error);
  }
}

function deviceFailure(path: string, cause: unknown): SimulationFailure {
  const code = (cause as NodeJS.ErrnoException).code ?? "";
  return new SimulationFailure("failed", `Không ghi được vào ${path} (${code}) | Can't write to ${path} (${code})`, {
    cause,
  });
}
