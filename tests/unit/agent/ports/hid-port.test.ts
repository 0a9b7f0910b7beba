// Which way a HID device is opened, why it can't be, and what becomes of the binding's own kind of errors.
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { asHidPort } from "../../../../agent/ports/hid-binding-port.ts";
import { openHidPort } from "../../../../agent/ports/hid-port.ts";
import { openHidrawPort } from "../../../../agent/ports/hidraw-port.ts";
import { hidLine } from "../../../../simulators/hid-pos/hid-line.ts";
import { nobody } from "../../../../simulators/medium.ts";
import { startProgram } from "../../../fixtures/child-process.ts";
import { afterThisTest, temporaryDirectory } from "../../../fixtures/clean-up.ts";
import { openPseudoTerminal } from "../../../fixtures/pseudo-terminal.ts";
import { recordLog } from "../../../fixtures/recorded-log.ts";
import { waitUntil } from "../../../fixtures/wait-until.ts";

const log = recordLog();
const node = () => {
  const path = join(temporaryDirectory(), "hidraw0");
  writeFileSync(path, "");
  return path;
};
/** A queue in the file system: each write is read as it was written, which is as near to hidraw as a plain machine comes. */
function makeFifo(): string {
  const path = join(temporaryDirectory(), "hidraw0");
  execFileSync("mkfifo", [path]);
  return path;
}

describe("opening a HID device", () => {
  it("uses the binding where there is one", async () => {
    const path = node();
    const { medium, binding } = hidLine({ path });
    const received: Uint8Array[] = [];
    medium.attach({ ...nobody, received: (report) => received.push(report) });
    const tools = { log, loadBinding: async () => binding };
    const port = await openHidPort({ path }, tools);
    await port.write(Uint8Array.of(0xfd, 1, 2));
    await port.writeFeature(Uint8Array.of(0xfe, 1));
    expect(received).toEqual([Uint8Array.of(0xfd, 1, 2), Uint8Array.of(0xfe, 1)]);
    await expect(openHidPort({ path }, tools)).rejects.toMatchObject({ code: "port-claimed" });
    await port.close();
    await (await openHidPort({ path }, tools)).close();
  });

  it("reads the node as a plain file where there is none", async () => {
    const path = makeFifo();
    const port = await openHidPort({ path }, { log, loadBinding: async () => undefined });
    afterThisTest(() => port.close());
    const reports: string[] = [];
    port.start(
      (report) => reports.push(Buffer.from(report).toString()),
      () => undefined,
    );
    await port.write(Buffer.from("report")); // a FIFO gives back to its only holder what was written
    await waitUntil("the report came back", () => reports.join("") === "report");
    await expect(port.writeFeature(Uint8Array.of(0xfe, 1))).rejects.toMatchObject({ code: "port-failed" });
  });

  it("says once in a process that the binding of this machine can't be loaded, and goes on without it", async () => {
    const recorded = recordLog();
    for (let time = 0; time < 2; time += 1) {
      const port = await openHidPort({ path: makeFifo() }, { log: recorded }).catch(() => undefined);
      await port?.close();
    }
    expect(recorded.lines.length).toBeLessThanOrEqual(1);
    for (const line of recorded.lines) expect(line.sentence).toContain("node-hid can't be loaded");
  });

  it.each([
    [
      "cannot open device with path /dev/hidraw0: Failed to open a device with path '/dev/hidraw0': No such file or directory",
      "port-absent",
    ],
    ["cannot open device with path /dev/hidraw0: Permission denied", "port-forbidden"],
    ["cannot open device with path /dev/hidraw0: Device or resource busy", "port-claimed"],
    ["cannot open device with path /dev/hidraw0", "port-failed"],
  ])("tells by its code why %s", async (words, code) => {
    const open = () => Promise.reject(words); // a string, as node-hid has it
    await expect(openHidPort({ path: node() }, { log, loadBinding: async () => ({ open }) })).rejects.toMatchObject({
      code,
    });
  });

  it("tells by its code why a plain file can't be opened", async () => {
    const tools = { log, loadBinding: async () => undefined };
    const folder = join(temporaryDirectory(), "folder");
    mkdirSync(folder);
    await expect(openHidPort({ path: `${folder}/none` }, tools)).rejects.toMatchObject({ code: "port-absent" });
    await expect(openHidPort({ path: folder }, tools)).rejects.toMatchObject({ code: "port-failed" });
  });

  it("names the program that holds the device", async () => {
    const terminal = await openPseudoTerminal();
    const holder = startProgram("sh", ["-c", `exec sleep 60 < ${terminal.path}`]);
    const tools = { log, loadBinding: async () => undefined };
    const opening = () =>
      openHidPort({ path: terminal.path }, tools)
        .then((port) => port.close())
        .catch((error: unknown) => error);
    await expect
      .poll(opening, { timeout: 5_000 })
      .toMatchObject({ code: "port-claimed", holder: `sleep (${holder.pid})` });
  });
});

describe("a HID device over a binding", () => {
  const path = "/dev/hidraw0";

  it("is lost with the binding's words as the cause, once", async () => {
    const { medium, binding } = hidLine({ path });
    const losses: { code: string; cause: unknown }[] = [];
    asHidPort(await binding.open(path)).start(
      () => undefined,
      ({ code, cause }) => losses.push({ code, cause }),
    );
    await medium.close();
    await waitUntil("the loss was told", () => losses.length > 0);
    const cause = new Error("could not read from HID device: device disconnected");
    expect(losses).toEqual([{ code: "port-lost", cause }]);
  });

  it("keeps reports apart", async () => {
    const { medium, binding } = hidLine({ path });
    const reports: number[] = [];
    asHidPort(await binding.open(path)).start(
      (report) => reports.push(report.length),
      () => undefined,
    );
    for (const length of [64, 1, 64]) await medium.write(new Uint8Array(length));
    await waitUntil("all came", () => reports.length === 3);
    expect(reports).toEqual([64, 1, 64]);
  });
});

describe("a HID device over plain files", () => {
  it("may be closed while it is read, and leaves nothing behind that reads on", async () => {
    const terminal = await openPseudoTerminal();
    execFileSync("stty", ["-F", terminal.path, "raw", "-echo"]);
    const port = await openHidrawPort(terminal.path);
    let told = 0;
    port.start(
      () => {
        told += 1;
        void port.close();
      },
      () => undefined,
    );
    await terminal.send(Buffer.from("one"));
    await waitUntil("it came", () => told === 1);
    await port.close();
    await terminal.send(Buffer.from("two"));
    await sleep(50); // five looks
    expect(told).toBe(1);
  });
});
