// systemd is told in the order of the calls; a service without systemd, or with a deaf one, works on.
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openLog } from "../../../service/log.ts";
import { SdNotify } from "../../../service/sd-notify.ts";

let directory: string;
const logLines: string[] = [];
const log = openLog({ level: "debug", service: "test", destination: { write: (line) => logLines.push(line) } });

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "tiepdon-notify-"));
  logLines.length = 0;
});
afterEach(() => rmSync(directory, { recursive: true }));

/** Stands for systemd-notify: writes each of its arguments on a line, the slower the earlier it is called. */
function recordingProgram(): { program: string; told: () => string[] } {
  const program = join(directory, "record");
  const file = join(directory, "told");
  const script = `#!/bin/sh\n[ -e '${file}' ] || sleep 0.1\nprintf '%s\\n' "$NOTIFY_SOCKET" "$@" >>'${file}'\n`;
  writeFileSync(program, script);
  chmodSync(program, 0o755);
  return { program, told: () => readFileSync(file, "utf8").trimEnd().split("\n") };
}

test("ready, status, watchdog and stopping are told in the order of the calls", async () => {
  const { program, told } = recordingProgram();
  const systemd = new SdNotify({ environment: { NOTIFY_SOCKET: "@s" }, log, program });
  void systemd.ready("2 readers\nopen");
  void systemd.feedWatchdog();
  void systemd.status("1 reader");
  await systemd.stopping();
  const messages = [["READY=1", "STATUS=2 readers open"], ["WATCHDOG=1"], ["STATUS=1 reader"], ["STOPPING=1"]];
  expect(told()).toEqual(messages.flatMap((message) => ["@s", ...message]));
  expect(logLines).toEqual([]);
});

test("the watchdog is fed three times in its period, and not at all without systemd", () => {
  const interval = (environment: object) => new SdNotify({ environment, log }).watchdogIntervalMs;
  expect(interval({ NOTIFY_SOCKET: "/x", WATCHDOG_USEC: "60000000" })).toBe(20_000);
  expect(interval({ NOTIFY_SOCKET: "/x" })).toBeUndefined();
  expect(interval({ WATCHDOG_USEC: "60000000" })).toBeUndefined();
});

test("without systemd nothing is started", async () => {
  const systemd = new SdNotify({ environment: {}, log, program: "/nonexistent" });
  await systemd.ready("ok");
  await systemd.stopping();
  expect(logLines).toEqual([]);
});

test("a message that can't be delivered is a warning, not a failure", async () => {
  const environment = { NOTIFY_SOCKET: "/nonexistent/notify" };
  await new SdNotify({ environment, log, program: "/nonexistent/systemd-notify" }).ready("ok");
  await new SdNotify({ environment, log, program: "false" }).ready("ok");
  expect(logLines).toHaveLength(2);
  expect(logLines[1]).toContain("ended with 1");
});

test("messages beyond a small backlog are dropped", async () => {
  const systemd = new SdNotify({ environment: { NOTIFY_SOCKET: "/nonexistent/notify" }, log, program: "false" });
  await Promise.all(Array.from({ length: 20 }, () => systemd.feedWatchdog()));
  expect(logLines).toHaveLength(8);
});
