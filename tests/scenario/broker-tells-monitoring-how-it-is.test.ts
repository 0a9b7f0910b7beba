// Metrics and health over HTTP: they tell the truth, name nobody, hold out against rude clients, and want a token where one is set.
import { writeFileSync } from "node:fs";
import { request } from "node:http";
import { connect as connectSocket, type Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { afterThisTest, temporaryDirectory } from "../fixtures/clean-up.ts";
import { makeAuthority } from "../fixtures/openssl-authority.ts";
import { waitUntil } from "../fixtures/wait-until.ts";
import { connect, removeDirectory, runBroker, type TestBroker, testUsers } from "../unit/broker/running-broker.ts";

const running: TestBroker[] = [];
afterEach(async () => {
  for (const broker of running.splice(0)) {
    await broker.close();
    removeDirectory(broker.directory);
  }
});

const run = async (observation: object = {}, users: typeof testUsers | undefined = testUsers) => {
  const config = { observation: { port: 0, ...observation } };
  const broker = await runBroker({ config, ...(users !== undefined && { users }) });
  running.push(broker);
  return { broker, url: `http://127.0.0.1:${broker.observationPort}` };
};

/** The lines of the page, by what stands before the value. */
const metricsOf = async (url: string) => {
  const text = await (await fetch(`${url}/metrics`)).text();
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.slice(line.lastIndexOf(" ")))]),
  );
};

/** Asks until the answer is good: facts may be half a second old. */
const askUntil = async <T>(what: string, ask: () => Promise<T>, isGood: (answer: T) => boolean): Promise<T> => {
  const until = performance.now() + 20_000;
  for (;;) {
    const answer = await ask();
    if (isGood(answer)) return answer;
    if (performance.now() > until) throw new Error(`asked in vain for ${what}`);
    await sleep(50);
  }
};

const own = "tiepdon/v1/38xxx/quay-01";

test("the page counts what happened, and every reason that did not is there with 0", async () => {
  const { broker, url } = await run();
  const his = await connect(broker.port, { clientId: "his-main", username: "his", clean: false });
  await his.mqtt.subscribeAsync("tiepdon/v1/38xxx/+/checkin/json", { qos: 1 });
  await his.mqtt.endAsync();
  const desk = await connect(broker.port, { clientId: "desk-one", username: "desk1" });
  for (let n = 0; n < 3; n += 1) await desk.mqtt.publishAsync(`${own}/checkin/json`, "{}", { qos: 1 });
  await desk.mqtt.publishAsync(`${own}/state`, "{}", { qos: 1, retain: true });
  await desk.mqtt.subscribeAsync("#").catch(() => {});
  await expect(connect(broker.port, { username: "desk1", password: "wrong" })).rejects.toMatchObject({ code: 4 });
  const wanted = Object.entries({
    tiepdon_broker_messages_received_total: 4,
    tiepdon_broker_messages_kept_total: 4,
    tiepdon_broker_publish_seconds_count: 4,
    tiepdon_broker_queued_messages: 3,
    tiepdon_broker_queued_messages_longest: 3,
    tiepdon_broker_retained_messages: 1,
    tiepdon_broker_clients: 1,
    'tiepdon_broker_connections{listener="plain"}': 1,
    'tiepdon_broker_connections_accepted_total{listener="plain"}': 3,
    'tiepdon_broker_sessions{state="absent"}': 1,
    'tiepdon_broker_denied_total{action="subscribe"}': 1,
    'tiepdon_broker_denied_total{action="connect"}': 1,
    'tiepdon_broker_refused_total{reason="password-wrong"}': 1,
    'tiepdon_broker_refused_total{reason="packet-too-long"}': 0,
    'tiepdon_broker_refused_total{reason="address-too-fast"}': 0,
    'tiepdon_broker_refused_total{reason="client-id-in-dispute"}': 0,
  });
  const metrics = await askUntil(
    "the metrics",
    () => metricsOf(url),
    (found) => wanted.every(([name, value]) => found.get(name) === value),
  );
  for (const name of ["store_bytes", "disk_free_bytes", "commits_total", "commit_steps_total", "audit_records_total"]) {
    expect(metrics.get(`tiepdon_broker_${name}`)).toBeGreaterThan(0);
  }
});

test("health is ok, says what is wrong, and no answer names anybody", async () => {
  const { broker, url } = await run();
  const desk = await connect(broker.port, { clientId: "desk-one", username: "desk1" });
  await desk.mqtt.publishAsync(`${own}/state`, "secret-words", { qos: 1, retain: true });
  await desk.mqtt.subscribeAsync("079099000003/#").catch(() => {});
  const numbered = { clientId: "079099000001", username: "079099000002", password: "wrong" };
  await expect(connect(broker.port, numbered)).rejects.toMatchObject({ code: 4 });
  const answers: string[] = [];
  const health = async () => {
    const response = await fetch(`${url}/health`);
    const text = await response.text();
    answers.push(text);
    return { code: response.status, ...(JSON.parse(text) as { status: string; reasons: { code: string }[] }) };
  };
  expect(await health()).toMatchObject({ code: 200, status: "ok", reasons: [] });
  const users = join(broker.directory, "users.json");
  writeFileSync(users, "{");
  const degraded = await askUntil("a reason", health, ({ status }) => status !== "ok");
  expect(degraded).toMatchObject({ code: 200, reasons: [{ code: "users-file-unreadable", severity: "degraded" }] });
  answers.push(await (await fetch(`${url}/metrics`)).text(), await (await fetch(`${url}/live`)).text());
  expect(answers.length).toBeGreaterThan(3);
  for (const secret of ["desk-one", "desk1", "quay-01", "38xxx", "0790990", "secret-words", broker.directory]) {
    for (const answer of answers) expect(answer).not.toContain(secret);
  }
  await waitUntil("the alarm is in the log", () =>
    broker.lines.some(
      ({ level, facts }) => level === "error" && JSON.stringify(facts).includes("users-file-unreadable"),
    ),
  );
});

