// What the retained topic of a reader says.
import { expect, it } from "vitest";
import { serialHash } from "../../../../agent/registry/serial-hash.ts";
import type { Certification } from "../../../../protocol/registry/certification.ts";
import { readerInfo } from "../../../../protocol/registry/reader-info.ts";

const certified: Certification = {
  ...{
    status: "certified",
    isClockUnsure: true,
    registryVersion: 17,
    entryId: "example-a1",
    certificateId: "MAU-0001",
  },
  ...{ validUntil: "2029-01-01", mayArm: true, stayIn: "armed", alarm: false },
} as const;

it("names everything that is known, and the serial number only as a hash", () => {
  const identity = {
    ...{ id: "qr-1", profileId: "generic-hidpos", vendor: "Example", model: "A1", vid: "1209", pid: "0001" },
    ...{ serial: "A1-77", usbPort: "1-1.2", firmware: "1.4.0" },
  };
  const info = readerInfo(identity, { ...certified, warnDaysLeft: 3 }, serialHash);
  expect(info).toEqual({
    ...{ id: "qr-1", vendor: "Example", model: "A1", profile: "generic-hidpos", usb: "1209:0001", usbPort: "1-1.2" },
    ...{ firmware: "1.4.0", certification: "certified-clock-unsure", mayArm: true, alarm: false, registryVersion: 17 },
    ...{ registryEntry: "example-a1", certificate: "MAU-0001", validUntil: "2029-01-01", warnDaysLeft: 3 },
    serialHash: serialHash("1209", "0001", "A1-77"),
  });
  expect(JSON.stringify(info)).not.toContain("A1-77");
});

it("leaves out what is not known", () => {
  const identity = {
    ...{ id: "qr-2", profileId: "generic-tcp", vendor: "generic", model: "TCP", vid: undefined, pid: undefined },
    ...{ serial: "", usbPort: undefined, firmware: undefined },
  };
  const unlisted: Certification = {
    status: "no-registry",
    isClockUnsure: false,
    mayArm: true,
    stayIn: "armed",
    alarm: false,
  };
  expect(readerInfo(identity, unlisted, serialHash)).toEqual({
    ...{ id: "qr-2", vendor: "generic", model: "TCP", profile: "generic-tcp" },
    ...{ certification: "no-registry", mayArm: true, alarm: false },
  });
});

it("hashes the same device alike everywhere, and others apart", () => {
  expect(serialHash("1209", "0001", "A1-77")).toMatch(/^[0-9a-f]{16}$/);
  expect(serialHash("1209", "0001", "A1-77")).toBe(serialHash("1209", "0001", "A1-77"));
  const others = [
    serialHash("1209", "0001", "A1-78"),
    serialHash("1209", "0002", "A1-77"),
    serialHash("120", "90001", "A1-77"),
  ];
  expect(new Set([...others, serialHash("1209", "0001", "A1-77")]).size).toBe(4);
});
