// Export beside a running broker and import elsewhere: sessions, queues and retained messages arrive, each message once and in order.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openBrokerStore } from "../../broker/store/broker-store.ts";
import { type BrokerPlace, brokerCommand, brokerPlace, startBrokerAt } from "../fixtures/broker-service.ts";
import { temporaryDirectory } from "../fixtures/clean-up.ts";
import { product, startTiepdon } from "../fixtures/tiepdon.ts";
import { waitUntil } from "../fixtures/wait-until.ts";
import { connect } from "../unit/broker/running-broker.ts";

const facility = "tiepdon/v1/38xxx";
const his = { clientId: "his-main", clean: false };
const numbers = Array.from({ length: 300 }, (_, index) => `${index}`);

async function fillQueue(place: BrokerPlace): Promise<void> {
  const subscriber = await connect(place.port, his);
  await subscriber.mqtt.subscribeAsync(`${facility}/+/checkin/json`, { qos: 1 });
  await subscriber.mqtt.endAsync();
  const desk = await connect(place.port);
  await desk.mqtt.publishAsync(`${facility}/quay-01/state`, "online", { qos: 1, retain: true });
  for (const number of numbers) await desk.mqtt.publishAsync(`${facility}/quay-01/checkin/json`, number, { qos: 1 });
  await desk.mqtt.endAsync();
}

test("the hospital's software gets everything once from the new broker", { timeout: 120_000 }, async () => {
  const [old, next] = [await brokerPlace(), await brokerPlace()];
  const running = await startBrokerAt(old);
  await fillQueue(old);
  const file = join(temporaryDirectory(), "broker.jsonl");

  const seen = await brokerCommand(["inspect", "--json", "--data-dir", old.dataDir]);
  expect(JSON.parse(seen.out)).toMatchObject({
    ...{ clientId: "his-main", queued: 300, offlineSince: expect.any(String), oldestKeptAt: expect.any(String) },
    subscriptions: [{ filter: `${facility}/+/checkin/json`, qos: 1 }],
  });
  const queues = await brokerCommand(["inspect", "queues", "--json", "--data-dir", old.dataDir]);
  expect(JSON.parse(queues.out)).toMatchObject({ topic: `${facility}/quay-01/checkin/json`, queued: 300 });
  const retained = await brokerCommand(["inspect", "retained", "--data-dir", old.dataDir]);
  expect(retained.out).toContain(`${facility}/quay-01/state\t1\t6`);
  const check = await brokerCommand(["inspect", "--check", "--data-dir", old.dataDir]);
  expect([check.status, check.out]).toEqual([0, "tốt | sound"]);

  const exported = await brokerCommand(["export", file, "--data-dir", old.dataDir]);
  expect(exported.error).toContain("dữ liệu cá nhân");
  expect([exported.status, exported.out]).toEqual([0, ""]);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const again = await brokerCommand(["export", file, "--data-dir", old.dataDir]);
  expect([again.status, again.error.includes("không ghi đè")]).toEqual([2, true]);
  await running.end();

  const importing = ["import", file, "--config", next.config, "--data-dir", next.dataDir];
  const imported = await brokerCommand(importing);
  expect([imported.status, imported.error]).toEqual([0, expect.stringContaining("300 tin chờ")]);
  const moved = await startBrokerAt(next);
  const busy = await brokerCommand(importing);
  expect([busy.status, busy.out]).toEqual([3, ""]);
  const it = await connect(next.port);
  await it.mqtt.subscribeAsync(`${facility}/+/state`, { qos: 1 });
  expect((await it.waitFor(1))[0]).toMatchObject({ text: "online", retain: true });
  const subscriber = await connect(next.port, his);
  expect(subscriber.isSessionPresent).toBe(true);
  await it.mqtt.publishAsync(`${facility}/quay-02/checkin/json`, "afterwards", { qos: 1 });
  const received = await subscriber.waitFor(301);
  expect(received.map(({ text }) => text)).toEqual([...numbers, "afterwards"]);
  await moved.end();
});

