// What the doctor says of a desk's readers: found or not, in which habits, and how they stand with the certified list.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { agentConfigSchema, type ReaderConfig } from "../../../../agent/config.ts";
import { type DeviceIdentity, withKeys } from "../../../../agent/devices/device-identity.ts";
import { loadProfiles } from "../../../../agent/profile/load-profiles.ts";
import { auditFileName, CertificationAudit } from "../../../../agent/registry/certification-audit.ts";
import type { RegistryConfig } from "../../../../agent/registry/registry-config.ts";
import { keptListFileName } from "../../../../agent/registry/registry-keeper.ts";
import { checkCertification, checkRegistry } from "../../../../command-line/doctor/certification.ts";
import { checkHidLibrary } from "../../../../command-line/doctor/hid-library.ts";
import { checkModel } from "../../../../command-line/doctor/reader-model.ts";
import { checkPlace } from "../../../../command-line/doctor/reader-place.ts";
import { temporaryDirectory } from "../../../fixtures/clean-up.ts";
import { recordLog } from "../../../fixtures/recorded-log.ts";
import { entryAt, goldenJws, registryConfig, signed } from "../../../fixtures/registry.ts";
import { setClock } from "../../../fixtures/set-clock.ts";

const { profiles } = loadProfiles(undefined);
const clock = setClock();

function model(id: string) {
  const loaded = profiles.get(id);
  if (loaded === undefined) throw new Error(`no profile ${id}`);
  return loaded;
}

function readerOf(settings: object): ReaderConfig {
  const desk = { facility: "01234", desk: "quay-01", mqtt: {} };
  const [reader] = agentConfigSchema.parse({ ...desk, readers: [{ id: "qr-1", ...settings }] }).readers;
  if (reader === undefined) throw new Error("no reader");
  return reader;
}

/** An empty file that nobody holds open stands for a node of /dev. */
const node = join(mkdtempSync(join(tmpdir(), "tiepdon-doctor-")), "ttyACM0");
writeFileSync(node, "");
afterAll(() => rmSync(dirname(node), { recursive: true }));

type Device = Partial<DeviceIdentity> & Pick<DeviceIdentity, "vid" | "pid" | "port">;
const plugged = (...devices: readonly Device[]): DeviceIdentity[] =>
  withKeys(
    devices.map((device) => ({
      ...{ kind: "tty" as const, path: node, serial: undefined, product: undefined, interface: "00" },
      ...{ usagePages: [], reportDescriptor: undefined },
      ...device,
    })),
  );

