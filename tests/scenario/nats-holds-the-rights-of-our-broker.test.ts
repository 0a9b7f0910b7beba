// A generated nats-server and our own rights side by side: each role publishes and subscribes through real MQTT over mutual TLS.
import { writeFileSync } from "node:fs";
import { connect as connectTcp } from "node:net";
import { join } from "node:path";
import type { MqttClient } from "mqtt";
import { expect, test } from "vitest";
import { rightsOf } from "../../broker/access/rights.ts";
import type { Identity } from "../../protocol/access.ts";
import { connectWith, type NatsServers } from "../endurance/nats-servers.ts";
import { temporaryDirectory } from "../fixtures/clean-up.ts";
import { startNats } from "../fixtures/nats-cluster.ts";
import { makeAuthority } from "../fixtures/openssl-authority.ts";
import { tiepdon } from "../fixtures/tiepdon.ts";
import { waitUntil } from "../fixtures/wait-until.ts";

const patienceMs = 60_000;

const identities: Readonly<Record<string, Identity>> = {
  "38xxx:quay-01": { role: "desk", facility: "38xxx", desk: "quay-01" },
  his: { role: "his", facility: "38xxx" },
  cntt: { role: "it", facility: "38xxx" },
  cong: { role: "gateway", facility: "38xxx" },
  "his-tinh": { role: "his" },
};
const settings = {
  servers: 1,
  facilities: [
    { facility: "38xxx", desks: ["quay-01", "quay-02"] },
    { facility: "39yyy", desks: 1 },
  ],
  users: Object.entries(identities).flatMap(([name, identity]) =>
    identity.role === "desk" ? [] : [{ name, ...identity }],
  ),
  furtherUsers: '{ user: "CN=witness", permissions: { publish: [">"], subscribe: [">"] } }\n',
} as const;

const below = ["state", "info", "health", "event", "result", "checkin", "checkin/json", "checkin/pb", "rejected/json"]
  .concat(["request", "request/restart", "request/reader/list", "response/restart", "reader/qr-1/state"])
  .concat(["reader/qr-1/info", "reader/qr-1", "reader/qr-1/other", "unheard-of"]);
const topics = ["38xxx/quay-01", "38xxx/quay-02", "39yyy/quay-01", "38xxx/broadcast", "38xxx/*", "38xxx/>"]
  .flatMap((desk) => below.map((topic) => `tiepdon/v1/${desk}/${topic}`))
  .concat(["tiepdon/v1/38xxx/registry", "tiepdon/v1/39yyy/registry", "tiepdon/v1", "tiepdon", "elsewhere/x"]);

/** Filters that a wildcard could climb out with, beside each topic itself. */
const wildcards = ["#", "+/#", "tiepdon/#", "tiepdon/v1/#", "tiepdon/v1/+/+/checkin/json", "tiepdon/v1/38xxx/#"]
  .concat(["38xxx/quay-01", "38xxx/+", "39yyy/+", "+/quay-01", "+/+"].flatMap(variants))
  .concat(["38xxx/*", "38xxx/>", ">/>"].flatMap(variants));
/** NATS refuses a filter with a level `>` in its middle, which no desk can be called. */
const isNarrower = (filter: string): boolean => filter.includes("/>/");
function variants(desk: string): string[] {
  return ["#", "+", "+/json", "checkin/#", "checkin/+", "+/+", "request/#", "request/+", "reader/#", "reader/+/state"]
    .concat(["state", "result", "response/#", "+/#", "checkin/>", ">"])
    .map((end) => `tiepdon/v1/${desk}/${end}`);
}
/** What belongs to NATS itself: closed to everybody, whatever our table says. */
const innards = ["$SYS/#", "$MQTT/#", "$MQTT/sub/#", "$MQTT/msgs/#", "$JS/#", "$JS/API/STREAM/LIST", ">", "*"];

const publish = (client: MqttClient, topic: string, text: string, retain = false): Promise<unknown> =>
  client.publishAsync(topic, text, { qos: 1, retain });

/** What the server answers for one filter. */
function grantOf(client: MqttClient, filter: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    client.subscribe(filter, { qos: 1 }, (error, _grants, suback) => {
      if (suback === undefined) reject(error ?? new Error("no SUBACK"));
      else resolve(suback.granted[0] !== 0x80);
    });
  });
}

const enter = async (nats: NatsServers, name: string, more = {}) =>
  connectWith(nats.urls[0] ?? "", await nats.issue(name), { clientId: name, ...more });

