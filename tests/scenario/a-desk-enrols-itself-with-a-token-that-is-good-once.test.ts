// From an empty facility to a desk that publishes over mutual TLS, by the installed command line alone; and the token's second use.
import { X509Certificate } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import { expect, test } from "vitest";
import { temporaryDirectory } from "../fixtures/clean-up.ts";
import { freePort } from "../fixtures/free-port.ts";
import { subscribe } from "../fixtures/mosquitto-sub.ts";
import { openssl } from "../fixtures/openssl-authority.ts";
import { type Service, startTiepdon, tiepdon } from "../fixtures/tiepdon.ts";
import { waitUntil } from "../fixtures/wait-until.ts";

interface Facility {
  readonly directory: string;
  readonly ca: string;
  readonly config: string;
  readonly broker: Service;
  readonly mqttsPort: number;
  readonly enrolmentPort: number;
  token(desk: string): string;
}

async function startFacility(): Promise<Facility> {
  const directory = temporaryDirectory();
  const ca = join(directory, "ca");
  const init = tiepdon(["ca", "init", "--dir", ca, "--host", "localhost", "--host", "127.0.0.1"]);
  expect(init).toMatchObject({ status: 0 });
  const [mqttsPort, enrolmentPort] = [await freePort(), await freePort()];
  const config = join(directory, "broker.yaml");
  const files = {
    ...{ certFile: join(ca, "broker.pem"), keyFile: join(ca, "broker.key") },
    ...{ caFile: join(ca, "ca.pem"), crlFile: join(ca, "crl.pem") },
  };
  const tls = { host: "127.0.0.1", port: mqttsPort, ...files };
  const enrolment = { host: "127.0.0.1", port: enrolmentPort, authorityDir: ca };
  writeFileSync(config, JSON.stringify({ broker: { plain: false, tls, enrolment } }));
  const dataDir = join(directory, "data");
  mkdirSync(dataDir);
  const broker = startTiepdon(["broker", "--config", config, "--data-dir", dataDir]);
  await waitUntil("the broker is ready", () => broker.out.some((line) => line.includes("The broker is ready")));
  const address = `127.0.0.1:${enrolmentPort}`;
  const token = (desk: string) =>
    tiepdon([
      "ca",
      "token",
      "--config",
      config,
      "--facility",
      "38xxx",
      "--desk",
      desk,
      "--address",
      address,
      "--data-dir",
      dataDir,
    ]).out.trim();
  return { directory, ca, config, broker, mqttsPort, enrolmentPort, token };
}

