// Configuration of Mosquitto, as a facility's broker and as a province's bridges: what must stand in it, and what no description may bring in.
import { expect, test } from "vitest";
import { bridgeConfig, bridgeDescriptionSchema } from "../../../cluster/mosquitto-bridge.ts";
import { mosquittoAccess, mosquittoConfig, mosquittoDescriptionSchema } from "../../../cluster/mosquitto-config.ts";

const members = { facilities: [{ facility: "38XXX", desks: ["quay-01"] }], users: [{ name: "his", role: "his" }] };
const bridge = { name: "tinh-38", facilities: [{ facility: "38XXX", host: "broker.bv1.vn" }] };

test("a broker demands certificates, takes their names as users, and bounds what it keeps", () => {
  const lines = mosquittoConfig(mosquittoDescriptionSchema.parse(members)).split("\n");
  expect(lines).toEqual(
    expect.arrayContaining(["require_certificate true", "use_identity_as_username true", "allow_anonymous false"]),
  );
  expect(lines).toEqual(expect.arrayContaining(["max_queued_messages 100000", "message_size_limit 32768"]));
});

test("the access list opens to each what its role may, and nothing to others", () => {
  const text = mosquittoAccess(mosquittoDescriptionSchema.parse(members));
  expect(text).toContain("user 38xxx:quay-01\ntopic write tiepdon/v1/38xxx/quay-01/state");
  expect(text).toContain("user his\ntopic write tiepdon/v1/+/+/result");
  expect(text).not.toMatch(/^topic [^\n]* #$/m);
  expect(text.split("\n").filter((line) => line.startsWith("pattern") || line.startsWith("topic readwrite"))).toEqual(
    [],
  );
  expect(text.indexOf("topic")).toBeGreaterThan(text.indexOf("user")); // lines before the first user would be everybody's
});

test("a bridge speaks plain MQTT 3.1.1 under the certificate's name, with a session that is kept", () => {
  const text = bridgeConfig(bridgeDescriptionSchema.parse({ ...bridge, streams: ["checkin/json", "state"] }));
  for (const line of ["remote_clientid tinh-38", "try_private false", "cleansession false", "notifications false"])
    expect(text.split("\n")).toContain(line);
  expect(text).toContain("connection 38xxx\naddress broker.bv1.vn:8883");
  expect(text.match(/^topic .*$/gm)).toEqual([
    "topic tiepdon/v1/38xxx/+/checkin/json in 1",
    "topic tiepdon/v1/38xxx/+/state in 1",
  ]);
});

test("500 facilities are 500 connections, each with a local name of its own", () => {
  const facilities = Array.from({ length: 500 }, (_, n) => ({
    facility: `38${String(n).padStart(3, "0")}`,
    host: `10.1.${n >> 8}.${n & 255}`,
  }));
  const text = bridgeConfig(bridgeDescriptionSchema.parse({ ...bridge, facilities }));
  expect(new Set(text.match(/^local_clientid .*$/gm)).size).toBe(500);
});

test.each<[string, object, string]>([
  ["a name with a line end", { name: "x\nallow_anonymous true" }, "name"],
  ["a host with a blank", { facilities: [{ facility: "38xxx", host: "a b" }] }, "facilities.0.host"],
  ["a facility that is a wildcard", { facilities: [{ facility: "+", host: "a" }] }, "facilities.0.facility"],
  ["one facility twice", { facilities: [bridge.facilities[0], { facility: "38xxx", host: "b" }] }, "facilities"],
  ["commands of desks", { streams: ["request/#"] }, "streams.0"],
  ["a directory with a blank", { directory: "/a b" }, "directory"],
])("a bridge with %s is refused", (_what, more, path) => {
  const { error } = bridgeDescriptionSchema.safeParse({ ...bridge, ...more });
  expect(error?.issues.map((issue) => issue.path.join("."))).toContain(path);
});