test("what is let through, and which filters are granted, is what our own broker would say", {
  timeout: 300_000,
}, async () => {
  const nats = await startNats(settings);
  const { client: witness } = await enter(nats, "witness");
  const heard = new Set<string>();
  witness.on("message", (topic, payload) => heard.add(`${payload} ${topic}`));
  await witness.subscribeAsync("#", { qos: 1 });
  for (const [name, identity] of Object.entries(identities)) {
    const { client } = await enter(nats, name);
    const rights = rightsOf(identity);
    for (const topic of topics) await publish(client, topic, name);
    await publish(witness, "end", name);
    await waitUntil("the witness has heard them all", () => heard.has(`${name} end`), patienceMs);
    const passed = topics.filter((topic) => heard.has(`${name} ${topic}`));
    expect(passed, `${name} publishes`).toEqual(topics.filter((topic) => rights.mayPublish(topic, false)));
    expect(passed.length).toBeGreaterThan(0);

    const filters = [...topics, ...wildcards, ...innards];
    const granted: string[] = [];
    for (const filter of filters) {
      if (!(await grantOf(client, filter))) continue;
      granted.push(filter);
      await client.unsubscribeAsync(filter);
    }
    const wanted = filters.filter(
      (filter) => rights.maySubscribe(filter) && !innards.includes(filter) && !isNarrower(filter),
    );
    expect(granted, `${name} subscribes`).toEqual(wanted);
    expect(granted.length).toBeGreaterThan(0);
    await client.endAsync();
  }
});

test("without a certificate of a listed name nobody enters, and NATS' own port takes nobody", {
  timeout: 120_000,
}, async () => {
  const nats = await startNats(settings);
  const known = await nats.issue("his");
  const foreign = makeAuthority(`${temporaryDirectory()}/other`).issue("his");
  const stranger = await nats.issue("38xxx:quay-77");
  const url = nats.urls[0] ?? "";
  await expect(connectWith(url, stranger, { clientId: "38xxx:quay-77" })).rejects.toThrow();
  await expect(connectWith(url, { ...foreign, caFile: known.caFile }, { clientId: "his" })).rejects.toThrow();
  await expect(connectWith(url, stranger, { clientId: "his", username: "CN=his", password: "" })).rejects.toThrow();
  const port = nats.ports[0]?.client ?? 0;
  for (const user of ["CN=his", "his", ""])
    expect(await answerOfNats(port, { user, pass: "" })).toContain("Authorization Violation");
  const { client } = await connectWith(url, known, { clientId: "his" });
  await client.endAsync();
});

test("what NATS can't hold, as the documentation says: denials are acknowledged, anything may be retained, a client id belongs to nobody", {
  timeout: 120_000,
}, async () => {
  const nats = await startNats(settings);
  const desk = (await enter(nats, "38xxx:quay-01")).client;
  await publish(desk, "tiepdon/v1/39yyy/quay-01/checkin/json", "denied"); // resolves: a PUBACK came
  await publish(desk, "tiepdon/v1/38xxx/quay-01/checkin/json", "kept", true);
  const late = (await enter(nats, "his-tinh")).client;
  const heard: string[] = [];
  late.on("message", (topic, payload, { retain }) => heard.push(`${retain} ${topic} ${payload}`));
  await late.subscribeAsync("tiepdon/v1/+/+/checkin/json", { qos: 1 });
  await waitUntil("the retained event is there", () => heard.length > 0, patienceMs);
  expect(heard).toEqual(["true tiepdon/v1/38xxx/quay-01/checkin/json kept"]);

  const his = (await enter(nats, "his", { clean: false })).client;
  await his.subscribeAsync("tiepdon/v1/38xxx/+/checkin/json", { qos: 1 });
  await his.endAsync();
  const again = await enter(nats, "his", { clean: false });
  expect(again.isSessionPresent).toBe(true);
  await again.client.endAsync();
  const thief = await connectWith(nats.urls[0] ?? "", await nats.issue("38xxx:quay-02"), { clientId: "his" });
  await thief.client.endAsync();
  const robbed = await enter(nats, "his", { clean: false });
  expect(robbed.isSessionPresent).toBe(false);
  await robbed.client.endAsync();
});

test("doctor tells a desk that NATS knows under another name, whose check-ins it would drop", {
  timeout: 120_000,
}, async () => {
  const nats = await startNats(settings);
  const files = await nats.issue("38xxx:quay-01");
  const wordsOf = (desk: string): string => {
    const file = join(temporaryDirectory(), "tiepdon.yaml");
    const mqtt = { url: nats.urls, ...files };
    const readers = [{ id: "qr-1", serial: "/dev/null" }];
    writeFileSync(file, JSON.stringify({ agent: { facility: "38xxx", desk, readers, mqtt } }));
    const { out } = tiepdon(["doctor", "--config", file, "--data-dir", temporaryDirectory(), "--json"]);
    return out.split("\n").find((line) => line.includes(`Broker ${nats.urls[0]}`)) ?? "";
  };
  expect(wordsOf("quay-01")).toContain('"isGood":true');
  expect(wordsOf("quay-02")).toContain("not to this desk's own topics");
});

/** Speaks NATS' own protocol: CONNECT with these, and the server's whole answer. */
function answerOfNats(port: number, user: object): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = connectTcp(port, "127.0.0.1", () => {
      socket.write(`CONNECT ${JSON.stringify({ verbose: true, pedantic: false, ...user })}\r\nPING\r\n`);
    });
    socket.on("data", (chunk) => {
      answer += chunk.toString("latin1");
      if (answer.includes("PONG")) socket.destroy();
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(answer));
  });
}
