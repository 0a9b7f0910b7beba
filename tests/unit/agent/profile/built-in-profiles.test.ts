// The built-in profiles: each is valid, tells the truth with beeps as far as its reader can, and claims no reader it can't drive.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { loadProfiles } from "../../../../agent/profile/load-profiles.ts";
import { crc16XmodemOf } from "./crc16-xmodem.ts";

const folder = fileURLToPath(new URL("../../../../profiles/", import.meta.url));
const names = readdirSync(folder);
const { profiles, faults } = loadProfiles(undefined);
const all = [...profiles.values()].map(({ profile }) => [profile.id, profile] as const);
const hex = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString("hex");

test("all files are valid", () => {
  expect(faults).toEqual([]);
  expect(names.every((name) => name.endsWith(".json"))).toBe(true);
  expect([...profiles.keys()]).toEqual(names.map((name) => name.replace(/\.json$/, "")).sort());
});

test("are those of the reference whose driver exists", () => {
  expect([...profiles.keys()]).toEqual([
    "datalogic-cdc",
    "elyctis-idbox",
    "generic-hidpos",
    "generic-serial",
    "generic-tcp",
    "gm65-uart",
    "hn212-socketio",
    "honeywell-cdc",
    "honeywell-cdc-dechdr",
    "honeywell-cdc-hostack",
    "honeywell-hidpos",
    "newland-cdc",
    "newland-hidpos",
    "nfc-text-serial",
    "readerlink",
    "rte6701",
    "zebra-cdc",
    "zebra-ssi",
  ]);
});

test.each(names)("%s says every member of the reference, so that it can be copied", (name) => {
  const file = JSON.parse(readFileSync(`${folder}${name}`, "utf8"));
  const said =
    "schema id vendor model driver match transport framing layout text ack init version trigger arm feedback quirks";
  expect(Object.keys(file)).toEqual(expect.arrayContaining([...said.split(" "), "capabilities", "confidence"]));
});

describe("feedback", () => {
  const told = all.filter(([, { feedback }]) => Object.values(feedback).some((list) => list.length > 0));

  test("is sent to the readers that take it", () => {
    expect(told.map(([id]) => id)).toEqual([
      "datalogic-cdc",
      "honeywell-cdc",
      "honeywell-cdc-dechdr",
      "honeywell-cdc-hostack",
      "honeywell-hidpos",
      "zebra-ssi",
    ]);
  });

  test.each(told)("of %s never says accepted of what is not, and never is silent about a scan", (_, { feedback }) => {
    const sound = (list: readonly Uint8Array[]) => list.map(hex).join(" ");
    const accepted = sound(feedback.accepted);
    expect(accepted).not.toBe("");
    for (const outcome of ["rejected", "repeated", "wait"] as const) {
      expect(sound(feedback[outcome])).not.toBe("");
      expect(sound(feedback[outcome])).not.toBe(accepted);
    }
    for (const outcome of ["result", "attention", "identify"] as const) {
      expect(sound(feedback[outcome])).not.toBe(accepted);
    }
    expect(sound(feedback.rejected)).not.toBe(sound(feedback.repeated));
  });

  test.each(all)("of %s is no secret: what can't be silenced says so", (_, profile) => {
    const readsCodes = ["serial-text", "hidpos", "ssi"].includes(profile.driver);
    const isSilenced = profile.ack.mode === "host-ack" || profile.init.some((command) => hex(command) === "c6ff3800");
    expect(profile.quirks.includes("beeps-by-itself")).toBe(readsCodes && !isSilenced);
  });
});

describe("matches", () => {
  const matches = all.flatMap(([id, { match }]) => match.map((one) => ({ id, ...one })));

  test("name no mode that has no driver: SNAPI, IBM, OEM, configuration, and keyboards without a POS interface", () => {
    const withoutDriver = ["05e0:1900", "05e0:1300", "05e0:1400", "05f9:1206", "05f9:120c", "05f9:5204"];
    const keyboards = ["0c2e:0b61", "05e0:1200", "05f9:2206", "05f9:220c", "1eab:8203", "065a:0001", "0db5:013a"];
    const numbers = ({ vid, pid }: { vid: string; pid: string }) => `${vid}:${pid}`;
    expect(matches.filter((one) => withoutDriver.includes(numbers(one)))).toEqual([]);
    expect(matches.filter((one) => keyboards.includes(numbers(one)) && one.usagePage !== "8c")).toEqual([]);
  });

  test("name no bridge: it says nothing about the reader behind it", () => {
    expect(matches.filter(({ vid }) => ["1a86", "0403", "10c4", "067b"].includes(vid))).toEqual([]);
  });

  test("of HID readers ask for the scanner's usage page", () => {
    const hid = new Set(all.filter(([, { transport }]) => transport.kind === "hid").map(([id]) => id));
    expect(matches.filter(({ id, usagePage }) => (usagePage === "8c") !== hid.has(id))).toEqual([]);
  });

  test("are shared only by variants of one model, the plain one first by name", () => {
    for (const { id, vid, pid, usagePage } of matches) {
      const sharing = matches.filter((one) => one.vid === vid && one.pid === pid && one.usagePage === usagePage);
      const [first = ""] = sharing.map((one) => one.id).sort();
      expect(id === first || id.startsWith(`${first}-`)).toBe(true);
    }
  });
});

describe("bytes", () => {
  const bytesOf = (id: string) => profiles.get(id)?.profile;

  test("of GM65 carry a checksum that holds", () => {
    for (const command of [bytesOf("gm65-uart")?.trigger.on, bytesOf("gm65-uart")?.trigger.off]) {
      const body = command?.subarray(2, -2) ?? new Uint8Array();
      expect(hex(command?.subarray(-2))).toBe(crc16XmodemOf(body).toString(16).padStart(4, "0"));
    }
  });

  test.each([
    ["honeywell-cdc", "version", "REVINF^!"],
    ["honeywell-cdc-dechdr", "init", "DECHDR1!"],
  ] as const)("of %s ask in Honeywell's menu language, into RAM alone (%s)", (id, member, words) => {
    const profile = bytesOf(id);
    const command = member === "version" ? profile?.version.send : profile?.init[0];
    expect(Buffer.from(command ?? []).toString("latin1")).toBe(`\x16M\r${words}`);
  });

  test("that set a reader up are never saved in it", () => {
    const saved = all.filter(([, { init }]) => init.some((command) => command.at(-1) === 0x2e || command[6] === 0x40));
    expect(saved).toEqual([]);
  });
});