describe("the place of a reader on USB", () => {
  const reader = readerOf({ profile: "honeywell-cdc", usb: {} });
  const look = (devices: DeviceIdentity[], of = reader) => checkPlace(of, model("honeywell-cdc").profile, devices);

  it("is good where the one device is that its profile knows", async () => {
    const devices = plugged(
      { vid: "0c2e", pid: "0720", port: "1-2", product: "Xenon" },
      { vid: "1eab", pid: "1d10", port: "1-3" },
    );
    const { finding, identity, isAbsent } = await look(devices);
    expect(finding).toMatchObject({
      isGood: true,
      words: expect.stringContaining("Xenon, 0c2e:0720, cổng | port 1-2"),
    });
    expect({ identity, isAbsent }).toEqual({ identity: devices[0], isAbsent: false });
  });

  it("is told with what the profile looks for, where nothing is plugged in", async () => {
    const { finding, isAbsent } = await look([]);
    expect(finding).toMatchObject({ isGood: false, words: expect.stringContaining("0c2e:0700, 0c2e:0720") });
    expect(isAbsent).toBe(true);
  });

  it("names a device of the same maker in another mode", async () => {
    const { finding } = await look(plugged({ vid: "0c2e", pid: "0b61", port: "1-2", product: "Keyboard" }));
    expect(finding.isGood).toBe(false);
    expect(finding.words).toContain("Keyboard, 0c2e:0b61");
    expect(finding.fix).toContain("set-up code");
  });

  it("asks for the port where two fit, and takes it where it is named", async () => {
    const two = plugged({ vid: "0c2e", pid: "0720", port: "1-2" }, { vid: "0c2e", pid: "0720", port: "1-3" });
    const { finding } = await look(two);
    expect(finding).toMatchObject({ isGood: false, words: expect.stringContaining("1-3") });
    expect(finding.fix).toContain("usb.port");
    const named = readerOf({ profile: "honeywell-cdc", usb: { port: "1-3" } });
    expect((await look(two, named)).identity?.port).toBe("1-3");
  });

  it("is that of whatever stands on the named port, where the profile knows no numbers", async () => {
    const behindBridge = readerOf({ profile: "gm65-uart", usb: { port: "1-4" } });
    const devices = plugged({ vid: "1a86", pid: "7523", port: "1-4" }, { vid: "1a86", pid: "7523", port: "1-5" });
    const { finding, identity } = await checkPlace(behindBridge, model("gm65-uart").profile, devices);
    expect([finding.isGood, identity?.port]).toEqual([true, "1-4"]);
  });

  it("of a HID scanner is its bar code interface, whoever made it, and not the keyboard beside it", async () => {
    const hid = { kind: "hidraw" as const, vid: "0c2e", pid: "0b6a", port: "1-2" };
    const devices = plugged(
      { ...hid, interface: "00", usagePages: ["1"] },
      { ...hid, usagePages: ["8c"], interface: "01" },
    );
    for (const usb of [{}, { id: "0c2e:0b6a" }]) {
      const scanner = readerOf({ profile: "generic-hidpos", usb });
      const { finding, identity } = await checkPlace(scanner, model("generic-hidpos").profile, devices);
      expect([finding.isGood, identity?.interface]).toEqual([true, "01"]);
    }
  });

  it("goes by the numbers in the configuration before those of the profile", async () => {
    const named = readerOf({ profile: "honeywell-cdc", usb: { id: "1209:0001" } });
    const devices = plugged({ vid: "1209", pid: "0001", port: "1-2" }, { vid: "0c2e", pid: "0720", port: "1-3" });
    expect((await look(devices, named)).identity?.vid).toBe("1209");
  });
});

describe("the place of a reader by path", () => {
  it("is told when the node is not there", async () => {
    const { finding, isAbsent } = await checkPlace(
      readerOf({ serial: "/dev/none" }),
      model("generic-serial").profile,
      [],
    );
    expect(finding).toMatchObject({ isGood: false, words: expect.stringContaining("/dev/none") });
    expect(isAbsent).toBe(true);
  });

  it("knows the device behind it", async () => {
    const devices = plugged({ vid: "1a86", pid: "7523", port: "1-2", path: node });
    const { finding, identity } = await checkPlace(
      readerOf({ serial: node }),
      model("generic-serial").profile,
      devices,
    );
    expect(finding).toMatchObject({ isGood: true });
    expect(identity?.vid).toBe("1a86");
  });

  it("on the network is asked", async () => {
    const tcp = readerOf({ tcp: { host: "127.0.0.1", port: 1 } });
    expect((await checkPlace(tcp, model("generic-tcp").profile, [])).finding).toMatchObject({
      isGood: false,
      words: expect.stringContaining("127.0.0.1:1"),
    });
    const chip = readerOf({ socketio: { host: "127.0.0.1", port: 1 } });
    const { finding } = await checkPlace(chip, model("hn212-socketio").profile, []);
    expect(finding).toMatchObject({ isGood: false, fix: expect.stringContaining("localAddress") });
  });
});

