// Devices are named by what they say and where they are plugged in, read from a sysfs made of real folders and links.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DeviceReading } from "../../../../agent/devices/read-devices.ts";
import { FakeMachine } from "../../../fixtures/fake-machine.ts";
import { exampleDescriptor } from "../../protocol/frame/hid-pos/example-descriptor.ts";

let machine: FakeMachine;
let reading: DeviceReading;
beforeEach(() => {
  machine = new FakeMachine();
  reading = new DeviceReading(machine.roots);
});
afterEach(() => machine.remove());

const newland = { vid: "1eab", pid: "1d10" };
/** A boot keyboard, shortened to its application collection (page 01, usage 06). */
const keyboardDescriptor = Buffer.from("05010906a101c0", "hex");

describe("reading devices", () => {
  it("names a serial reader by its serial number, wherever it is plugged in", async () => {
    const path = machine.plug({
      node: "ttyACM3",
      port: "1-1.2",
      vid: "0c2e",
      pid: "0b6a",
      serial: "A 17",
      product: "1950",
    });
    expect(await reading.read()).toEqual([
      {
        key: "0c2e:0b6a:A 17",
        kind: "tty",
        path,
        vid: "0c2e",
        pid: "0b6a",
        serial: "A 17",
        product: "1950",
        interface: "00",
        port: "1-1.2",
        usagePages: [],
        reportDescriptor: undefined,
      },
    ]);
  });

  it("names a reader without a serial number by its port", async () => {
    machine.plug({ node: "ttyUSB0", port: "1-1.4.1", vid: "1a86", pid: "7523", serial: "" });
    expect(await keys()).toEqual(["1a86:7523@1-1.4.1"]);
  });

  it("names two readers that claim one serial number by their ports", async () => {
    machine.plug({ node: "ttyACM0", port: "1-1", ...newland, serial: "0000" });
    machine.plug({ node: "ttyACM1", port: "1-2", ...newland, serial: "0000" });
    machine.plug({ node: "ttyACM2", port: "1-3", ...newland, serial: "0001" });
    expect(await keys()).toEqual(["1eab:1d10@1-1", "1eab:1d10@1-2", "1eab:1d10:0001"]);
  });

  it("gives the nodes of one composite reader one key, and tells them apart by interface and usage page", async () => {
    machine.plug({
      node: "hidraw0",
      port: "1-1",
      ...newland,
      serial: "7",
      interface: "00",
      descriptor: keyboardDescriptor,
    });
    machine.plug({
      node: "hidraw1",
      port: "1-1",
      ...newland,
      serial: "7",
      interface: "01",
      descriptor: exampleDescriptor,
    });
    const devices = (await reading.read()) ?? [];
    expect(devices.map((device) => device.key)).toEqual(["1eab:1d10:7", "1eab:1d10:7"]);
    expect(devices.map((device) => device.interface)).toEqual(["00", "01"]);
    expect(devices.map((device) => device.usagePages)).toEqual([["1"], ["8c"]]);
    expect(devices[1]?.reportDescriptor).toEqual(exampleDescriptor);
  });

  it("names the machine's own serial port by its chip", async () => {
    machine.solder("ttyAMA0", "fe201000.serial");
    expect(await keys()).toEqual(["@fe201000.serial"]);
  });

  it("reads a HID device that is not on USB from its uevent", async () => {
    const uevent = "HID_ID=0003:00001EAB:00001D10\nHID_NAME=Simulated reader\nHID_PHYS=guest/0\nHID_UNIQ=S1\n";
    machine.simulateHid("hidraw0", uevent, exampleDescriptor);
    const [device] = (await reading.read()) ?? [];
    expect(device).toMatchObject({
      key: "1eab:1d10:S1",
      product: "Simulated reader",
      port: "guest/0",
      usagePages: ["8c"],
    });
  });

  it.each([
    [8, "1eab:?@far"],
    [9, "@hub9"],
  ])("looks no further up than eight folders: %i", async (levels, key) => {
    machine.solder("ttyAMA1", ["far", ...Array.from({ length: levels }, (_, at) => `hub${at + 1}`)].join("/"));
    writeFileSync(join(machine.roots.sys, "devices/platform/soc/far/idVendor"), "1eab\n");
    expect(await keys()).toEqual([key]);
  });

  it("passes over other terminals, and nodes that are not there yet", async () => {
    machine.solder("ttyS0", "serial8250");
    machine.plug({ node: "ttyACM0", port: "1-1", ...newland });
    machine.unplug("ttyACM0");
    expect(await reading.read()).toBeUndefined();
  });

  it("survives a descriptor that is none", async () => {
    machine.plug({ node: "hidraw0", port: "1-1", ...newland, descriptor: Buffer.alloc(5_000, 0xff) });
    expect((await reading.read())?.[0]?.usagePages).toEqual([]);
  });

  it("answers nothing while nothing changes, and everything after a change", async () => {
    machine.plug({ node: "ttyACM0", port: "1-1", ...newland });
    expect(await keys()).toHaveLength(1);
    expect(await reading.read()).toBeUndefined();
    machine.plug({ node: "ttyACM1", port: "1-2", ...newland });
    expect(await keys()).toHaveLength(2);
    machine.unplug("ttyACM0", "1-1");
    expect(await keys()).toEqual(["1eab:1d10@1-2"]);
    machine.unplug("ttyACM1", "1-2");
    expect(await keys()).toEqual([]);
    expect(await reading.read()).toBeUndefined();
  });

  it("sees another reader under the name and on the port of the one before", async () => {
    machine.plug({ node: "ttyACM0", port: "1-1", ...newland, serial: "1" });
    expect(await keys()).toEqual(["1eab:1d10:1"]);
    machine.unplug("ttyACM0", "1-1");
    machine.plug({ node: "ttyACM0", port: "1-1", ...newland, serial: "2" });
    expect(await keys()).toEqual(["1eab:1d10:2"]);
  });

  it("lets no control characters of a device through", async () => {
    machine.plug({ node: "ttyACM0", port: "1-1", ...newland, serial: "\u001b[31m9\u0007" });
    expect(await keys()).toEqual(["1eab:1d10:[31m9"]);
  });
});

const keys = async (): Promise<string[]> => ((await reading.read()) ?? []).map((device) => device.key);
