// One process at a time owns a data directory.
import { chownSync, existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { AlreadyRunning, lockInstance } from "../../../store/instance-lock.ts";
import { startProgram } from "../../fixtures/child-process.ts";
import { temporaryDirectory } from "../../fixtures/clean-up.ts";
import { waitUntil } from "../../fixtures/wait-until.ts";

const lockModule = fileURLToPath(new URL("../../../store/instance-lock.ts", import.meta.url));

/** Another process that takes the lock and keeps it. */
async function lockElsewhere(path: string) {
  const lines: string[] = [];
  const script = `import { lockInstance } from ${JSON.stringify(lockModule)};
    lockInstance(${JSON.stringify(path)}); console.log("locked"); setInterval(() => {}, 1000);`;
  const program = startProgram(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], {
    onOut: (line) => lines.push(line),
  });
  await waitUntil("the other process has the lock", () => lines.includes("locked"));
  return program;
}

test("the second is refused until the first lets go", () => {
  const path = join(temporaryDirectory(), "new/agent.lock");
  const unlock = lockInstance(path);
  expect(() => lockInstance(path)).toThrow(AlreadyRunning);
  unlock();
  lockInstance(path)();
});

test("another process is refused too, and kill -9 frees the lock", async () => {
  const path = join(temporaryDirectory(), "agent.lock");
  const other = await lockElsewhere(path);
  expect(() => lockInstance(path)).toThrow(AlreadyRunning);
  await other.end("SIGKILL");
  const unlock = lockInstance(path);
  expect(existsSync(path)).toBe(true);
  unlock();
});

test("two directories do not know each other", () => {
  const first = lockInstance(join(temporaryDirectory(), "agent.lock"));
  const second = lockInstance(join(temporaryDirectory(), "agent.lock"));
  first();
  second();
});

test("a lock that root takes in the service's folder belongs to the service, which has to take it afterwards", () => {
  const folder = temporaryDirectory();
  if (process.getuid?.() === 0) chownSync(folder, 65_534, 65_534);
  const path = join(folder, "broker.lock");
  lockInstance(path)();
  expect(statSync(path).uid).toBe(statSync(folder).uid);
});
