// How the broker writes its audit log: a flood becomes a few records, a disk that takes nothing is told of and waited for.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import type { AuditEntry } from "../../../../broker/audit/audit.ts";
import { auditConfigSchema } from "../../../../broker/audit/audit-config.ts";
import { AuditStore, readBody } from "../../../../broker/audit/audit-store.ts";
import { AuditTrail } from "../../../../broker/audit/audit-trail.ts";
import { Bursts } from "../../../../broker/audit/bursts.ts";
import { afterThisTest, temporaryDirectory } from "../../../fixtures/clean-up.ts";
import { type RecordedLog, recordLog } from "../../../fixtures/recorded-log.ts";
import { waitUntil } from "../../../fixtures/wait-until.ts";

const start = Date.UTC(2026, 10, 22);
const clock = { now: () => start, monotonic: () => performance.now(), isSynced: () => true };
const denied = (client: string): AuditEntry => ({ action: "publish", result: "refused", account: "desk1", client });
let path: string;
let log: RecordedLog;
beforeEach(() => {
  path = join(temporaryDirectory(), "data", "audit.db");
  log = recordLog();
});
const open = (): AuditTrail => new AuditTrail({ path, config: auditConfigSchema.parse({}), clock, log });

function written(): readonly object[] {
  const store = AuditStore.read(path);
  afterThisTest(() => store.close());
  expect(store.verify().isWhole).toBe(true);
  return [...store.records()].map(({ body }) => readBody(body));
}

test("ten thousand refused messages of one client are two records, and the head is told when it ends", () => {
  const trail = open();
  for (let n = 0; n < 10_000; n += 1) trail.note({ ...denied("c"), port: n, object: `topic-${n}` });
  trail.note({ action: "broker-stop", result: "ok" });
  trail.close();
  expect(written().slice(1)).toEqual([
    expect.objectContaining({ action: "publish", account: "desk1", object: "topic-0" }),
    expect.objectContaining({ action: "broker-stop" }),
    expect.objectContaining({ action: "publish", count: 9_999 }),
  ]);
  const { head, written: count, failures } = trail.facts();
  expect([count, failures]).toEqual([3, 0]);
  expect(log.lines.at(-1)).toMatchObject({ level: "info", facts: { auditHead: head } });
  expect(head).toMatch(/^4:[0-9a-f]{64}$/);
});

test("what is noted is on the disk a moment later", async () => {
  const trail = open();
  afterThisTest(() => trail.close());
  trail.note(denied("c"));
  await waitUntil("it is written", () => trail.facts().written === 1);
  expect(written()).toHaveLength(2);
});

test("while the disk takes nothing the log says so once, and everything is written later", async () => {
  const place = join(path, "..");
  writeFileSync(place, "no directory");
  const trail = open();
  afterThisTest(() => trail.close());
  trail.note(denied("a"));
  trail.note(denied("b"));
  await waitUntil("it was tried again", () => trail.facts().failures >= 2);
  expect(trail.facts()).toMatchObject({ isWritable: false, written: 0, lost: 0 });
  expect(log.lines.filter(({ level }) => level === "error")).toHaveLength(1);
  rmSync(place);
  mkdirSync(place);
  await waitUntil("it is written", () => trail.facts().written === 2);
  expect(trail.facts().isWritable).toBe(true);
  expect(written().slice(1)).toMatchObject([{ client: "a" }, { client: "b" }]);
});

test("a damaged log is set aside, and the new chain says so", () => {
  open().close();
  writeFileSync(path, "rubbish ".repeat(1_000));
  open().close();
  expect(written()[0]).toMatchObject({ action: "chain-begin", result: "alarm", why: "damaged" });
});

test("a flood of ever other clients is bounded by the hour; what has no room is counted together", () => {
  const bursts = new Bursts();
  let records = 0;
  let counted = 0;
  for (let ms = 0; ms < 3_600_000; ms += 10) {
    const record = bursts.take(denied(`client-${ms}`), start + ms, ms);
    if (record !== undefined) records += 1;
    if (ms % 60_000 !== 0) continue;
    for (const { count = 0 } of bursts.due(ms)) {
      records += 1;
      counted += count;
    }
  }
  for (const { count = 0 } of bursts.due(3_600_000, true)) counted += count;
  expect(records).toBeLessThan(2_000 + 60 * 30 + 60 * 2);
  expect(records + counted).toBeGreaterThanOrEqual(360_000); // none goes uncounted
});

test("repetitions a minute later are told with their number, and an end of them ends it", () => {
  const bursts = new Bursts();
  expect(bursts.take(denied("c"), start, 0)).toMatchObject({ time: "2026-11-22T00:00:00.000Z" });
  for (let n = 1; n <= 5; n += 1) expect(bursts.take(denied("c"), start + n, n)).toBeUndefined();
  expect(bursts.due(59_999)).toEqual([]);
  expect(bursts.due(60_000)).toEqual([
    { ...denied("c"), time: "2026-11-22T00:00:00.001Z", until: "2026-11-22T00:00:00.005Z", count: 5 },
  ]);
  expect(bursts.due(120_000)).toEqual([]);
  expect(bursts.take(denied("c"), start, 120_000)).toBeDefined();
});

test("acts of the broker and of people are never gathered", () => {
  const bursts = new Bursts();
  for (let n = 0; n < 3; n += 1) expect(bursts.take({ action: "tls-reload", result: "ok" }, start, 0)).toBeDefined();
});

test("a flood of strangers under ever other names hides neither who came in nor what was denied to an account", () => {
  const trail = open();
  for (let n = 0; n < 10_000; n += 1) {
    trail.note({ action: "connect", result: "refused", client: `client-${n}`, why: "password-wrong" });
  }
  trail.note({ action: "connect", result: "ok", account: "his", client: "his-1" });
  trail.note(denied("desk-client"));
  trail.note({ action: "lock-out", result: "alarm", account: "his", why: "user" });
  trail.close();
  expect(written()).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ action: "connect", result: "ok", account: "his", client: "his-1" }),
      expect.objectContaining({ action: "publish", client: "desk-client" }),
      expect.objectContaining({ action: "lock-out", account: "his" }),
    ]),
  );
});

test("of desks that enrol from behind one router each is named", () => {
  const trail = open();
  const desks = ["38xxx:quay-01", "38xxx:quay-02"];
  for (const object of desks) trail.note({ action: "enrol", result: "ok", address: "10.0.0.1", object });
  trail.close();
  expect(written().slice(1)).toMatchObject(desks.map((object) => ({ object })));
});
