// A generated Mosquitto and our own rights side by side: what each role publishes arrives, and what each may read reaches it.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { rightsOf } from "../../broker/access/rights.ts";
import {
  mosquittoAccess,
  mosquittoConfig,
  mosquittoDescriptionSchema,
  mosquittoFiles,
} from "../../cluster/mosquitto-config.ts";
import type { Identity } from "../../protocol/access.ts";
import { connectWith } from "../endurance/nats-servers.ts";
import { afterThisTest, temporaryDirectory } from "../fixtures/clean-up.ts";
import { freePort } from "../fixtures/free-port.ts";
import { startMosquittoFile } from "../fixtures/mosquitto.ts";
import { makeAuthority } from "../fixtures/openssl-authority.ts";
import { waitUntil } from "../fixtures/wait-until.ts";

const patienceMs = 60_000;
const identities: Readonly<Record<string, Identity>> = {
  "38xxx:quay-01": { role: "desk", facility: "38xxx", desk: "quay-01" },
  his: { role: "his", facility: "38xxx" },
  cntt: { role: "it", facility: "38xxx" },
  cong: { role: "gateway", facility: "38xxx" },
  "his-tinh": { role: "his" },
};
const below = ["state", "info", "health", "event", "result", "checkin", "checkin/json", "rejected/json", "request"]
  .concat(["request/restart", "request/reader/list", "response/restart", "reader/qr-1/state", "reader/qr-1"])
  .concat(["unheard-of"]);
const topics = ["38xxx/quay-01", "38xxx/quay-02", "39yyy/quay-01", "38xxx/broadcast"]
  .flatMap((desk) => below.map((topic) => `tiepdon/v1/${desk}/${topic}`))
  .concat(["tiepdon/v1/38xxx/registry", "tiepdon/v1/39yyy/registry", "tiepdon/v1", "elsewhere/x"]);

async function startFacility() {
  const directory = temporaryDirectory();
  const authority = makeAuthority(join(directory, "ca"));
  const mqttPort = await freePort();
  const description = mosquittoDescriptionSchema.parse({
    ...{ mqttPort, directory, dataDirectory: directory },
    facilities: [{ facility: "38xxx", desks: ["quay-01"] }],
    users: Object.entries(identities).flatMap(([name, identity]) =>
      identity.role === "desk" ? [] : [{ name, ...identity }],
    ),
  });
  const server = authority.issue("localhost", { forServer: true });
  const config = mosquittoConfig(description)
    .replace(`${directory}/${mosquittoFiles.certificate}`, server.certFile)
    .replace(`${directory}/${mosquittoFiles.key}`, server.keyFile)
    .replace(`${directory}/${mosquittoFiles.authority}`, authority.caFile)
    .replace(`${directory}/${mosquittoFiles.revoked}`, authority.crlFile);
  const witness = "user witness\ntopic readwrite #\n";
  writeFileSync(join(directory, mosquittoFiles.access), `${mosquittoAccess(description)}\n${witness}`);
  writeFileSync(join(directory, mosquittoFiles.config), `${config}\nuser root\n`);
  await startMosquittoFile(join(directory, mosquittoFiles.config), mqttPort);
  const connectAs = async (name: string, options: { readonly clientId: string; readonly clean: boolean }) => {
    const files = { ...authority.issue(name), caFile: authority.caFile };
    const entered = await connectWith(`mqtts://127.0.0.1:${mqttPort}`, files, options);
    afterThisTest(() => entered.client.endAsync(true));
    return entered;
  };
  const enter = async (name: string) => (await connectAs(name, { clientId: name, clean: true })).client;
  return { enter, connectAs };
}

test("what is let through in both directions is what our own broker would let through", {
  timeout: 180_000,
}, async () => {
  const { enter } = await startFacility();
  const witness = await enter("witness");
  const heard = new Set<string>();
  witness.on("message", (topic, payload) => heard.add(`${payload} ${topic}`));
  await witness.subscribeAsync("#", { qos: 1 });
  for (const [name, identity] of Object.entries(identities)) {
    const client = await enter(name);
    const rights = rightsOf(identity);
    for (const topic of topics) await client.publishAsync(topic, name, { qos: 1 });
    await witness.publishAsync("end", name, { qos: 1 });
    await waitUntil("the witness has heard them all", () => heard.has(`${name} end`), patienceMs);
    const passed = topics.filter((topic) => heard.has(`${name} ${topic}`));
    expect(passed, `${name} publishes`).toEqual(topics.filter((topic) => rights.mayPublish(topic, false)));
    expect(passed.length).toBeGreaterThan(0);

    const read: string[] = [];
    client.on("message", (topic, payload) => {
      if (payload.toString() === `to ${name}`) read.push(topic);
    });
    await client.subscribeAsync("#", { qos: 1 });
    for (const topic of topics) await witness.publishAsync(topic, `to ${name}`, { qos: 1 });
    const wanted = topics.filter((topic) => rights.mayRead(topic));
    await waitUntil(`${name} has read what it may`, () => read.includes(wanted.at(-1) ?? ""), patienceMs);
    expect(read, `${name} reads`).toEqual(wanted);
  }
});

test("a stranger of the same authority enters and may do nothing", { timeout: 60_000 }, async () => {
  const { enter } = await startFacility();
  const witness = await enter("witness");
  const heard: string[] = [];
  witness.on("message", (topic) => heard.push(topic));
  await witness.subscribeAsync("#", { qos: 1 });
  const stranger = await enter("38xxx:quay-77");
  for (const topic of topics) await stranger.publishAsync(topic, "x", { qos: 1 });
  await witness.publishAsync("end", "x", { qos: 1 });
  await waitUntil("the witness has heard the end", () => heard.includes("end"), patienceMs);
  expect(heard).toEqual(["end"]);
});

test("nobody ends the hospital's session by its client id", { timeout: 60_000 }, async () => {
  const { connectAs } = await startFacility();
  const hospital = { clientId: "his", clean: false };
  const { client } = await connectAs("his", hospital);
  await client.subscribeAsync("tiepdon/v1/38xxx/+/checkin/json", { qos: 1 });
  await client.endAsync();
  const thief = await connectAs("cong", { clientId: "his", clean: true });
  await thief.client.endAsync();
  expect((await connectAs("his", hospital)).isSessionPresent).toBe(true);
});