test("a certificate that runs out soon is told of, with the time that is left", async () => {
  const { caFile, issue } = makeAuthority(join(temporaryDirectory(), "ca"));
  const server = issue("localhost", { forServer: true, days: 5 });
  const tls = { host: "127.0.0.1", port: 0, certFile: server.certFile, keyFile: server.keyFile, caFile };
  const broker = await runBroker({ config: { tls, observation: { port: 0 } }, users: testUsers });
  running.push(broker);
  const url = `http://127.0.0.1:${broker.observationPort}`;
  const health = await (await fetch(`${url}/health`)).json();
  expect(health).toMatchObject({ status: "degraded", reasons: [{ code: "certificate-expires-soon" }] });
  const seconds = (await metricsOf(url)).get('tiepdon_broker_certificate_remaining_seconds{of="broker"}') ?? 0;
  expect(seconds).toBeGreaterThan(4 * 86_400);
  expect(seconds).toBeLessThan(5 * 86_400 + 60);
});

test("what is not served is said so, and only GET is", async () => {
  const { url } = await run();
  expect(await (await fetch(`${url}/live`)).text()).toBe("alive\n");
  expect((await fetch(`${url}/metrics?format=x`)).headers.get("content-type")).toContain("version=0.0.4");
  for (const path of ["/", "/metrics/", "/HEALTH", "//metrics", "/../metrics2", "/__proto__"]) {
    expect((await fetch(url + path)).status).toBe(404);
  }
  for (const method of ["POST", "PUT", "DELETE", "HEAD", "OPTIONS"]) {
    const response = await fetch(`${url}/metrics`, { method });
    expect([response.status, response.headers.get("allow")]).toEqual([405, "GET"]);
  }
});

test("where a token is set, nothing is answered without it; a new one counts at once", async () => {
  const tokenFile = join(temporaryDirectory(), "token");
  const [first, second] = ["a".repeat(32), "b".repeat(40)];
  writeFileSync(tokenFile, `${first}\n`);
  const { url } = await run({ tokenFile });
  const ask = async (authorization?: string, path = "/metrics") =>
    (await fetch(url + path, authorization === undefined ? {} : { headers: { authorization } })).status;
  for (const path of ["/metrics", "/health", "/live", "/other"]) expect(await ask(undefined, path)).toBe(401);
  for (const wrong of [first, "Bearer", `Bearer ${first}x`, `Basic ${first}`, "Bearer "])
    expect(await ask(wrong)).toBe(401);
  expect(await ask(`Bearer ${first}`)).toBe(200);
  writeFileSync(tokenFile, second);
  expect(await ask(`Bearer ${first}`)).toBe(401);
  expect(await ask(`Bearer ${second}`)).toBe(200);
  writeFileSync(tokenFile, "short"); // as good as none: nobody gets in by it
  expect(await ask("Bearer short")).toBe(500);
});

test("a token that could be guessed, a file that is not there and a port in use end the start, each with its code", async () => {
  const tokenFile = join(temporaryDirectory(), "token");
  await expect(run({ tokenFile })).rejects.toMatchObject({ code: "observation-token-unusable" });
  writeFileSync(tokenFile, "a".repeat(31));
  await expect(run({ tokenFile })).rejects.toMatchObject({ code: "observation-token-unusable" });
  const { broker } = await run();
  await expect(run({ port: broker.observationPort })).rejects.toMatchObject({ code: "port-in-use" });
});

test("rude clients are ended, and monitoring gets its answer all the same", async () => {
  const { broker, url } = await run();
  const port = broker.observationPort ?? 0;
  const open = async (): Promise<{ socket: Socket; isOver: () => boolean }> => {
    const socket = connectSocket(port, "127.0.0.1");
    let isOver = false;
    socket
      .on("error", () => {})
      .on("close", () => {
        isOver = true;
      });
    socket.resume();
    afterThisTest(() => socket.destroy());
    await new Promise((resolve) => socket.once("connect", resolve).once("close", resolve));
    return { socket, isOver: () => isOver };
  };
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const asked = request(`${url}/metrics`, { headers: { "x-long": "x".repeat(8_000) } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    asked.on("error", reject).end();
  });
  expect(status).toBe(431);
  const silent = await Promise.all(Array.from({ length: 24 }, open));
  silent[0]?.socket.write("GET /metrics HT");
  await waitUntil("those beyond the bound are ended", () => silent.filter(({ isOver }) => isOver()).length >= 8);
  await waitUntil("the silent ones are ended", () => silent.every(({ isOver }) => isOver()), 30_000);
  expect((await fetch(`${url}/live`)).status).toBe(200);
});

test("without a port nothing is opened", async () => {
  const { broker } = await run({ port: undefined });
  expect(broker.observationPort).toBeUndefined();
});
