// What goes wrong at start is said in one sentence, with the exit code that the help promises.

import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startProgram } from "../fixtures/child-process.ts";
import { afterThisTest, temporaryDirectory } from "../fixtures/clean-up.ts";
import { freePort } from "../fixtures/free-port.ts";
import { startTiepdon, tiepdon } from "../fixtures/tiepdon.ts";
import { waitUntil } from "../fixtures/wait-until.ts";

function config(text: string): string {
  const file = join(temporaryDirectory(), "tiepdon.yaml");
  writeFileSync(file, text);
  return file;
}

const desk = (port: number) => `agent:
  facility: "99999"
  desk: quay-01
  readers: [{ id: qr-1, tcp: { host: 127.0.0.1, port: 1 } }]
  mqtt: { url: "mqtt://127.0.0.1:${port}" }
`;

test("a port in use is exit code 3", async () => {
  const taken = createServer().listen(0, "127.0.0.1");
  afterThisTest(() => taken.close());
  await once(taken, "listening");
  const address = taken.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const words = ["--config", config(`broker: { port: ${port} }\n`), "--data-dir", temporaryDirectory()];
  // Not tiepdon(): it would stop this process, whose listener must go on answering.
  const broker = startTiepdon(["broker", ...words]);
  expect(await broker.exited).toBe(3);
  expect(broker.error.join("\n")).toContain(String(port));
});

test("a data directory of another process is exit code 3, an unwritable one 5", async () => {
  const port = await freePort();
  const dataDir = temporaryDirectory();
  const words = ["--config", config(desk(port)), "--data-dir", dataDir];
  const first = startTiepdon(["agent", ...words]);
  await waitUntil("the first agent runs", () => first.out.some((line) => line.includes("no connection to the broker")));
  expect(tiepdon(["agent", ...words])).toMatchObject({ status: 3 });
  expect(tiepdon(["agent", "--config", config(desk(port)), "--data-dir", "/dev/null/spool"])).toMatchObject({
    status: 5,
  });
});

test("a broker that is away, and a wrong password, are exit code 4", async () => {
  const port = await freePort();
  expect(tiepdon(["tail", "--url", `mqtt://127.0.0.1:${port}`])).toMatchObject({ status: 4 });
  const dataDir = temporaryDirectory();
  const file = config(`broker: { port: ${port} }\n`);
  expect(
    tiepdon(["broker", "user", "add", "his", "--role", "his", "--config", file, "--data-dir", dataDir]).status,
  ).toBe(0);
  const broker = startTiepdon(["broker", "--config", file, "--data-dir", dataDir]);
  await waitUntil("the broker listens", () => broker.out.length > 0);
  const wrong = join(dataDir, "wrong");
  writeFileSync(wrong, "not the password\n");
  const words = ["--url", `mqtt://127.0.0.1:${port}`, "--username", "his", "--password-file", wrong];
  const { status, error } = tiepdon(["tail", ...words]);
  expect(status).toBe(4);
  expect(error).toContain("wrong user name or password");
});

test("wrong usage is exit code 2", () => {
  expect(tiepdon(["no-such-command"])).toMatchObject({ status: 2 });
  expect(tiepdon(["sim", "reader"])).toMatchObject({ status: 2 });
  expect(tiepdon(["spool", "status", "--data-dir", temporaryDirectory()])).toMatchObject({ status: 2 });
  expect(tiepdon(["--help"])).toMatchObject({ status: 0 });
});

test("decode reports a line that it can't read and answers the others", () => {
  const input = '{"id":1,"payload":"001090999901"}\nnonsense 079185999913\n{"id":3,"payloadHex":"ff"}\n{"id":4}\n';
  const { status, out, error } = tiepdon(["decode"], input);
  expect(status).toBe(2);
  expect(
    out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line)),
  ).toMatchObject([
    { id: 1, verdict: "valid", kind: "number-pin", person: { number: "001090999901" } },
    { id: 3, verdict: "reject", reason: "bad-utf8" },
  ]);
  expect(error).toMatch(/stdin:2[\s\S]*stdin:4/);
  expect(error).not.toContain("079185999913");
});

test("doctor tells what a desk lacks and how to mend it", async () => {
  const { status, out } = tiepdon([
    "doctor",
    "--config",
    config(desk(await freePort())),
    "--data-dir",
    temporaryDirectory(),
    "--json",
  ]);
  expect(status).toBe(1);
  const findings = out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const broken = findings.filter(({ isGood }) => !isGood).map(({ check }) => check);
  expect(broken.some((check: string) => check.includes("qr-1"))).toBe(true);
  expect(broken.some((check: string) => check.startsWith("Broker"))).toBe(true);
  for (const { isGood, fix } of findings) expect(isGood || fix.includes("|")).toBe(true);
});

test("a user that was added is listed without its password", () => {
  const dataDir = temporaryDirectory();
  tiepdon([
    "broker",
    "user",
    "add",
    "it",
    "--role",
    "it",
    "--data-dir",
    dataDir,
    "--config",
    join(dataDir, "none.yaml"),
  ]);
  const { out } = tiepdon([
    "broker",
    "user",
    "list",
    "--json",
    "--data-dir",
    dataDir,
    "--config",
    join(dataDir, "none.yaml"),
  ]);
  expect(JSON.parse(out)).toEqual({
    ...{ user: "it", role: "it" },
    lastUsed: expect.stringMatching(/^\d{4}-\d\d-\d\d$/), // an account counts as used on the day it is made
  });
});

test("doctor names the program that holds a reader, with exit code 6 when that is all", async () => {
  const port = await freePort();
  const dataDir = temporaryDirectory();
  const device = join(dataDir, "reader");
  writeFileSync(device, "");
  const holder = startProgram("sh", ["-c", `exec 3<${device}; echo open; exec sleep 600`], { onOut: () => undefined });
  const users = config(`broker: { port: ${port}, openTo: everyone }\n`);
  const broker = startTiepdon(["broker", "--config", users, "--data-dir", dataDir]);
  await waitUntil("the broker listens", () => broker.out.some((line) => line.includes("listens")));
  const file = config(desk(port).replace("tcp: { host: 127.0.0.1, port: 1 }", `serial: ${device}`));
  const { status, out } = tiepdon(["doctor", "--config", file, "--data-dir", dataDir]);
  expect(out).toContain(`sleep (${holder.pid})`);
  expect(status).toBe(6);
});