describe("the habits of a profile", () => {
  const hints = (settings: object, id: string) =>
    checkModel(readerOf(settings), model(id))
      .filter(({ isHint }) => isHint === true)
      .map(({ fix = "" }) => fix);

  it("show how to silence a reader that beeps by itself while the desk beeps too", () => {
    const [fix = ""] = hints({ profile: "honeywell-cdc", usb: {} }, "honeywell-cdc");
    expect(fix).toContain('"Good Read Beep: Off" (BEPBEP0)');
  });

  it("send people to the screen where the desk has no beep of its own, until a site gives it one", () => {
    const serial = { serial: "/dev/ttyACM0" };
    expect(hints(serial, "generic-serial")[0]).toContain("desk's screen");
    expect(hints({ ...serial, feedback: { accepted: "06" } }, "generic-serial")[0]).toContain("Good Read Beep: Off");
  });

  it("tell that a reader with Host ACK waits for the desk, and that one may type", () => {
    expect(hints({ profile: "honeywell-cdc-hostack", usb: {} }, "honeywell-cdc-hostack")[0]).toContain("Host ACK");
    expect(hints({ profile: "honeywell-hidpos", usb: {} }, "honeywell-hidpos").join()).toContain("HID POS");
  });

  it("ask for the port of a converter", () => {
    const settings = { profile: "gm65-uart", usb: { id: "1a86:7523" } };
    expect(hints(settings, "gm65-uart").join()).toContain("usb.port");
    expect(hints({ ...settings, usb: { id: "1a86:7523", port: "1-2" } }, "gm65-uart").join()).not.toContain("usb.port");
  });

  it("are none for a link of ours", () => {
    expect(hints({ profile: "readerlink", usb: {} }, "readerlink")).toEqual([]);
  });

  it("name a built-in profile that the site has changed", () => {
    const changed = { ...model("readerlink"), isChanged: true, path: "/etc/tiepdon/profiles/readerlink.json" };
    const [, hint] = checkModel(readerOf({ profile: "readerlink", usb: {} }), changed);
    expect(hint?.words).toContain("/etc/tiepdon/profiles/readerlink.json");
  });
});

describe("the certified list", () => {
  async function look(config: Partial<RegistryConfig>, kept?: Uint8Array) {
    const dataDir = temporaryDirectory();
    if (kept !== undefined) writeFileSync(join(dataDir, keptListFileName), kept);
    return { dataDir, ...(await checkRegistry(await registryConfig(config), dataDir, clock)) };
  }

  it("that is not used is nothing wrong, and one that is missing is", async () => {
    expect((await look({ keys: [] })).finding).toMatchObject({ isGood: true });
    const { finding, list } = await look({});
    expect(finding).toMatchObject({ isGood: false, fix: expect.stringContaining("registry.keys") });
    expect(list).toBeUndefined();
  });

  it("is the newest of the kept one and the file", async () => {
    const file = join(temporaryDirectory(), "registry.jws");
    writeFileSync(file, await signed({ version: 18 }));
    const { finding, list } = await look({ file }, goldenJws);
    expect(finding).toMatchObject({ isGood: true, words: expect.stringContaining("161") });
    expect(list?.version).toBe(18);
  });

  it.each([
    ["ends within a month", async () => signed({ notAfter: "2026-12-10" }), "19 days"],
    ["was changed", async () => Buffer.from(goldenJws).fill(0x41, 500, 510), "signature"],
  ] as const)("that %s is told", async (_what, make, words) => {
    const { finding } = await look({}, await make());
    expect(finding.isGood).toBe(false);
    expect(finding.words).toContain(words);
  });

  it("whose file can't be read is told, with the code", async () => {
    const file = temporaryDirectory();
    expect((await look({ file }, goldenJws)).finding).toMatchObject({
      isGood: false,
      words: expect.stringContaining("EISDIR"),
    });
  });
});

