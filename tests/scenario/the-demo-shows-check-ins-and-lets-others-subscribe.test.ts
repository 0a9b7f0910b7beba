// One command: broker, desk and a simulated reader run, and what the banner says about subscribing is true.
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startProgram } from "../fixtures/child-process.ts";
import { temporaryDirectory } from "../fixtures/clean-up.ts";
import { freePort } from "../fixtures/free-port.ts";
import { startTiepdon, tiepdon } from "../fixtures/tiepdon.ts";
import { waitUntil } from "../fixtures/wait-until.ts";

/** An orderly end may take this long. */
const endMsMax = 2_000;

test("the demo shows masked check-ins, the banner's mosquitto_sub gets them whole, and Ctrl-C ends it", async () => {
  const port = await freePort();
  const dataDir = temporaryDirectory();
  const demo = startTiepdon(["up", "--demo", "--mqtt-port", String(port), "--data-dir", dataDir]);
  await waitUntil("two check-ins are shown", () => demo.out.filter((line) => line.includes("•••••")).length >= 2);

  const banner = demo.error.find((line) => line.trim().startsWith("mosquitto_sub")) ?? "";
  const words = banner
    .trim()
    .split(" ")
    .map((word) => word.replaceAll("'", ""));
  const events: Record<string, unknown>[] = [];
  const [command = "", ...options] = words;
  startProgram(command, options, { onOut: (line) => events.push(JSON.parse(line)) });
  await waitUntil("the banner's command receives an event", () => events.length >= 1);
  expect(events[0]).toMatchObject({ specversion: "1.0", type: "vn.tiepdon.checkin.v1" });

  const credentialsFile = join(dataDir, "credentials.json");
  expect(Object.keys(JSON.parse(readFileSync(credentialsFile, "utf8")))).toEqual(["url", "username", "password"]);
  for (const file of ["credentials.json", "users.json", "spool.db", "broker.db"]) {
    expect(statSync(join(dataDir, file)).mode & 0o077, file).toBe(0);
  }
  const tail = tiepdon(["tail", "--credentials", credentialsFile, "--count", "1"]);
  expect(tail).toMatchObject({ status: 0 });
  expect(tail.out).toMatch(/quay-01 .*•••••/);

  const shown = demo.out.join("\n");
  const { person } = (events[0] as { data: { person: { number: string; name: string } } }).data;
  expect(shown).not.toContain(person.number);
  expect(shown).not.toContain(person.name);

  const startedAt = performance.now();
  demo.child.kill("SIGINT");
  expect(await demo.exited).toBe(0);
  expect(performance.now() - startedAt).toBeLessThan(endMsMax);
});