test("an export that somebody changed is refused with its line, and the store is as it was", async () => {
  const place = await brokerPlace();
  const running = await startBrokerAt(place);
  await fillQueue(place);
  const file = join(temporaryDirectory(), "broker.jsonl");
  await brokerCommand(["export", file, "--data-dir", place.dataDir]);
  await running.end();
  const lines = readFileSync(file, "utf8").split("\n");
  lines[100] = lines[100]?.replace('"qos":1', '"qos":7') ?? "";
  writeFileSync(file, lines.join("\n"));
  const next = await brokerPlace();
  const { status, error } = await brokerCommand(["import", file, "--config", next.config, "--data-dir", next.dataDir]);
  expect([status, error.includes(`${file}:101 `)]).toEqual([2, true]);
  const { out } = await brokerCommand(["inspect", "--json", "--data-dir", next.dataDir]);
  expect(out).toBe("");
});

/** More than the number at which an import reports its progress for the first time. */
const manyMessages = 130_000;

test("an import that is killed half way leaves the store as it was", { timeout: 180_000 }, async () => {
  const place = await brokerPlace();
  const file = join(temporaryDirectory(), "broker.jsonl");
  const receivers = [{ clientId: "his-main", qos: 1, messageId: null, released: false }];
  const message = { kind: "message", topic: "t", qos: 1, retain: false, keptAt: null, receivers, payload: "MQ==" };
  const session = { kind: "session", clientId: "his-main", user: "", offlineSince: null, subscriptions: [] };
  const header = { format: "tiepdon-broker-export", version: 1, exportedAt: "2026-11-22T00:00:00.000Z" };
  const front = [{ kind: "header", ...header }, session].map((line) => `${JSON.stringify(line)}\n`).join("");
  writeFileSync(file, front + `${JSON.stringify(message)}\n`.repeat(manyMessages)); // it has no end, but gets that far
  const importing = startTiepdon(["broker", "import", file, "--config", place.config, "--data-dir", place.dataDir]);
  await waitUntil("it is half way", () => importing.error.some((line) => line.includes("100000")), 120_000);
  await importing.end("SIGKILL");
  const { status, out } = await brokerCommand(["inspect", "--json", "--data-dir", place.dataDir]);
  expect([status, out]).toEqual([0, ""]);
});

test("an export that the disk takes a part of is none, and nothing of it is left", async () => {
  const [dataDir, target] = [temporaryDirectory(), temporaryDirectory()];
  const store = openBrokerStore(join(dataDir, "broker.db"), Date.now());
  const payload = Buffer.alloc(1_000, 7);
  await store.commit.run(() => {
    for (let n = 0; n < 300; n += 1) store.retained.put({ topic: `state/${n}`, payload, qos: 1 });
  });
  store.close();
  const command = `ulimit -f 200; exec "$0" "$1" broker export "$2" --data-dir "$3"`;
  const words = [process.execPath, product, join(target, "broker.jsonl"), dataDir];
  const { status, stderr } = spawnSync("sh", ["-c", command, ...words], { encoding: "utf8" });
  expect([status, stderr]).toEqual([5, expect.stringContaining("EFBIG")]);
  expect(readdirSync(target)).toEqual([]);
});

test("a file that is not there is said so before anything is made in the data directory", async () => {
  const dataDir = join(temporaryDirectory(), "data");
  for (const command of ["import", "restore"]) {
    const { status, error } = await brokerCommand([command, join(dataDir, "absent"), "--data-dir", dataDir]);
    expect([status, error]).toEqual([2, expect.stringContaining("Không có tệp")]);
  }
  expect(existsSync(dataDir)).toBe(false);
  const folder = temporaryDirectory();
  const { status, error } = await brokerCommand(["import", folder, "--data-dir", dataDir]);
  expect([status, error]).toEqual([2, expect.stringContaining("Không có tệp")]);
});

test("whoever imports into a damaged store hears where it was set aside", async () => {
  const dataDir = temporaryDirectory();
  const file = join(temporaryDirectory(), "empty.jsonl");
  const header = { kind: "header", format: "tiepdon-broker-export", version: 1, exportedAt: new Date().toISOString() };
  const end = { kind: "end", sessions: 0, retained: 0, messages: 0, taken: 0 };
  writeFileSync(file, `${JSON.stringify(header)}\n${JSON.stringify(end)}\n`);
  writeFileSync(join(dataDir, "broker.db"), "no store at all ".repeat(1_000));
  const { status, error } = await brokerCommand(["import", file, "--data-dir", dataDir]);
  expect([status, error]).toEqual([0, expect.stringContaining("broker.db.damaged-")]);
});
