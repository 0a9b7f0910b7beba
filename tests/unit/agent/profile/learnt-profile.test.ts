// From findings to a profile file: valid, with what was found, and with what a known model has besides.
import { describe, expect, test } from "vitest";
import { type LearntReader, learntProfile } from "../../../../agent/profile/learnt-profile.ts";
import { loadProfiles } from "../../../../agent/profile/load-profiles.ts";
import { readProfile } from "../../../../agent/profile/read-profile.ts";
import { type Findings, recognise } from "../../../../protocol/driver/learn/findings.ts";

const reader: LearntReader = {
  ...{ id: "site-serial", vendor: "V", model: "M", kind: "serial", baud: undefined, usb: undefined, isBridge: false },
};
const nothing: Findings = recognise([]);
const builtIn = loadProfiles(undefined).profiles;

function learnt(findings: Partial<Findings>, about: Partial<LearntReader> = {}, base?: string) {
  const profile = learntProfile({ ...nothing, ...findings }, { ...reader, ...about }, builtIn.get(base ?? "")?.file);
  const read = readProfile(JSON.stringify(profile), "learnt");
  expect(read).toMatchObject({ kind: "config" });
  return read.kind === "config" ? read.config : undefined;
}

test("takes over what was found around the data", () => {
  expect(learnt({ end: ["crlf"], aim: "]Q1", codeId: "P01", stxEtx: false })?.framing).toMatchObject({
    ...{ end: ["crlf"], aim: "optional", codeId: "503031", stxEtx: false, lengthPrefix: null },
  });
  expect(learnt({ end: [], stxEtx: true })?.framing).toMatchObject({
    end: [],
    aim: "none",
    codeId: null,
    stxEtx: true,
  });
});

test.each([
  ["serial", 0, 60],
  ["serial", 30, 60],
  ["serial", 31, 70],
  ["tcp", 50, 100],
  ["tcp", 120.5, 250],
] as const)("waits over %s after gaps of %d ms for %d ms", (kind, gapMsMax, idleMs) => {
  expect(learnt({ gapMsMax }, { kind })?.framing.idleMs).toBe(idleMs);
});

describe("names the reader", () => {
  test("by its USB numbers, HID readers by their usage page too", () => {
    const usb = { vid: "1eab", pid: "8210" };
    expect(learnt({ protocol: "hidpos", layout: "newland-64" }, { kind: "hid", usb })).toMatchObject({
      ...{ driver: "hidpos", layout: "newland-64", quirks: ["beeps-by-itself", "no-aim-in-report"] },
      match: [{ bus: "usb", vid: "1eab", pid: "8210", usagePage: "8c", interface: null }],
    });
  });

  test("by nothing where a bridge stands before it", () => {
    const profile = learnt({}, { isBridge: true, baud: 9_600 });
    expect(profile).toMatchObject({ match: [], transport: { baud: 9_600, format: "8N1" } });
    expect(profile?.quirks).toContain("bridge-identity");
  });
});

test.each([
  [
    "dechdr",
    "honeywell-cdc-dechdr",
    { driver: "serial-text", commands: "honeywell", framing: { lengthPrefix: "dechdr" } },
  ],
  ["ssi", "zebra-ssi", { driver: "ssi", init: ["c6ff3800"] }],
  ["plain", "datalogic-cdc", { commands: "datalogic", arm: { on: "45", off: "44" } }],
] as const)("keeps the commands of %s from %s", (protocol, base, members) => {
  expect(learnt({ protocol }, {}, base)).toMatchObject({ id: "site-serial", confidence: "likely", ...members });
});
