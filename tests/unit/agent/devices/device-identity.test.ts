// A selector fits one device, none, or more than one, which nobody may choose from.
import { describe, expect, it } from "vitest";
import { type DeviceIdentity, type DeviceSelector, placeOf } from "../../../../agent/devices/device-identity.ts";

const reader = (facts: Partial<DeviceIdentity>): DeviceIdentity => ({
  key: "1eab:1d10:7",
  kind: "hidraw",
  path: "/dev/hidraw0",
  vid: "1eab",
  pid: "1d10",
  serial: undefined,
  product: undefined,
  interface: "00",
  port: "1-1",
  usagePages: ["8c"],
  reportDescriptor: undefined,
  ...facts,
});

const twins = [reader({ port: "1-1" }), reader({ port: "1-2", path: "/dev/hidraw1" })];
const composite = [reader({ usagePages: ["1"], interface: "00" }), reader({ interface: "01", path: "/dev/hidraw1" })];

describe("the place of a selected device", () => {
  it.each<[string, DeviceSelector, readonly DeviceIdentity[], string]>([
    ["nothing plugged in", { kind: "hidraw" }, [], "absent"],
    ["the only one", { kind: "hidraw", vid: "1EAB", pid: "1d10" }, [reader({})], "/dev/hidraw0"],
    ["another kind", { kind: "tty", vid: "1eab" }, [reader({})], "absent"],
    ["another model", { kind: "hidraw", vid: "1eab", pid: "8203" }, [reader({})], "absent"],
    ["twins without a port", { kind: "hidraw", vid: "1eab" }, twins, "ambiguous"],
    ["twins by port", { kind: "hidraw", vid: "1eab", port: "1-2" }, twins, "/dev/hidraw1"],
    ["a port where nothing is", { kind: "hidraw", port: "1-3" }, twins, "absent"],
    ["a composite by nothing", { kind: "hidraw", vid: "1eab" }, composite, "ambiguous"],
    ["a composite by usage page", { kind: "hidraw", usagePage: "8C" }, composite, "/dev/hidraw1"],
    ["a usage page with zeros", { kind: "hidraw", usagePage: "008c" }, composite, "/dev/hidraw1"],
    ["a composite by interface", { kind: "hidraw", interface: "00" }, composite, "/dev/hidraw0"],
    [
      "a serial number",
      { kind: "hidraw", serial: "B" },
      [reader({ serial: "A" }), reader({ serial: "B", path: "/b" })],
      "/b",
    ],
    ["a serial number that none has", { kind: "hidraw", serial: "B" }, [reader({})], "absent"],
  ])("%s", (_, selector, devices, expected) => {
    const place = placeOf([selector], devices);
    expect(place.kind === "there" ? place.path : place.kind).toBe(expected);
  });

  it("of a profile that knows several products is ambiguous when two of them are there", () => {
    const devices = [reader({ pid: "1d10" }), reader({ pid: "8210", path: "/dev/hidraw1" })];
    const selectors = ["1d10", "8210"].map((pid): DeviceSelector => ({ kind: "hidraw", vid: "1eab", pid }));
    expect(placeOf(selectors, devices).kind).toBe("ambiguous");
    expect(placeOf(selectors, devices.slice(1))).toMatchObject({ kind: "there", path: "/dev/hidraw1" });
  });
});