describe("the certification of a reader", () => {
  const reader = readerOf({ profile: "generic-hidpos", usb: {} });
  const [device] = plugged({ vid: "1209", pid: "0001", port: "1-2", serial: "A1-77" });

  async function look(
    config: Partial<RegistryConfig>,
    more: { firmware?: string; identity?: DeviceIdentity; jws?: Uint8Array } = {},
  ) {
    const dataDir = temporaryDirectory();
    mkdirSync(dataDir, { recursive: true });
    writeFileSync(join(dataDir, keptListFileName), more.jws ?? goldenJws);
    const checked = await registryConfig(config);
    if (more.firmware !== undefined) {
      const audit = new CertificationAudit(join(dataDir, auditFileName), clock, recordLog());
      const certification = {
        status: "certified",
        isClockUnsure: false,
        mayArm: true,
        stayIn: "armed",
        alarm: false,
      } as const;
      await audit.record({
        reader: "qr-1",
        profileId: "generic-hidpos",
        firmware: more.firmware,
        policy: "warn",
        certification,
      });
    }
    const { list } = await checkRegistry(checked, dataDir, clock);
    const judged = { reader, model: model("generic-hidpos"), identity: more.identity ?? device };
    return checkCertification(judged, { list, config: checked, dataDir, clock });
  }

  it("goes by the firmware that the reader told the agent", async () => {
    expect(await look({}, { firmware: "1.4.0" })).toMatchObject({
      isGood: true,
      words: expect.stringContaining("MAU-0001"),
    });
    const denied = await look({}, { firmware: "1.3.1" });
    expect(denied).toMatchObject({ isGood: false, words: expect.stringContaining("firmware-denied") });
    expect(denied.fix).toContain("firmware");
  });

  it("can't be told before an agent has asked", async () => {
    expect(await look({ policy: "refuse" })).toMatchObject({
      isGood: true,
      isHint: true,
      fix: expect.stringContaining("tiepdon agent"),
    });
  });

  it("of a reader that is not listed is a mark under warn, a fault under refuse, and names who overrode it", async () => {
    const [identity] = plugged({ vid: "1209", pid: "9999", port: "1-2" });
    if (identity === undefined) throw new Error("no device");
    expect(await look({}, { identity })).toMatchObject({
      isGood: true,
      isHint: true,
      words: expect.stringContaining("unlisted"),
    });
    expect(await look({ policy: "refuse" }, { identity })).toMatchObject({ isGood: false });
    const overrides = [{ reader: "qr-1", reason: "chờ giấy", by: "cntt-02", until: "2026-12-31" }];
    expect((await look({ policy: "refuse", overrides }, { identity })).words).toContain("cntt-02, 2026-12-31");
  });

  it("of two devices with one serial number is suspect", async () => {
    const twins = plugged(
      { vid: "1209", pid: "0001", port: "1-2", serial: "1" },
      { vid: "1209", pid: "0001", port: "1-3", serial: "1" },
    );
    const [identity] = twins;
    if (identity === undefined) throw new Error("no device");
    expect((await look({}, { identity })).words).toContain("suspect");
  });

  it("that has expired says since when, and what to do", async () => {
    const jws = await signed({ readers: [{ ...entryAt(0), validUntil: "2026-09-01" }] });
    expect(await look({}, { jws, firmware: "1.4.0" })).toMatchObject({
      isGood: false,
      words: expect.stringContaining("2026-09-01"),
    });
  });

  it("is not spoken of where no list is used", async () => {
    expect(await look({ keys: [] })).toMatchObject({ isGood: true, words: "no-registry" });
  });
});

it("HID readers work without libusb, and it is told", () => {
  expect(checkHidLibrary(() => true)).toEqual({ check: "HID", isGood: true, words: "libusb-1.0.so.0" });
  expect(checkHidLibrary(() => false)).toMatchObject({ isGood: true, isHint: true, fix: "apt install libusb-1.0-0" });
  const seen: string[] = [];
  checkHidLibrary((path) => seen.push(path) < 0);
  expect(seen).toContain("/usr/lib/libusb-1.0.so.0");
});
