// A HID device keeps the contract of a Port, through the native binding and through plain files; a pseudo-terminal stands for hidraw.
import { execFileSync } from "node:child_process";
import { asHidPort } from "../../agent/ports/hid-binding-port.ts";
import { openHidrawPort } from "../../agent/ports/hidraw-port.ts";
import { hidLine } from "../../simulators/hid-pos/hid-line.ts";
import { nobody } from "../../simulators/medium.ts";
import { openPseudoTerminal } from "../fixtures/pseudo-terminal.ts";
import { describePort } from "./describe-port.ts";

describePort("HID port over a binding", async () => {
  const { medium, binding } = hidLine({ path: "/dev/hidraw0" });
  const received: Uint8Array[] = [];
  medium.attach({ ...nobody, received: (report) => received.push(report) });
  return {
    port: asHidPort(await binding.open("/dev/hidraw0")),
    send: (bytes) => medium.write(bytes).catch(() => undefined),
    received: () => Buffer.concat(received),
    unplug: () => medium.close(),
  };
});

describePort("HID port over plain files", async () => {
  const terminal = await openPseudoTerminal();
  execFileSync("stty", ["-F", terminal.path, "raw", "-echo"]);
  return {
    port: await openHidrawPort(terminal.path),
    send: terminal.send,
    received: terminal.answers,
    unplug: () => terminal.end(),
  };
});
