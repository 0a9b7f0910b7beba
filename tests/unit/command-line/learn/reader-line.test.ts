// Where the reader that is to be learnt is, and which of the plugged devices it is.
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { declaredLayout, pluggedDevices, readerLine } from "../../../../command-line/learn/reader-line.ts";
import { temporaryDirectory } from "../../../fixtures/clean-up.ts";
import { FakeMachine } from "../../../fixtures/fake-machine.ts";

describe("the line that is named", () => {
  test.each([
    [{ serial: "/dev/ttyACM0" }, { kind: "serial", path: "/dev/ttyACM0" }],
    [{ hid: "/dev/hidraw0" }, { kind: "hid", path: "/dev/hidraw0" }],
    [{ tcp: "192.0.2.10:4001" }, { kind: "tcp", host: "192.0.2.10", port: 4001 }],
    [{ tcp: "[2001:db8::1]:4001" }, { kind: "tcp", host: "2001:db8::1", port: 4001 }],
  ])("%j", (options, line) => expect(readerLine(options)).toEqual(line));

  test.each([{}, { serial: "a", hid: "b" }, { tcp: "host" }, { tcp: "host:0" }, { tcp: "host:65536" }])(
    "%j is wrong usage",
    (options) => expect(() => readerLine(options)).toThrow(expect.objectContaining({ exitCode: 2 })),
  );
});

describe("the plugged device behind it", () => {
  test("is found by its node, through links", async () => {
    const machine = new FakeMachine();
    machine.plug({ node: "ttyACM0", port: "1-1", vid: "1eab", pid: "8206" });
    const path = machine.plug({ node: "ttyACM1", port: "1-2", vid: "05e0", pid: "1701" });
    const link = join(temporaryDirectory(), "by-id");
    symlinkSync(path, link);
    for (const name of [path, link]) {
      const { all, own } = await pluggedDevices({ kind: "serial", path: name }, machine.roots);
      expect(all).toHaveLength(2);
      expect(own).toMatchObject({ vid: "05e0", pid: "1701" });
    }
  });

  test("is nobody on the network, or behind a path that leads nowhere", async () => {
    const machine = new FakeMachine();
    machine.plug({ node: "ttyACM0", port: "1-1", vid: "1eab", pid: "8206" });
    for (const line of [{ kind: "tcp", host: "h", port: 1 } as const, { kind: "serial", path: "/nowhere" } as const]) {
      expect((await pluggedDevices(line, machine.roots)).own).toBeUndefined();
    }
  });

  test("declares nothing without a descriptor", () => {
    expect(declaredLayout(undefined)).toBeUndefined();
  });
});
