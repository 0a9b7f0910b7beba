// The agent's settings: what is left out has a default, and what can't be right is refused by its path.
import { expect, test } from "vitest";
import { agentConfigSchema, brokerAddresses } from "../../../agent/config.ts";

const reader = { id: "qr-1", serial: "/dev/serial/by-id/reader" };
const least = { facility: "01234", desk: "quay-01", readers: [reader], mqtt: {} };

test("what is left out has a default", () => {
  expect(agentConfigSchema.parse(least)).toEqual({
    facility: "01234",
    desk: "quay-01",
    readers: [
      {
        id: "qr-1",
        profile: "generic-serial",
        serial: "/dev/serial/by-id/reader",
        framing: {},
        feedback: {},
      },
    ],
    mqtt: { url: "mqtt://127.0.0.1:1883", keepaliveSeconds: 30, subscribeQos: 1 },
    publish: { formats: ["json"], receipt: "puback", windowMax: 16, resultSeconds: 120 },
    duplicates: { windowMs: 1_500 },
    spool: { waitingMax: 200_000, keepHours: 24 },
    chip: { optionalFields: false },
    firmware: { keys: [] },
    registry: { policy: "warn", keys: [], overrides: [] },
    profilesDir: "/etc/tiepdon/profiles",
    log: { level: "info" },
  });
});

test("a facility code is taken in capitals and kept in lower case", () => {
  expect(agentConfigSchema.parse({ ...least, facility: "79A01" }).facility).toBe("79a01");
});

test("several brokers of a cluster are one setting", () => {
  const url = ["mqtts://nats-1.benhvien.local:8883", "mqtts://nats-2.benhvien.local:8883", "mqtts://[fd00::3]:8883"];
  const { mqtt } = agentConfigSchema.parse({ ...least, mqtt: { url, caFile: "/ca.pem" } });
  expect(brokerAddresses(mqtt.url)).toEqual(url);
  expect(brokerAddresses(agentConfigSchema.parse(least).mqtt.url)).toEqual(["mqtt://127.0.0.1:1883"]);
});

test("feedback bytes may have blanks between them", () => {
  const config = agentConfigSchema.parse({ ...least, readers: [{ ...reader, feedback: { accepted: "1B 42 0d" } }] });
  expect(config.readers[0]?.feedback.accepted).toBe("1b420d");
});

test("a reader over TCP has an address and no line settings", () => {
  const tcp = { host: "192.0.2.10", port: 4_001 };
  const config = agentConfigSchema.parse({ ...least, readers: [{ id: "qr-2", tcp }] });
  expect(config.readers[0]).toMatchObject({ tcp, profile: "generic-tcp" });
});

const withReader = (change: object) => ({ readers: [{ ...reader, ...change }] });
const refusals: [what: string, change: object, path: string][] = [
  ["a facility of four characters", { facility: "0123" }, "facility"],
  ["a facility that does not begin with two digits", { facility: "a1234" }, "facility"],
  ["a desk with a slash", { desk: "quay/1" }, "desk"],
  ["a desk with a wildcard", { desk: "+" }, "desk"],
  ["a desk of 33 characters", { desk: "q".repeat(33) }, "desk"],
  ["no reader", { readers: [] }, "readers"],
  ["17 readers", { readers: Array.from({ length: 17 }, (_, n) => ({ ...reader, id: `qr-${n}` })) }, "readers"],
  ["two readers of one name", { readers: [reader, { ...reader, serial: "/dev/other" }] }, "readers"],
  ["a reader without a line", { readers: [{ id: "qr-1" }] }, "readers.0"],
  ["a reader with two lines", withReader({ tcp: { host: "h", port: 1 } }), "readers.0"],
  ["a setting nobody knows", { colour: "green" }, ""],
  ["a broker that is not mqtt://", { mqtt: { url: "http://127.0.0.1:1883" } }, "mqtt.url"],
  ["a broker with a path", { mqtt: { url: "mqtt://127.0.0.1:1883/x" } }, "mqtt.url"],
  ["no broker", { mqtt: { url: [] } }, "mqtt.url"],
  ["nine brokers", { mqtt: { url: Array.from({ length: 9 }, (_, n) => `mqtts://n${n}:8883`) } }, "mqtt.url"],
  ["one broker twice", { mqtt: { url: ["mqtts://a:1", "mqtts://a:1"] } }, "mqtt.url"],
  ["brokers with and without TLS", { mqtt: { url: ["mqtts://a:8883", "mqtt://a:1883"] } }, "mqtt.url"],
  ["certificates for a list without TLS", { mqtt: { url: ["mqtt://a:1"], caFile: "/ca.pem" } }, "mqtt"],
  ["a keepalive below five seconds", { mqtt: { keepaliveSeconds: 4 } }, "mqtt.keepaliveSeconds"],
  ["subscriptions with QoS 2", { mqtt: { subscribeQos: 2 } }, "mqtt.subscribeQos"],
  ["no format", { publish: { formats: [] } }, "publish.formats"],
  ["a format nobody knows", { publish: { formats: ["xml"] } }, "publish.formats.0"],
  ["a window beyond sixteen", { publish: { windowMax: 17 } }, "publish.windowMax"],
  ["a receipt nobody knows", { publish: { receipt: "none" } }, "publish.receipt"],
  ["a negative duplicate window", { duplicates: { windowMs: -1 } }, "duplicates.windowMs"],
  ["a spool for 99 events", { spool: { waitingMax: 99 } }, "spool.waitingMax"],
  ["events kept for more than a week", { spool: { keepHours: 169 } }, "spool.keepHours"],
  ["a log level nobody knows", { log: { level: "loud" } }, "log.level"],
];

test.each(refusals)("%s is refused", (_what, change, path) => {
  const result = agentConfigSchema.safeParse({ ...least, ...change });
  expect(result.success).toBe(false);
  expect(result.error?.issues.map((issue) => issue.path.join("."))).toContain(path);
});

const readerRefusals: [what: string, change: object][] = [
  ["an odd number of hexadecimal digits", { feedback: { accepted: "0" } }],
  ["feedback that is no hexadecimal", { feedback: { accepted: "ACK" } }],
  ["a terminator nobody knows", { framing: { end: ["nul"] } }],
  ["an idle gap of four milliseconds", { framing: { idleMs: 4 } }],
  ["scans beyond the largest code", { framing: { maxBytes: 8_193 } }],
  ["scans too short for a card", { framing: { maxBytes: 63 } }],
  ["a baud rate of zero", { baudRate: 0 }],
  ["a profile that can't be one", { profile: "Generic Serial" }],
];

test.each(readerRefusals)("%s is refused for a reader", (_what, change) => {
  expect(agentConfigSchema.safeParse({ ...least, ...withReader(change) }).success).toBe(false);
});

test("a desk without the part `mqtt` or without readers is told both", () => {
  const { error } = agentConfigSchema.safeParse({ facility: "01234", desk: "quay-01" });
  expect(error?.issues.map(({ path }) => path.join("."))).toEqual(["readers", "mqtt"]);
});
