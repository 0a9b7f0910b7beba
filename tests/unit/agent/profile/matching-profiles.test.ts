// Which profile a plugged device gets: by its numbers, its interface and its usage pages, plain models first.
import { expect, test } from "vitest";
import type { DeviceIdentity } from "../../../../agent/devices/device-identity.ts";
import { loadProfiles } from "../../../../agent/profile/load-profiles.ts";
import { isBehindBridge, matchingProfiles } from "../../../../agent/profile/matching-profiles.ts";

const profiles = [...loadProfiles(undefined).profiles.values()].map(({ profile }) => profile);

const device = (kind: "tty" | "hidraw", vid: string, pid: string, ...usagePages: string[]): DeviceIdentity => ({
  ...{ key: "k", kind, path: "/dev/x", vid, pid, serial: undefined, product: undefined, interface: "00" },
  ...{ port: "1-1", usagePages, reportDescriptor: undefined },
});
const ids = (one: DeviceIdentity, of = profiles): string[] => matchingProfiles(one, of).map(({ id }) => id);

test.each([
  [device("tty", "1eab", "8206"), ["newland-cdc", "generic-serial"]],
  [device("hidraw", "1eab", "8210", "8c"), ["newland-hidpos", "generic-hidpos"]],
  [device("tty", "0c2e", "0720"), ["honeywell-cdc", "honeywell-cdc-dechdr", "honeywell-cdc-hostack", "generic-serial"]],
  [device("hidraw", "0c2e", "0b61", "1"), []],
  [device("hidraw", "0c2e", "0b61", "1", "8c"), ["honeywell-hidpos", "generic-hidpos"]],
  [device("hidraw", "1209", "0001", "8c"), ["generic-hidpos"]],
  [device("hidraw", "046d", "c077", "1"), []],
  [device("tty", "1a86", "7523"), ["generic-serial"]],
])("%j", (one, expected) => expect(ids(one)).toEqual(expected));

test("an interface that the profile names must be the device's", () => {
  const [base] = profiles.filter(({ id }) => id === "newland-cdc");
  if (base === undefined) throw new Error("no profile");
  const match = [{ bus: "usb", vid: "1eab", pid: "8206", usagePage: undefined, interface: "02" } as const];
  expect(ids(device("tty", "1eab", "8206"), [{ ...base, match }])).toEqual([]);
  expect(ids({ ...device("tty", "1eab", "8206"), interface: "02" }, [{ ...base, match }])).toEqual(["newland-cdc"]);
});

test("converters are known", () => {
  expect(isBehindBridge(device("tty", "1a86", "7523"))).toBe(true);
  expect(isBehindBridge(device("tty", "1eab", "8206"))).toBe(false);
});
