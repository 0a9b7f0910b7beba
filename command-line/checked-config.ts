// Reads the configuration of a service in a process of its own, so that the libraries that check it don't stay in memory.
import { execFile } from "node:child_process";
import type { AgentConfig } from "../agent/config.ts";
import { CommandFailure, exitCodes } from "../service/exit-codes.ts";
import type { Config } from "./config-schema.ts";
import type { ModelFiles } from "./reader-models.ts";

/** A configuration is a few kilobytes; more on standard output would be a mistake. */
const configBytesMax = 4 * 1024 * 1024;

/** The checked part of the file, with its defaults. Rejects with `CommandFailure` (2) and all faults at once. */
export function checkedConfig<Part extends keyof Config>(path: string, part: Part): Promise<NonNullable<Config[Part]>> {
  return printed(["--part", part, path]);
}

/** The desk's part, and what is known of its readers. Rejects as `checkedConfig` does. */
export function checkedDesk(path: string): Promise<{ config: AgentConfig; models: ModelFiles }> {
  return printed(["--desk", path]);
}

function printed<T>(words: readonly string[]): Promise<T> {
  const command = [process.argv[1] ?? "", "config", "print", ...words];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, command, { maxBuffer: configBytesMax }, (error, stdout, stderr) => {
      if (error === null) resolve(JSON.parse(stdout));
      else reject(new CommandFailure(exitCodes.wrongUsage, stderr.trimEnd() || error.message));
    });
  });
}
