// The tiepdon command: its groups of commands, and what a failure looks like; the work of a command is loaded when it is run.
import { Command, CommanderError } from "commander";
import { type CommandFailure, exitCodes } from "../service/exit-codes.ts";
import { auditCommands } from "./groups/audit-commands.ts";
import { authorityCommands } from "./groups/authority-commands.ts";
import { brokerCommands } from "./groups/broker-commands.ts";
import { clusterCommands } from "./groups/cluster-commands.ts";
import { configCommands } from "./groups/config-commands.ts";
import { deskCommands } from "./groups/desk-commands.ts";
import { readerCommands } from "./groups/reader-commands.ts";
import { readingCommands } from "./groups/reading-commands.ts";
import { registryCommands } from "./groups/registry-commands.ts";
import { serviceCommands } from "./groups/service-commands.ts";
import { simulatorCommands } from "./groups/simulator-commands.ts";
import { say, styled } from "./terminal.ts";
import { version } from "./version.ts";

const program = new Command("tiepdon")
  .description(
    "Phần mềm quầy tiếp đón: đọc giấy tờ, gửi lượt đến qua MQTT | Reception desk: reads documents, publishes arrivals over MQTT",
  )
  .version(version)
  .enablePositionalOptions() // `broker` and `broker user add` share option names
  .exitOverride()
  .showSuggestionAfterError()
  .configureHelp({ showGlobalOptions: false })
  .addHelpText(
    "after",
    `
Mã thoát | exit codes: 0 done, 1 failed, 2 wrong usage or configuration, 3 already running or port in use,
  4 broker away or refuses, 5 disk trouble, 6 reader held by another program

Ví dụ | examples:
  tiepdon up --demo                 thử ngay, không cần đầu đọc | try it now, without a reader
  tiepdon doctor                    xem quầy thiếu gì | see what a desk lacks
  tiepdon config example > tiepdon.yaml`,
  );

/** In the order of the help. */
const groups = [
  serviceCommands,
  brokerCommands,
  authorityCommands,
  auditCommands,
  clusterCommands,
  readingCommands,
  simulatorCommands,
  readerCommands,
  deskCommands,
  registryCommands,
  configCommands,
];
for (const addCommands of groups) addCommands(program);

/** One clear sentence on standard error, and the exit code that belongs to it. */
function fail(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.wrongUsage;
  // Each command is a file of its own with its own copy of the class, so the name tells and not `instanceof`.
  if (error instanceof Error && error.name === "CommandFailure") {
    say(styled("red", error.message));
    return (error as CommandFailure).exitCode;
  }
  say(styled("red", `Lỗi | error: ${error instanceof Error ? error.message : String(error)}`));
  return exitCodes.failed;
}

process.title = "tiepdon";
process.umask(0o077); // what is written holds patients' data: for this user alone
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(exitCodes.done); // the reader of our output has seen enough
});
program.parseAsync().then(
  () => undefined,
  (error: unknown) => {
    process.exit(fail(error)); // whatever was started before the failure ends with it
  },
);
