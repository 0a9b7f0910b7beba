// Every built-in profile makes a driver that runs, hears nothing but noise without harm, and beeps what the profile says.
import { describe, expect, test } from "vitest";
import { loadProfiles } from "../../agent/profile/load-profiles.ts";
import { makeDriver, type Transport } from "../../agent/reader/make-driver.ts";
import { outcomes } from "../../protocol/driver/outcome.ts";
import type { Profile } from "../../protocol/driver/profile.ts";
import { MemoryHost } from "../fixtures/driver-host.ts";

const profiles = [...loadProfiles(undefined).profiles.values()].map(({ profile }) => [profile.id, profile] as const);
const transports = { serial: "usb", tcp: "tcp", hid: "hid", socketio: "socketio" } as const;
const nothingTaken = { crcOf: () => undefined, last: () => undefined };
const noRandom = { unit: () => 0.5, bytes: (count: number) => new Uint8Array(count) };

/** Without questions at the start: nobody answers them here. */
const unasked = (profile: Profile): Profile => ({
  ...profile,
  init: [],
  version: { send: undefined, expect: undefined },
});

function run(profile: Profile): { host: MemoryHost; driver: ReturnType<typeof makeDriver> } {
  const host = new MemoryHost();
  const transport: Transport = transports[profile.transport.kind];
  const options = { profile, transport, reportDescriptor: undefined, taken: nothingTaken, random: noRandom };
  const driver = host.run((own) => makeDriver(own, { ...options, optionalFields: false }));
  return { host, driver };
}

test.each(profiles)("%s runs through a day of noise without a throw", (_, profile) => {
  const { host, driver } = run(profile);
  for (let byte = 0; byte < 256; byte += 1) {
    host.receive(new Uint8Array(64).fill(byte));
    host.pass(700);
  }
  driver.checkHealth(host.nowMs);
  host.pass(5_000);
  driver.setArmed(true, host.nowMs);
  for (const outcome of outcomes) driver.signal(outcome, host.nowMs);
  driver.close();
});

describe("readers that take bytes as they are", () => {
  const direct = profiles.filter(([, { driver }]) => driver === "serial-text");
  test.each(direct)("%s is sent what its profile says", (_, profile) => {
    const { host, driver } = run(unasked(profile));
    host.pass(10_000);
    for (const outcome of outcomes) {
      const before = host.written.length;
      driver.signal(outcome, host.nowMs);
      expect(Buffer.concat(host.written.slice(before))).toEqual(Buffer.concat(profile.feedback[outcome]));
    }
  });
});

describe("HID POS readers", () => {
  const hid = profiles.filter(([, { driver, layout }]) => driver === "hidpos" && layout !== undefined);
  test.each(hid)("%s is sent it in reports of 64 bytes", (_, profile) => {
    const { host, driver } = run(unasked(profile));
    host.pass(10_000);
    for (const outcome of outcomes) {
      const before = host.written.length;
      driver.signal(outcome, host.nowMs);
      const reports = host.written.slice(before);
      expect(reports.map((report) => report.length)).toEqual(profile.feedback[outcome].map(() => 64));
      expect(reports.map((report) => report.subarray(2, 2 + (report[1] ?? 0)))).toEqual(profile.feedback[outcome]);
    }
  });
});
