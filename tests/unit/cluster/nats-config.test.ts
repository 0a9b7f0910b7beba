// The configuration of a NATS cluster: what stands in it for each version and size, and that no secret or wildcard slips in.
import { expect, test } from "vitest";
import { identitiesOf } from "../../../cluster/members.ts";
import { brokerUrls, nodeConfig, usersConfig } from "../../../cluster/nats-config.ts";
import { type NatsDescription, natsDescriptionSchema } from "../../../cluster/nats-description.ts";
import { permissionsOf, subjectsOf } from "../../../cluster/nats-permissions.ts";
import { natsExample } from "../../../command-line/nats-example.ts";
import { loadConfig } from "../../../service/load-config.ts";

const least = {
  nodes: [
    { name: "n1", host: "nats-1.benhvien.local" },
    { name: "n2", host: "10.0.0.5" },
    { name: "n3", host: "fd00::3" },
  ],
  facilities: [{ facility: "38XXX", desks: 2 }],
};
const parse = (more: object = {}): NatsDescription => natsDescriptionSchema.parse({ ...least, ...more });
const configOf = (description: NatsDescription, index = 0): string => {
  const node = description.nodes[index];
  if (node === undefined) throw new Error("no such node");
  return nodeConfig(description, node);
};

test.each([
  ["a/b", ["a.b"]],
  ["a/+/b", ["a.*.b"]],
  ["a/#", ["a", "a.>"]],
  ["a/+/b/#", ["a.*.b", "a.*.b.>"]],
])("the filter %s stands for the subjects %j", (filter, subjects) => {
  expect(subjectsOf(filter)).toEqual(subjects);
});

test("a desk may use its own subjects and those that its facility shares, and the server's delivery subjects", () => {
  const { publish, subscribe } = permissionsOf({ role: "desk", facility: "38xxx", desk: "quay-01" });
  expect(publish.every((subject) => subject.startsWith("tiepdon.v1.38xxx.quay-01."))).toBe(true);
  expect(subscribe.filter((subject) => !subject.startsWith("tiepdon.v1.38xxx."))).toEqual(["$MQTT.sub.>"]);
});

test.each(["his", "it", "gateway"] as const)(
  "no right to read of %s ends in `*`, which a filter `>` would match too",
  (role) => {
    for (const identity of [{ role, facility: "38xxx" }, { role }]) {
      const { subscribe } = permissionsOf(identity);
      expect(subscribe.filter((subject) => subject.endsWith("*"))).toEqual([]);
      expect(subscribe.filter((subject) => subject.startsWith("$"))).toEqual(["$MQTT.sub.>"]);
    }
  },
);

test("2.10 and later sync every message; 2.9 knows no such setting and would not start with it", () => {
  expect(configOf(parse())).toContain("sync_interval: always");
  expect(configOf(parse({ natsVersion: "2.9" }))).not.toContain("sync_interval");
});

test("three servers keep three copies and know each other over mutual TLS under an authority of their own", () => {
  const text = configOf(parse(), 1);
  expect(text).toContain('server_name: "n2"');
  expect(text).toContain("stream_replicas: 3");
  for (const host of ["nats-1.benhvien.local", "10.0.0.5", "[fd00::3]"])
    expect(text).toContain(`"nats-route://${host}:6222"`);
  expect(text).toMatch(/cluster \{[^}]*route-ca\.pem", verify: true/);
});

test("a node with an IPv6 address listens where its desks and the other servers come to", () => {
  expect(configOf(parse(), 1).match(/listen: "0\.0\.0\.0:\d+"/g)).toHaveLength(2);
  expect(configOf(parse(), 2)).toContain('listen: "[::]:8883"');
  expect(configOf(parse(), 2)).toContain('listen: "[::]:6222"');
});

test("five servers keep three copies, a trial of one server keeps one and has no cluster", () => {
  const named = (count: number) => Array.from({ length: count }, (_, n) => ({ name: `n${n}`, host: `h${n}` }));
  expect(configOf(parse({ nodes: named(5) }))).toContain("stream_replicas: 3");
  const single = configOf(parse({ nodes: named(1) }));
  expect(single).toContain("stream_replicas: 1");
  expect(single).not.toContain("cluster {");
});

test("each user is a certificate's name that may speak MQTT only; nothing is a password", () => {
  const description = parse({ users: [{ name: "his", role: "his", facility: "38xxx" }] });
  expect(identitiesOf(description).map(([name]) => name)).toEqual(["38xxx:quay-01", "38xxx:quay-02", "his"]);
  const text = usersConfig(description);
  expect(text.match(/user: "CN=[^"]+", allowed_connection_types: \["MQTT"\]/g)).toHaveLength(3);
  expect(`${text}${configOf(description)}`).not.toMatch(/(pass|password|token|nkey|user_credentials): /i);
});

test("an external authority's longer subjects are taken over", () => {
  expect(usersConfig(parse({ subject: "CN={name},O=BV 38xxx,C=VN" }))).toContain('"CN=38xxx:quay-01,O=BV 38xxx,C=VN"');
});

test("room is left for everybody to come to one node", () => {
  expect(configOf(parse({ facilities: [{ facility: "38xxx", desks: 50 }] }))).toContain("max_connections: 120");
});

test("the agent's addresses", () => {
  expect(brokerUrls(parse())).toEqual([
    "mqtts://nats-1.benhvien.local:8883",
    "mqtts://10.0.0.5:8883",
    "mqtts://[fd00::3]:8883",
  ]);
});

test("the example is valid", () => {
  expect(loadConfig(natsExample, "nats.yaml", natsDescriptionSchema).kind).toBe("config");
});

test.each<[string, object, string]>([
  ["two servers", { nodes: least.nodes.slice(0, 2) }, "nodes"],
  ["two servers of one name", { nodes: least.nodes.map((node) => ({ ...node, name: "n" })) }, "nodes"],
  ["a host that breaks out of its quotes", { nodes: [{ name: "n", host: 'h"\n}' }] }, "nodes.0.host"],
  ["a host with a port", { nodes: [{ name: "n", host: "nats-1:8883" }] }, "nodes.0.host"],
  ["a relative directory", { directory: "nats" }, "directory"],
  ["a directory with quotes", { directory: '/a"b' }, "directory"],
  ["a user that is called like a desk", { users: [{ name: "38xxx:quay-01", role: "his" }] }, "users.0.name"],
  ["a user of an unknown role", { users: [{ name: "x", role: "admin" }] }, "users.0.role"],
  ["two users of one name", { users: [0, 1].map(() => ({ name: "x", role: "his" })) }, "users"],
  ["a facility twice", { facilities: [least.facilities[0], { facility: "38xxx", desks: 1 }] }, "facilities"],
  ["a desk with a wildcard", { facilities: [{ facility: "38xxx", desks: ["*"] }] }, "facilities.0.desks.0"],
  ["a desk twice", { facilities: [{ facility: "38xxx", desks: ["q", "q"] }] }, "facilities.0.desks"],
  ["a subject without the name", { subject: "CN=desk" }, "subject"],
  ["a version that was never tested", { natsVersion: "2.2" }, "natsVersion"],
])("%s is refused", (_what, more, path) => {
  const { error } = natsDescriptionSchema.safeParse({ ...least, ...more });
  expect(error?.issues.map((issue) => issue.path.join("."))).toContain(path);
});
