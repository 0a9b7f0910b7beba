// Which other program has a device open.
import { once } from "node:events";
import { closeSync, openSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findPortHolder } from "../../../../agent/ports/port-holder.ts";
import { startProgram } from "../../../fixtures/child-process.ts";
import { afterThisTest, temporaryDirectory } from "../../../fixtures/clean-up.ts";
import { openPseudoTerminal } from "../../../fixtures/pseudo-terminal.ts";

test("a device that nobody has open has no holder; neither has one that is not there", async () => {
  const path = join(temporaryDirectory(), "device");
  expect(await findPortHolder(path)).toBeUndefined();
  writeFileSync(path, "");
  expect(await findPortHolder(path)).toBeUndefined();
});

test("the holder is named with its process id, also when the path is a link", async () => {
  const directory = temporaryDirectory();
  const device = join(directory, "device");
  writeFileSync(device, "");
  symlinkSync(device, join(directory, "link"));
  const holder = startProgram("sh", ["-c", `exec 3<${device}; echo open; exec sleep 600`]);
  await once(holder.child.stdout, "data");
  await expect.poll(() => findPortHolder(join(directory, "link"))).toBe(`sleep (${holder.pid})`);
  await holder.end();
  expect(await findPortHolder(device)).toBeUndefined();
});

test("this process itself is not another program", async () => {
  const path = join(temporaryDirectory(), "device");
  writeFileSync(path, "");
  const descriptor = openSync(path, "r");
  afterThisTest(() => closeSync(descriptor));
  expect(await findPortHolder(path)).toBeUndefined();
});

test("who made a pseudo-terminal plays the device and does not hold it", async () => {
  const terminal = await openPseudoTerminal();
  expect(await findPortHolder(terminal.path)).toBeUndefined();
});
