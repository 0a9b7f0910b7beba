// Starts the installed `tiepdon agent` as a process of its own, and kills it.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const product = fileURLToPath(new URL("../../dist/tiepdon.cjs", import.meta.url));

export interface AgentProcess {
  /** Resolves when every reader takes scans; rejects when the agent ends before. */
  readonly armed: Promise<void>;
  /** Kills it (-9) and resolves when it is gone. */
  kill(): Promise<void>;
}

/** The configuration is written beside the data. */
export function spawnAgent(config: object, dataDir: string): AgentProcess {
  const file = join(dataDir, "tiepdon.yaml");
  writeFileSync(file, JSON.stringify({ agent: config })); // JSON is YAML too
  const words = [product, "agent", "--config", file, "--data-dir", dataDir];
  const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  const exited = once(child, "exit");
  const armed = new Promise<void>((resolve, reject) => {
    const look = (line: string) => {
      said += `${line}\n`;
      if (line.includes("the reader takes scans")) resolve();
    };
    createInterface(child.stdout).on("line", look);
    createInterface(child.stderr).on("line", look);
    void exited.then(() => reject(new Error(`the agent ended: ${said}`)));
  });
  armed.catch(() => undefined); // a kill may come before
  return {
    armed,
    kill: async () => {
      child.kill("SIGKILL");
      await exited;
    },
  };
}
