// The audit log of a running broker and of commands beside it: one chain, nothing of a patient, and every change of a line is found.
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Sqlite } from "../../store/sqlite.ts";
import { afterThisTest, temporaryDirectory } from "../fixtures/clean-up.ts";
import { tiepdon } from "../fixtures/tiepdon.ts";
import { connect, removeDirectory, runBroker, type TestBroker, testUsers } from "../unit/broker/running-broker.ts";

const facility = "tiepdon/v1/38xxx";

async function start(): Promise<TestBroker> {
  const broker = await runBroker({ users: testUsers, config: { lockOut: { newPlaceWrongMax: 3 } } });
  afterThisTest(async () => {
    await broker.close();
    removeDirectory(broker.directory);
  });
  return broker;
}

interface Exported {
  readonly action: string;
  readonly result: string;
  readonly [member: string]: unknown;
}

const lines = (out: string): Exported[] =>
  out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

test("connects, denials, lock-outs and administration are there with who, where and what, and no payload or number", async () => {
  const broker = await start();
  const at = ["--data-dir", broker.directory];
  const his = await connect(broker.port, { username: "his", clientId: "his-1" });
  await his.mqtt.subscribeAsync([`${facility}/+/health`, "001090999901/#"]).catch(() => undefined); // both are closed
  await his.mqtt.subscribeAsync(`${facility}/+/checkin/json`);
  const desk = await connect(broker.port, { username: "desk1", clientId: "001090999902" });
  const isGone = new Promise<void>((resolve) => desk.mqtt.once("close", resolve));
  desk.mqtt.publish(`${facility}/quay-02/checkin/001090999903`, "a patient's card", { qos: 1 }, () => {});
  await isGone;
  for (let n = 0; n < 4; n += 1) {
    await connect(broker.port, { username: "it", clientId: "guess", password: `wrong-${n}` }).catch(() => undefined);
  }
  await connect(broker.port, { username: "a-secret-word", clientId: "guess" }).catch(() => undefined);
  const config = ["--config", join(broker.directory, "none.yaml")];
  expect(tiepdon(["broker", "user", "remove", "desk2", ...config, ...at]).status).toBe(0);
  await his.mqtt.endAsync();
  await broker.close();

  const { out, status } = tiepdon(["audit", "export", ...at]);
  expect(status).toBe(0);
  const records = lines(out);
  const has = (wanted: Record<string, unknown>) => expect(records).toContainEqual(expect.objectContaining(wanted));
  has({ action: "broker-start", result: "ok", object: expect.stringMatching(/^config sha256:[0-9a-f]{64}$/) });
  const peer = { address: expect.stringMatching(/127\.0\.0\.1$/), port: expect.any(Number) };
  has({ action: "connect", result: "ok", account: "his", client: "his-1", ...peer });
  has({ action: "subscribe", result: "refused", account: "his", object: `${facility}/+/health`, ...peer });
  has({ action: "connect", result: "ok", account: "desk1", client: "?" });
  has({ action: "publish", result: "refused", account: "desk1", object: `${facility}/quay-02/checkin/?`, ...peer });
  has({ action: "disconnect", result: "ok", account: "desk1" });
  has({ action: "lock-out", result: "alarm", account: "it", why: "user" });
  has({ action: "connect", result: "refused", account: "it", why: "locked-out" });
  has({ action: "user-remove", result: "ok", object: "desk2", account: expect.stringMatching(/./) });
  has({ action: "broker-stop", result: "ok" });
  expect(out).not.toMatch(/0010909999|patient|secret|wrong-/);
  expect(records.map(({ sequence }) => sequence)).toEqual(records.map((_, at) => at + 1));
  for (const { time } of records) expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

  const syslog = tiepdon(["audit", "export", "--format", "syslog", ...at])
    .out.trim()
    .split("\n");
  expect(syslog).toHaveLength(records.length);
  for (const line of syslog) expect(line).toMatch(/^<(105|108|110)>1 \S+Z \S+ tiepdon - [a-z-]+ \[tiepdon@32473 .*\]$/);
  expect(tiepdon(["audit", "export", "--since", "2100-01-01", ...at]).out).toBe("");
  expect(tiepdon(["audit", "export", "--until", "2100-01-01", ...at]).out).toBe(out);
  expect(
    tiepdon(["audit", "show", "--count", "3", ...at])
      .out.trim()
      .split("\n"),
  ).toHaveLength(3);
});

