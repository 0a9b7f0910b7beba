// Starts a broker as a process of its own, and kills it.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const entry = fileURLToPath(new URL("broker-entry.ts", import.meta.url));

export interface BrokerProcess {
  readonly port: number;
  readonly child: ChildProcess;
  /** What it said on standard error so far. */
  said(): string;
  /** Kills it (-9) and resolves when it is gone. */
  kill(): Promise<void>;
}

/** `fileBlocksMax` bounds every file it writes, in blocks of 512 bytes: for the broker the disk is full then. */
export async function spawnBroker(directory: string, fileBlocksMax?: number): Promise<BrokerProcess> {
  const command = [process.execPath, "--import", "tsx", entry, directory];
  const limit = fileBlocksMax === undefined ? "" : `ulimit -f ${fileBlocksMax}; `;
  const child = spawn("sh", ["-c", `${limit}exec "$@"`, "sh", ...command], { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text) => {
    said += text;
  });
  const exited = once(child, "exit");
  const port = await Promise.race([
    once(child.stdout.setEncoding("utf8"), "data").then(([text]) => Number(text)),
    exited.then(() => Promise.reject(new Error(`the broker did not start: ${said}`))),
  ]);
  return {
    port,
    child,
    said: () => said,
    kill: async () => {
      child.kill("SIGKILL");
      await exited;
    },
  };
}
