// Reads the configuration of a service in a process of its own, so that the libraries that check it don't stay in memory.
import { spawnSync } from "node:child_process";
import { CommandFailure, exitCodes } from "../service/exit-codes.ts";
import type { Config } from "./config-schema.ts";

/** A configuration is a few kilobytes; more on standard output would be a mistake. */
const configBytesMax = 4 * 1024 * 1024;

/** The checked part of the file, with its defaults. Throws `CommandFailure` (2) with all faults at once. */
export function checkedConfig<Part extends keyof Config>(path: string, part: Part): NonNullable<Config[Part]> {
  const program = process.argv[1] ?? "";
  const { status, stdout, stderr, error } = spawnSync(
    process.execPath,
    [program, "config", "print", "--part", part, path],
    { encoding: "utf8", maxBuffer: configBytesMax, stdio: ["ignore", "pipe", "pipe"] },
  );
  if (status === exitCodes.done) return JSON.parse(stdout);
  throw new CommandFailure(exitCodes.wrongUsage, error === undefined ? stderr.trimEnd() : String(error));
}
