// Loading profiles: the built-in ones, a site's own, what a site may change, and every fault with its place and fix.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadProfiles, profileIsChanged } from "../../../../agent/profile/load-profiles.ts";
import { temporaryDirectory } from "../../../fixtures/clean-up.ts";

/** The example of READERS chapter 13, member by member. */
const example = {
  schema: "reader-profile/1",
  id: "newland-fm430-hidpos",
  vendor: "Newland",
  model: "FM430",
  driver: "hidpos",
  match: [{ bus: "usb", vid: "1eab", pid: "1d10", usagePage: "8c", interface: null }],
  transport: { kind: "hid", baud: null, format: null, flow: "none", host: null, port: null },
  framing: {
    end: ["cr", "lf", "crlf", "tab"],
    stxEtx: false,
    lengthPrefix: null,
    idleMs: 60,
    maxBytes: 8192,
    aim: "none",
    codeId: null,
    stripTerminator: true,
  },
  layout: "newland-64",
  text: "utf-8",
  ack: { mode: "none", timeoutMs: null },
  init: [],
  version: { send: null, expect: null },
  trigger: { on: "015404", off: "015004" },
  arm: { on: null, off: null },
  feedback: { accepted: [], rejected: [], repeated: [], wait: [], attention: [], identify: [] },
  quirks: ["no-aim-in-report"],
  capabilities: ["qr", "utf8"],
  confidence: "likely",
};

function site(files: Readonly<Record<string, unknown>>): string {
  const folder = temporaryDirectory();
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(folder, name), typeof content === "string" ? content : JSON.stringify(content, null, 2));
  }
  return folder;
}

describe("a site folder", () => {
  test("adds the model of the reference, with the members it does not name at their defaults", () => {
    const { profiles, faults } = loadProfiles(site({ "newland-fm430-hidpos.json": example }));
    expect(faults).toEqual([]);
    const loaded = profiles.get("newland-fm430-hidpos");
    expect(loaded).toMatchObject({ origin: "site", isChanged: false });
    expect(loaded?.path).toMatch(/newland-fm430-hidpos\.json$/);
    expect(loaded?.profile).toEqual({
      id: "newland-fm430-hidpos",
      vendor: "Newland",
      model: "FM430",
      driver: "hidpos",
      match: [{ bus: "usb", vid: "1eab", pid: "1d10", usagePage: "8c", interface: undefined }],
      transport: { kind: "hid", baud: undefined, host: undefined, port: undefined },
      framing: { ...example.framing, lengthPrefix: undefined, codeId: undefined },
      layout: "newland-64",
      commands: "none",
      ack: { mode: "none", timeoutMs: undefined },
      init: [],
      version: { send: undefined, expect: undefined },
      trigger: { on: Uint8Array.of(1, 0x54, 4), off: Uint8Array.of(1, 0x50, 4) },
      arm: { on: undefined, off: undefined },
      feedback: { ...example.feedback, result: [] },
      quirks: ["no-aim-in-report"],
      capabilities: ["qr", "utf8"],
      confidence: "likely",
    });
  });

  test("may be absent, empty, or hold other files", () => {
    const builtIn = [...loadProfiles(undefined).profiles.keys()];
    for (const folder of [join(temporaryDirectory(), "none"), temporaryDirectory(), site({ "README.md": "# x" })]) {
      const { profiles, faults } = loadProfiles(folder);
      expect([...profiles.keys()]).toEqual(builtIn);
      expect(faults).toEqual([]);
    }
  });

  test("needs six members and no more", () => {
    const folder = site({
      "a.json": {
        schema: "reader-profile/1",
        id: "a",
        vendor: "V",
        model: "M",
        driver: "serial-text",
        transport: { kind: "serial" },
      },
    });
    const { profiles, faults } = loadProfiles(folder);
    expect(faults).toEqual([]);
    expect(profiles.get("a")?.profile.framing.end).toEqual(["cr", "lf", "crlf", "tab"]);
    expect(profiles.get("a")?.profile.confidence).toBe("single-source");
  });

  test("takes bytes in either case and with blanks", () => {
    const folder = site({ "a.json": { ...example, id: "a", trigger: { on: "16 4D 0d", off: null } } });
    expect(loadProfiles(folder).profiles.get("a")?.profile.trigger.on).toEqual(Uint8Array.of(0x16, 0x4d, 0x0d));
  });
});

