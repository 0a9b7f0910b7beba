// A HID device keeps the contract of a Port, through the native binding and through plain files; a pseudo-terminal stands for hidraw.
import { execFileSync } from "node:child_process";
import { asHidPort } from "../../agent/ports/hid-binding-port.ts";
import { openHidrawPort } from "../../agent/ports/hidraw-port.ts";
import { FakeHidHandle } from "../fixtures/hid-handle.ts";
import { openPseudoTerminal } from "../fixtures/pseudo-terminal.ts";
import { describePort } from "./describe-port.ts";

describePort("HID port over a binding", async () => {
  const device = new FakeHidHandle();
  return {
    port: asHidPort(device),
    send: (bytes) => device.send(bytes),
    received: () => Buffer.concat(device.written),
    unplug: () => device.unplug(),
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
