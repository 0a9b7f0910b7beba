// The tiepdon command: every command with its options and an example; the work is loaded when a command is run.
import { Command } from "commander";

declare const TIEPDON_VERSION: string;

const program = new Command("tiepdon").version(TIEPDON_VERSION);
program.parseAsync(process.argv).catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