describe("a site's file for a built-in profile", () => {
  const head = { schema: "reader-profile/1", id: "generic-serial" };

  test("changes the members it names and leaves their neighbours", () => {
    const folder = site({
      "x.json": { ...head, transport: { baud: 115_200 }, framing: { end: ["tab"] }, feedback: { accepted: ["06"] } },
    });
    const all = loadProfiles(folder);
    const before = loadProfiles(undefined).profiles.get("generic-serial")?.profile;
    expect(all.faults).toEqual([]);
    expect(all.profiles.get("generic-serial")).toMatchObject({ origin: "site", isChanged: true });
    expect(profileIsChanged(all, "generic-serial")).toBe(true);
    expect(profileIsChanged(all, "generic-tcp")).toBe(false);
    expect(all.profiles.get("generic-serial")?.profile).toEqual({
      ...before,
      transport: { ...before?.transport, baud: 115_200 },
      framing: { ...before?.framing, end: ["tab"] },
      feedback: { ...before?.feedback, accepted: [Uint8Array.of(6)] },
    });
  });

  test("is no change where it says the same as before, be it the whole file", () => {
    const whole = loadProfiles(undefined).profiles.get("generic-serial")?.file;
    for (const file of [head, whole, { ...head, transport: { baud: 9600 } }]) {
      const all = loadProfiles(site({ "x.json": file }));
      expect(all.faults).toEqual([]);
      expect(all.profiles.get("generic-serial")).toMatchObject({ origin: "site", isChanged: false });
    }
  });

  test.each([
    ["match", [{ vid: "0c2e", pid: "0001" }]],
    ["driver", "ssi"],
    ["vendor", "Other"],
    ["confidence", "likely"],
    ["init", ["16"]],
    ["quirks", []],
  ])("may not change %s", (key, value) => {
    const all = loadProfiles(site({ "x.json": { ...head, framing: { idleMs: 80 }, [key]: value } }));
    expect(all.faults).toEqual([
      expect.objectContaining({ path: key, message: expect.stringContaining("Không được đổi") }),
    ]);
    expect(all.profiles.get("generic-serial")).toMatchObject({ origin: "built-in", isChanged: false });
  });

  test("has no certification to change", () => {
    const { faults } = loadProfiles(site({ "x.json": { ...head, certification: "certified" } }));
    expect(faults).toEqual([expect.objectContaining({ path: "certification" })]);
  });
});

describe("faults", () => {
  test("of all files come at once, each with line, path and fix, Vietnamese first", () => {
    const folder = site({
      "a.json": { ...example, id: "A b", transport: { kind: "serial", baud: 5 }, speed: 3, trigger: { on: "1" } },
      "b.json": '{\n  "schema": "reader-profile/1",\n  "id": "b",,\n}',
      "c.json": { ...example, id: "c", driver: "pcsc" },
      "d.json": "[]",
      "e.json": Uint8Array.of(0x22, 0xff, 0x22) as unknown as string,
    });
    writeFileSync(join(folder, "e.json"), Uint8Array.of(0x22, 0xff, 0x22));
    mkdirSync(join(folder, "f.json"));
    const { faults, profiles } = loadProfiles(folder);
    const told = faults.map(({ fileName, line, path }) => `${fileName.slice(folder.length + 1)}:${line} ${path}`);
    expect(told).toEqual([
      "e.json:1 ",
      "f.json:1 ",
      "a.json:3 id",
      "a.json:17 transport.kind",
      "a.json:18 transport.baud",
      "a.json:47 trigger.on",
      "a.json:69 speed",
      "b.json:3 ",
      "c.json:6 driver",
      "d.json:1 ",
    ]);
    for (const { message, fix } of faults) {
      expect(message).toMatch(/^\S.* \| \S/);
      expect(fix).toMatch(/^\S.* \| \S/);
    }
    expect([...profiles.keys()]).toEqual([...loadProfiles(undefined).profiles.keys()]);
  });

  test("say when two files claim one id", () => {
    const { faults, profiles } = loadProfiles(site({ "a.json": example, "b.json": example }));
    expect(faults).toEqual([
      expect.objectContaining({
        path: "id",
        message: expect.stringContaining("a.json"),
        fileName: expect.stringMatching(/b\.json$/),
      }),
    ]);
    expect(profiles.get(example.id)?.path).toMatch(/a\.json$/);
  });

  test("never repeat a value of the file", () => {
    const { faults } = loadProfiles(site({ "a.json": { ...example, id: "Nguyễn", vendor: 7, text: "Nguyễn" } }));
    expect(faults).toHaveLength(3);
    expect(JSON.stringify(faults)).not.toContain("Nguyễn");
  });

  test.each([
    ["layout", { driver: "serial-text", transport: { kind: "serial" } }],
    ["framing.lengthPrefix", { framing: { lengthPrefix: "dechdr" } }],
    ["framing.stxEtx", { ...text({}), framing: { lengthPrefix: "dechdr", stxEtx: true } }],
    ["commands", { driver: "ssi", transport: { kind: "serial" }, layout: null, commands: "newland" }],
    ["ack.mode", { ack: { mode: "ack-nak" } }],
    ["ack.mode", { ...text({}), commands: "none", ack: { mode: "host-ack" } }],
    ["transport.kind", { transport: { kind: "tcp" } }],
  ])("name %s when a file combines what can't go together", (path, change) => {
    const { faults } = loadProfiles(site({ "a.json": { ...example, ...change } }));
    expect(faults.map((fault) => fault.path)).toEqual([path]);
  });
});

function text(more: object): object {
  return { driver: "serial-text", transport: { kind: "serial" }, layout: null, ...more };
}
