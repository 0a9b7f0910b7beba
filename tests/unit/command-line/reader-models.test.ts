// What a desk's configuration says of its readers is checked beyond its form: profiles that exist, lines that may be used.
import { describe, expect, test } from "vitest";
import { agentConfigSchema } from "../../../agent/config.ts";
import { modelFiles } from "../../../command-line/reader-models.ts";

const files = (...readers: object[]) => {
  const config = {
    facility: "01234",
    desk: "q1",
    readers: readers.map((reader, index) => ({ id: `r${index + 1}`, ...reader })),
    mqtt: {},
    profilesDir: "/nowhere",
  };
  return modelFiles(agentConfigSchema.parse(config), "tiepdon.yaml");
};

test("a reader gets the profile that it names", () => {
  expect(files({ serial: "/dev/x", profile: "zebra-ssi" })).toMatchObject({
    r1: { file: { id: "zebra-ssi" }, isChanged: false },
  });
});

test("a profile that is not there is told with those that are", () => {
  expect(() => files({ serial: "/dev/x", profile: "no-such-model" })).toThrow(/r1\.profile.*no-such-model.*zebra-ssi/s);
});

describe("ReaderLink over TCP", () => {
  test.each(["127.0.0.1", "localhost", "::1"])("may stay on this machine: %s", (host) => {
    expect(files({ profile: "readerlink", tcp: { host, port: 4_000 } })).toHaveProperty("r1");
  });

  test.each(["192.0.2.7", "reader.example", "127.0.0.1.example"])("may not go beyond it: %s", (host) => {
    expect(() => files({ profile: "readerlink", tcp: { host, port: 4_000 } })).toThrow(/r1\.tcp/);
  });
});

describe("a place where no reader of the profile can be", () => {
  test.each([
    [{ profile: "newland-hidpos", serial: "/dev/ttyACM0" }, /r1\.serial.*newland-hidpos.*usb, hid/s],
    [{ profile: "generic-hidpos", tcp: { host: "192.0.2.7", port: 4_001 } }, /r1\.tcp.*usb, hid/s],
    [{ profile: "honeywell-cdc", hid: "/dev/hidraw0" }, /r1\.hid.*serial, tcp, usb/s],
    [{ profile: "hn212-socketio", serial: "/dev/ttyACM0" }, /r1\.serial.*socketio/s],
    [{ profile: "gm65-uart", usb: {} }, /r1\.usb.*1-1\.2/s],
  ])("%j", (reader, words) => {
    expect(() => files(reader)).toThrow(words);
  });

  test.each([
    { profile: "zebra-ssi", tcp: { host: "192.0.2.7", port: 4_001 } },
    { profile: "gm65-uart", usb: { port: "1-1.2" } },
    { profile: "generic-hidpos", usb: {} },
    { profile: "honeywell-cdc", usb: {} },
    { profile: "honeywell-hidpos", hid: "/dev/hidraw0" },
    { profile: "generic-tcp", tcp: { host: "192.0.2.7", port: 4_001 } },
  ])("not %j", (reader) => {
    expect(files(reader)).toHaveProperty("r1");
  });
});

test("two readers at one place are told, those of one model at two ports are not", () => {
  const at = (path: string) => ({ profile: "generic-serial", serial: path });
  expect(() => files(at("/dev/a"), at("/dev/a"))).toThrow(/r2\.serial.*r1/);
  expect(() => files({ profile: "newland-cdc", usb: {} }, { profile: "newland-cdc", usb: {} })).toThrow(/r2\.usb/);
  const port = (of: string) => ({ profile: "newland-cdc", usb: { port: of } });
  expect(files(port("1-1"), port("1-2"), at("/dev/a"), at("/dev/b"))).toHaveProperty("r4");
});
