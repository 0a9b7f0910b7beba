// Reads the configuration of a service in a process of its own, so that the libraries that check it don't stay in memory.
import { execFile } from "node:child_process";
import { CommandFailure, exitCodes } from "../service/exit-codes.ts";
import type { Config } from "./config-schema.ts";

/** A configuration is a few kilobytes; more on standard output would be a mistake. */
const configBytesMax = 4 * 1024 * 1024;

/** The checked part of the file, with its defaults. Rejects with `CommandFailure` (2) and all faults at once. */
export function checkedConfig<Part extends keyof Config>(path: string, part: Part): Promise<NonNullable<Config[Part]>> {
  const words = [process.argv[1] ?? "", "config", "print", "--part", part, path];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, words, { maxBuffer: configBytesMax }, (error, stdout, stderr) => {
      if (error === null) resolve(JSON.parse(stdout));
      else reject(new CommandFailure(exitCodes.wrongUsage, stderr.trimEnd() || error.message));
    });
  });
}
