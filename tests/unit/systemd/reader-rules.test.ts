// The udev rules give every known maker's nodes to the service, keep ModemManager away, and leave other devices alone.
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const file = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8");
const rules = file("systemd/60-tiepdon-readers.rules")
  .split("\n")
  .filter((line) => !line.startsWith("#") && line.trim() !== "");

interface Event {
  readonly ACTION: "add" | "remove";
  readonly SUBSYSTEM: string;
  readonly DEVTYPE?: string;
  /** Of the USB device: the event's own device, or a parent of it. */
  readonly idVendor: string;
}

/** Runs the rules as udev(7) has it, as far as these use it; answers what they set. */
function run(event: Event): Record<string, string> {
  const set: Record<string, string> = {};
  for (let at = 0; at < rules.length; at += 1) {
    const terms = (rules[at] ?? "")
      .split(/,\s*/)
      .map((term) => /^([A-Z]+)(?:\{(\w+)\})?(==|=)"(.*)"$/.exec(term) ?? []);
    if (terms.some((term) => term.length === 0)) throw new Error(`not understood: ${rules[at]}`);
    const isMatch = terms.every(
      ([, key = "", name = "", operator, value = ""]) => operator === "=" || matches(event, key, name, value),
    );
    if (!isMatch) continue;
    for (const [, key = "", name, operator, value = ""] of terms) {
      if (operator !== "=" || key === "LABEL") continue;
      if (key === "GOTO") at = rules.indexOf(`LABEL="${value}"`);
      else set[name ?? key] = value;
    }
    if (at < 0) throw new Error("a label is missing");
  }
  return set;
}

function matches(event: Event, key: string, name: string, value: string): boolean {
  const actual: Record<string, string | undefined> = {
    ACTION: event.ACTION,
    SUBSYSTEM: event.SUBSYSTEM,
    "ENV DEVTYPE": event.DEVTYPE,
    "ATTR idVendor": event.SUBSYSTEM === "usb" ? event.idVendor : undefined,
    "ATTRS idVendor": event.idVendor,
  };
  return value.split("|").includes(actual[`${key}${name === "" ? "" : ` ${name}`}`] ?? "");
}

/** READERS chapter 5, without the makers of chip readers: theirs belong to pcscd. */
const vendors = ["0c2e", "0536", "23d0", "05e0", "05f9", "080c", "1eab", "065a", "0db5", "27dd", "11fa"];
const granted = { GROUP: "tiepdon", MODE: "0660", ID_MM_PORT_IGNORE: "1" };

describe("the udev rules", () => {
  it.each(vendors)("give the nodes of vendor %s to the service", (idVendor) => {
    for (const SUBSYSTEM of ["tty", "hidraw"]) expect(run({ ACTION: "add", SUBSYSTEM, idVendor })).toEqual(granted);
    const quiet = { ID_MM_DEVICE_IGNORE: "1", MTP_NO_PROBE: "1" };
    expect(run({ ACTION: "add", SUBSYSTEM: "usb", DEVTYPE: "usb_device", idVendor })).toEqual(quiet);
  });

  it("know every maker that a profile knows", () => {
    const folder = new URL("../../../profiles/", import.meta.url);
    const profiles = readdirSync(folder).map((name) => readFileSync(new URL(name, folder), "utf8"));
    const known = profiles.flatMap((text) => [...text.matchAll(/"vid": "(\w+)"/g)].map(([, vid = ""]) => vid));
    expect(known.length).toBeGreaterThan(5);
    expect(known.filter((vid) => !vendors.includes(vid))).toEqual([]);
  });

  it.each(["046d", "1a86", "072f", "1d6b"])("leave vendor %s alone", (idVendor) => {
    for (const SUBSYSTEM of ["tty", "hidraw", "usb"]) {
      expect(run({ ACTION: "add", SUBSYSTEM, DEVTYPE: "usb_device", idVendor })).toEqual({});
    }
  });

  it("touch neither other kinds of nodes nor a device that goes", () => {
    expect(run({ ACTION: "add", SUBSYSTEM: "input", idVendor: "0c2e" })).toEqual({});
    expect(run({ ACTION: "add", SUBSYSTEM: "usb", DEVTYPE: "usb_interface", idVendor: "0c2e" })).toEqual({});
    expect(run({ ACTION: "remove", SUBSYSTEM: "tty", idVendor: "0c2e" })).toEqual({});
  });
});

describe("the unit of the agent", () => {
  it("has the kernel know each group of devices that it allows before the first reader is plugged in", () => {
    const unit = file("systemd/tiepdon-agent.service");
    for (const key of ["Wants", "After"]) {
      const modules = unit
        .split("\n")
        .filter((line) => line.startsWith(`${key}=`))
        .join(" ");
      for (const module of ["cdc_acm", "usbserial", "hid"]) expect(modules).toContain(`modprobe@${module}.service`);
    }
  });
});