test("a desk enrols, publishes over mutual TLS, is revoked and is out; its token's second use is refused and reported", async () => {
  const { directory, ca, broker, mqttsPort, token } = await startFacility();
  const given = token("quay-01");
  const out = join(directory, "desk");
  expect(tiepdon(["enrol", given, "--out", out])).toMatchObject({ status: 0 });
  expect(statSync(join(out, "desk.key")).mode & 0o777).toBe(0o600);
  expect(openssl(["verify", "-CAfile", join(out, "ca.pem"), "-purpose", "sslclient", join(out, "desk.pem")])).toContain(
    "OK",
  );

  const again = tiepdon(["enrol", given, "--out", join(directory, "thief")]);
  expect(again.status).toBe(4);
  expect(again.error).toContain("used before");
  expect(existsSync(join(directory, "thief"))).toBe(false);
  await waitUntil("it is reported", () =>
    broker.out.some((line) => line.includes("second time") && line.includes('"error"')),
  );
  const [, secret = given] = /^tiepdon1_(.{32})_/.exec(given) ?? []; // it may begin with a _ itself
  expect(broker.out.join("\n")).not.toContain(secret);

  const at = ["--data-dir", join(directory, "data")];
  const issue = ["ca", "issue", "it-1", "--dir", ca, "--out", join(directory, "it"), ...at];
  expect(tiepdon(issue)).toMatchObject({ status: 0 });
  expect(
    tiepdon(["broker", "user", "add", "it-1", "--role", "it", "--data-dir", join(directory, "data")]),
  ).toMatchObject({ status: 0 });
  const files = [
    "--cafile",
    join(ca, "ca.pem"),
    "--cert",
    join(directory, "it/it-1.pem"),
    "--key",
    join(directory, "it/it-1.key"),
  ];
  const state = "tiepdon/v1/38xxx/quay-01/state";
  const info = "tiepdon/v1/38xxx/quay-01/info";
  const it = await subscribe(mqttsPort, [state, info], ["-h", "localhost", "-i", "it-1", ...files]);

  const agentConfig = join(directory, "agent.yaml");
  const tls = { caFile: join(out, "ca.pem"), certFile: join(out, "desk.pem"), keyFile: join(out, "desk.key") };
  const mqtt = { url: `mqtts://localhost:${mqttsPort}`, ...tls };
  const readers = [{ id: "qr-1", tcp: { host: "127.0.0.1", port: await freePort() } }];
  writeFileSync(agentConfig, JSON.stringify({ agent: { facility: "38xxx", desk: "quay-01", readers, mqtt } }));
  startTiepdon(["agent", "--config", agentConfig, "--data-dir", join(directory, "desk-data")]);
  await waitUntil("IT sees the desk", () => it.json(info).length > 0 && it.json(state).length > 0);
  const { validTo } = new X509Certificate(readFileSync(join(out, "desk.pem")));
  expect(it.json(info).at(-1)?.["certificateExpires"]).toBe(new Date(validTo).toISOString());

  expect(tiepdon(["ca", "revoke", "38xxx:quay-01", "--dir", ca, ...at])).toMatchObject({ status: 0 });
  await waitUntil("the will says that it is gone", () => it.json(state).at(-1)?.["state"] === "offline");
  await waitUntil("it is refused", () =>
    broker.out.some((line) => line.includes("CERT_REVOKED") && line.includes("was refused")),
  );
  const listed = tiepdon(["ca", "list", "--dir", ca, "--json"])
    .out.trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(listed.map(({ name, state }) => [name, state])).toEqual([
    ["localhost", "valid"],
    ["38xxx:quay-01", "revoked"],
    ["it-1", "valid"],
  ]);
  await it.end();

  const audited = (): { action: string; result: string; object?: string; why?: string }[] =>
    tiepdon(["audit", "export", ...at])
      .out.trim()
      .split("\n")
      .map((line) => JSON.parse(line));
  await waitUntil("the refusal is in the audit log", () => audited().some(({ why }) => why === "CERT_REVOKED"));
  const desk = "38xxx:quay-01";
  for (const record of [
    { action: "ca-token", result: "ok", object: desk },
    { action: "enrol", result: "ok", object: desk },
    { action: "enrol", result: "alarm", object: desk, why: "token-used" },
    { action: "ca-issue", result: "ok", object: "it-1" },
    { action: "user-add", result: "ok", object: "it-1" },
    { action: "connect", result: "ok", account: "it-1" },
    { action: "connect", result: "ok", account: `CN=${desk}`, client: desk },
    { action: "ca-revoke", result: "ok", object: desk },
    { action: "tls-reload", result: "ok" },
    { action: "disconnect", result: "refused", object: desk, why: "CERT_REVOKED" },
  ]) {
    expect(audited()).toContainEqual(expect.objectContaining(record));
  }
  expect(tiepdon(["audit", "verify", ...at]).status).toBe(0);
}, 60_000);

test("a stranger in the broker's place gets no secret, and rubbish at the enrolment's door harms nobody", async () => {
  const { directory, ca, token, enrolmentPort, mqttsPort } = await startFacility();
  const given = token("quay-02");
  const elsewhere = given.replace(/_[0-9a-f]{64}_/, `_${"0".repeat(64)}_`);
  expect(tiepdon(["enrol", elsewhere, "--out", directory])).toMatchObject({ status: 4 });
  expect(tiepdon(["enrol", "nonsense", "--out", directory])).toMatchObject({ status: 2 });
  const guess = given.replace(/^tiepdon1_.{32}/, `tiepdon1_${"A".repeat(32)}`);
  expect(tiepdon(["enrol", guess, "--out", directory]).error).toContain("does not know");
  expect(tiepdon(["enrol", given.replace(`_${enrolmentPort}_`, `_${mqttsPort}_`), "--out", directory]).status).toBe(4);

  connect(enrolmentPort, "127.0.0.1")
    .on("error", () => {})
    .write("x".repeat(100_000));
  for (const rubbish of [Buffer.alloc(100_000, 0x41), Buffer.from("{}\n"), Buffer.from('{"token":1}\n')]) {
    const socket = connectTls({ port: enrolmentPort, host: "127.0.0.1", ca: readFileSync(join(ca, "ca.pem")) });
    socket
      .on("error", () => {})
      .resume()
      .write(rubbish);
    await waitUntil("it is cut off or answered", () => socket.destroyed);
  }
  const idle = Array.from({ length: 20 }, () =>
    connect({ port: enrolmentPort, host: "127.0.0.1", localAddress: "127.0.0.2" }),
  );
  for (const socket of idle) socket.on("error", () => {});
  await waitUntil("one address keeps eight", () => idle.filter(({ closed }) => closed).length === 12, 8_000);
  expect(tiepdon(["enrol", given, "--out", join(directory, "desk")])).toMatchObject({ status: 0 }); // none of it used the token up
  for (const socket of idle) socket.destroy();
}, 60_000);
