// A reader that writes into a terminal device that is already there: the far end of a cable, or of somebody else's socat.
import { execFile } from "node:child_process";
import { type FileHandle, open } from "node:fs/promises";
import { promisify } from "node:util";
import { HostGone, type Medium } from "./medium.ts";
import { SimulationFailure } from "./simulation-failure.ts";

/** Opens the path; nobody can tell whether a host listens behind it. Throws `SimulationFailure` when it can't be opened. */
export async function openDevice(path: string): Promise<Medium> {
  await setRaw(path);
  const device = await openForWriting(path);
  let isOpen = true;
  let failure: unknown;
  return {
    place: path,
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
      if (isOpen) await device.close();
      isOpen = false;
    },
  };
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
