// Takes a data directory for this process alone.
import { join } from "node:path";
import { CommandFailure, exitCodes } from "../service/exit-codes.ts";
import { AlreadyRunning, lockInstance } from "../store/instance-lock.ts";

/** Call the answer to let go. Throws `CommandFailure`: 3 when another process has it, 5 when it can't be written. */
export function ownDataDir(dataDir: string, service: "agent" | "broker" | "up"): () => void {
  try {
    return lockInstance(join(dataDir, `${service}.lock`));
  } catch (error) {
    if (error instanceof AlreadyRunning) throw new CommandFailure(exitCodes.alreadyRunning, error.message);
    const cause = error instanceof Error ? error.message : String(error);
    throw new CommandFailure(
      exitCodes.diskTrouble,
      `Không ghi được thư mục dữ liệu ${dataDir} | The data directory ${dataDir} can't be written (${cause})\n    → --data-dir DIR`,
      { cause: error },
    );
  }
}
