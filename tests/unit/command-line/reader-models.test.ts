// What a desk's configuration says of its readers is checked beyond its form: profiles that exist, lines that may be used.
import { describe, expect, test } from "vitest";
import { agentConfigSchema } from "../../../agent/config.ts";
import { modelFiles } from "../../../command-line/reader-models.ts";

const files = (reader: object) => {
  const config = {
    facility: "01234",
    desk: "q1",
    readers: [{ id: "r1", ...reader }],
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