test("verify holds the chain against the head in the service log, and names the first changed record", async () => {
  const broker = await start();
  const at = ["--data-dir", broker.directory];
  await (await connect(broker.port, { username: "his" })).mqtt.endAsync();
  await broker.close();
  const heads = broker.lines.flatMap(({ facts }) => ("auditHead" in facts ? [String(facts.auditHead)] : []));
  expect(heads).toHaveLength(2); // at start and stop
  const head = heads.at(-1) ?? "";

  const whole = tiepdon(["audit", "verify", "--head", head, ...at]);
  expect([whole.status, whole.out.trim()]).toEqual([0, head]);
  expect(tiepdon(["audit", "verify", "--head", heads[0] ?? "", ...at]).status).toBe(0);

  const db = new Sqlite(join(broker.directory, "audit.db"));
  const body = db.prepare<[], string>("SELECT body FROM records WHERE sequence = 3").pluck().get() ?? "";
  db.prepare("UPDATE records SET body = ? WHERE sequence = 3").run(body.replace('"his"', '"it"'));
  db.close();
  const broken = tiepdon(["audit", "verify", "--json", ...at]);
  expect([broken.status, JSON.parse(broken.out)]).toEqual([1, { isWhole: false, sequence: 3, why: "record-changed" }]);
  expect(broken.error).toContain("3:");
  expect(tiepdon(["audit", "verify", "--head", "nonsense", ...at]).status).toBe(2);
  expect(tiepdon(["audit", "verify", "--data-dir", join(broker.directory, "nowhere")]).status).toBe(5);
  for (const since of ["2026-11-01T07:00:00", "5", "tomorrow"]) // local time, or what Date.parse makes of it
    expect(tiepdon(["audit", "export", "--since", since, ...at]).status).toBe(2);
  expect(tiepdon(["audit", "export", "--since", "2026-11-01T07:00:00+07:00", ...at]).status).toBe(0);
});

test("a password that was made is shown, and its user noted, though the day of its use can't be written", () => {
  const dataDir = temporaryDirectory();
  mkdirSync(join(dataDir, "accounts.db"));
  const at = ["--config", join(dataDir, "none.yaml"), "--data-dir", dataDir];
  const { status, out } = tiepdon(["broker", "user", "add", "his", "--role", "his", ...at]);
  expect([status, out]).toEqual([5, expect.stringMatching(/^[\w-]{24}\n$/)]);
  expect(lines(tiepdon(["audit", "export", "--data-dir", dataDir]).out)).toContainEqual(
    expect.objectContaining({ action: "user-add", object: "his" }),
  );
});

test("a log that is there and can't be looked at is not called absent", () => {
  const dataDir = temporaryDirectory();
  for (const name of ["audit.db", "broker.db"]) symlinkSync(name, join(dataDir, name)); // for root, too, who may look at all else
  const at = ["--data-dir", dataDir];
  expect(tiepdon(["audit", "show", ...at])).toMatchObject({ status: 5, error: expect.stringContaining("ELOOP") });
  expect(tiepdon(["broker", "inspect", ...at])).toMatchObject({ status: 2, error: expect.stringContaining("ELOOP") });
});

test("a list of users reads and sets nothing aside, which a running broker may have open", () => {
  const dataDir = temporaryDirectory();
  writeFileSync(join(dataDir, "users.json"), JSON.stringify({ version: 1, users: [] }));
  writeFileSync(join(dataDir, "accounts.db"), "damaged ".repeat(1_000));
  const at = ["--config", join(dataDir, "none.yaml"), "--data-dir", dataDir];
  expect(tiepdon(["broker", "user", "list", ...at]).status).toBe(5);
  expect(readdirSync(dataDir).sort()).toEqual(["accounts.db", "users.json"]);
});
