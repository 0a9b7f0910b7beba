// A changed file of users is taken up while nobody connects: who lost the account or its password is out within seconds, and others go on.
import { join } from "node:path";
import { expect, test } from "vitest";
import { addUser, removeUser, setPassword } from "../../broker/access/users-file.ts";
import { afterThisTest, temporaryDirectory } from "../fixtures/clean-up.ts";
import { subscribe } from "../fixtures/mosquitto-sub.ts";
import { makeAuthority } from "../fixtures/openssl-authority.ts";
import { waitUntil } from "../fixtures/wait-until.ts";
import {
  connect,
  password,
  removeDirectory,
  runBroker,
  type TestBroker,
  testUsers,
} from "../unit/broker/running-broker.ts";

const facility = "tiepdon/v1/38xxx";

async function start(config: object = {}): Promise<{ broker: TestBroker; usersFile: string }> {
  const broker = await runBroker({ users: testUsers, config });
  afterThisTest(async () => {
    await broker.close();
    removeDirectory(broker.directory);
  });
  return { broker, usersFile: join(broker.directory, "users.json") };
}

test("a removed user is out, its will goes nowhere, and the others stay", async () => {
  const { broker, usersFile } = await start();
  const it = await connect(broker.port, { username: "it" });
  await it.mqtt.subscribeAsync(`${facility}/+/state`, { qos: 1 });
  const will = { topic: `${facility}/quay-01/state`, payload: "gone", qos: 1, retain: false } as const;
  const lost = await connect(broker.port, { username: "desk1", will });
  const desk = await connect(broker.port, { username: "desk2" });
  await removeUser(usersFile, "desk1");
  await waitUntil("it is out", () => !lost.mqtt.connected);
  await desk.mqtt.publishAsync(`${facility}/quay-02/state`, "here", { qos: 1 });
  expect((await it.waitFor(1)).map(({ text }) => text)).toEqual(["here"]);
  await expect(connect(broker.port, { username: "desk1" })).rejects.toMatchObject({ code: 4 });
  expect(broker.counts().connections).toBe(2);
});

test("a new password throws out who came by the old one, and a changed role takes its filters along", async () => {
  const { broker, usersFile } = await start();
  const old = await connect(broker.port, { username: "his", clientId: "h", clean: false });
  await old.mqtt.subscribeAsync(`${facility}/+/checkin/json`, { qos: 1 });
  await setPassword(usersFile, "his", "another-password");
  await waitUntil("it is out", () => !old.mqtt.connected);
  await expect(connect(broker.port, { username: "his" })).rejects.toMatchObject({ code: 4 });
  const his = await connect(broker.port, {
    ...{ username: "his", password: "another-password", clientId: "h", clean: false },
  });
  expect(his.isSessionPresent).toBe(true);

  const desk = await connect(broker.port, { username: "desk1" });
  await desk.mqtt.publishAsync(`${facility}/quay-01/checkin/json`, "first", { qos: 1 });
  await his.waitFor(1);
  await removeUser(usersFile, "his");
  await addUser(usersFile, { user: "his", role: "it", facility: "38xxx" }, "another-password");
  await waitUntil("the filter is gone", () =>
    broker.lines.some(({ sentence }) => sentence.startsWith("Subscriptions were dropped")),
  );
  await desk.mqtt.publishAsync(`${facility}/quay-01/checkin/json`, "second", { qos: 1 });
  await removeUser(usersFile, "his");
  await addUser(usersFile, { user: "his", role: "his", facility: "38xxx" }, password);
  const back = await connect(broker.port, { username: "his", clientId: "h", clean: false });
  await desk.mqtt.publishAsync(`${facility}/quay-01/checkin/json`, "third", { qos: 1 });
  await back.mqtt.subscribeAsync(`${facility}/+/checkin/json`, { qos: 1 });
  await desk.mqtt.publishAsync(`${facility}/quay-01/checkin/json`, "fourth", { qos: 1 });
  expect((await back.waitFor(1)).map(({ text }) => text)).toEqual(["fourth"]);
});

test("a certificate outlives the password of its user, but not the user", async () => {
  const authority = makeAuthority(join(temporaryDirectory(), "ca"));
  const { certFile, keyFile } = authority.issue("localhost", { forServer: true });
  const tls = { host: "127.0.0.1", port: 0, certFile, keyFile, caFile: authority.caFile };
  const { broker, usersFile } = await start({ tls });
  const certificate = authority.issue("his");
  const his = await subscribe(
    broker.tlsPort ?? 0,
    [`${facility}/+/checkin/json`],
    [
      ...["-h", "localhost", "-i", "his", "--cafile", authority.caFile],
      ...["--cert", certificate.certFile, "--key", certificate.keyFile],
    ],
  );
  const withPassword = await connect(broker.port, { username: "his", clientId: "other" });
  await setPassword(usersFile, "his", "another-password");
  await waitUntil("the one with the old password is out", () => !withPassword.mqtt.connected);
  const desk = await connect(broker.port, { username: "desk1" });
  await desk.mqtt.publishAsync(`${facility}/quay-01/checkin/json`, "x", { qos: 1 });
  await waitUntil("it reads on", () => his.received.length === 1);
  await removeUser(usersFile, "his");
  await waitUntil("it is out", () => broker.counts().connections === 1);
});
