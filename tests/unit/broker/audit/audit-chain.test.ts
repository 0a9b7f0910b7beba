// The chain of audit records: what verify sees of every kind of tampering, and what it can't see without the head.
import { chownSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { beforeEach, expect, test } from "vitest";
import { readHead, writeHead } from "../../../../broker/audit/audit-record.ts";
import { AuditStore, type NewRecord, timeOf } from "../../../../broker/audit/audit-store.ts";
import { Sqlite } from "../../../../store/sqlite.ts";
import { afterThisTest, temporaryDirectory } from "../../../fixtures/clean-up.ts";

const start = Date.UTC(2026, 10, 22);
const dayMs = 86_400_000;
let path: string;
let store: AuditStore;
beforeEach(() => {
  path = join(temporaryDirectory(), "audit.db");
  store = AuditStore.open(path, start, { waitMs: 1_000 });
  afterThisTest(() => store.close());
});

const connectAt = (time: number): NewRecord => ({
  ...{ time: timeOf(time), action: "connect", result: "ok", account: "desk1" },
  ...{ address: "10.0.0.7", port: 40_000, client: "38xxx:quay-01" },
});
const fill = (count: number) => store.append(Array.from({ length: count }, (_, n) => connectAt(start + n * dayMs)));

/** What somebody does who can write the file. */
function tamper(sql: string): void {
  const db = new Sqlite(path);
  db.exec(sql);
  db.close();
}

test("the first record says where the chain begins, and an untouched chain is whole", () => {
  const head = fill(9);
  expect(store.verify()).toEqual({ isWhole: true, first: 1, head });
  expect(head.sequence).toBe(10);
  expect(readHead(writeHead(head))).toEqual(head);
  expect([...store.records()][0]?.body).toBe(
    '{"sequence":1,"time":"2026-11-22T00:00:00.000Z","action":"chain-begin","result":"ok"}',
  );
});

test("whatever one byte of the text of whatever record is changed to, verify names the record", () => {
  fill(9);
  const texts = [...store.records()];
  const flip = fc.record({ at: fc.nat(9), byte: fc.nat(), to: fc.integer({ min: 0x20, max: 0x7e }) });
  fc.assert(
    fc.property(flip, ({ at, byte, to }) => {
      const { sequence = 0, body = "" } = texts[at] ?? {};
      const place = byte % body.length;
      const changed = body.slice(0, place) + String.fromCharCode(to) + body.slice(place + 1);
      fc.pre(changed !== body);
      const put = (text: string) =>
        tamper(`UPDATE records SET body = '${text.replaceAll("'", "''")}' WHERE sequence = ${sequence}`);
      put(changed);
      expect(store.verify()).toEqual({ isWhole: false, sequence, why: "record-changed" });
      put(body);
      expect(store.verify().isWhole).toBe(true);
    }),
    { numRuns: 60 },
  );
});

test.each([
  ["a record taken out", "DELETE FROM records WHERE sequence = 5", { sequence: 5, why: "records-missing" }],
  ["the first ones taken out", "DELETE FROM records WHERE sequence < 4", { sequence: 4, why: "start-missing" }],
  ["a changed hash", "UPDATE records SET hash = 'x' WHERE sequence = 4", { sequence: 4, why: "record-changed" }],
  [
    "two records exchanged",
    "UPDATE records SET sequence = -sequence WHERE sequence IN (4, 5);" +
      "UPDATE records SET sequence = 9 + sequence WHERE sequence < 0",
    { sequence: 4, why: "record-changed" },
  ],
  ["one put in", "INSERT INTO records VALUES (11, '{\"sequence\":11}', 'x')", { sequence: 11, why: "record-changed" }],
])("%s is seen", (_what, sql, fault) => {
  fill(9);
  tamper(sql);
  expect(store.verify()).toEqual({ isWhole: false, ...fault });
});

test("an end that was cut off, and a chain that was written anew, are seen with the head alone", () => {
  const head = fill(9);
  expect(store.verify(head).isWhole).toBe(true);
  tamper("DELETE FROM records WHERE sequence > 7");
  expect(store.verify().isWhole).toBe(true);
  expect(store.verify(head)).toEqual({ isWhole: false, sequence: 8, why: "end-missing" });
  fill(9);
  expect(store.verify().isWhole).toBe(true);
  expect(store.verify(head)).toEqual({ isWhole: false, sequence: 10, why: "head-differs" });
});

test("old records go from the front, behind a checkpoint; the rest stays whole, and so does what a head vouches for", () => {
  const early = fill(9);
  const now = start + 400 * dayMs;
  const late = store.append([connectAt(now)]);
  expect(store.trim(start + 4 * dayMs, 1_000, now)).toBe(5); // the chain's beginning and days 0 to 3
  const bodies = [...store.records()].map(({ body }) => JSON.parse(body));
  expect(bodies[0]).toMatchObject({ sequence: 6, time: timeOf(start + 4 * dayMs) });
  expect(bodies.at(-1)).toMatchObject({ action: "checkpoint", object: expect.stringMatching(/^5:[0-9a-f]{64}$/) });
  expect(store.verify()).toMatchObject({ isWhole: true, first: 6 });
  expect([store.verify(early).isWhole, store.verify(late).isWhole]).toEqual([true, true]);
  expect(store.verify({ sequence: 2, hash: "0".repeat(64) })).toMatchObject({ why: "head-removed" });
  expect(store.verify({ sequence: 5, hash: "0".repeat(64) })).toMatchObject({ why: "head-differs" });

  expect(store.trim(now, 1_000, now)).toBe(5);
  expect(store.verify()).toMatchObject({ isWhole: true, first: 11 });
  expect(store.trim(now + 1, 1_000, now + 1)).toBe(3); // older checkpoints go too, the newest vouches for all before it
  expect(store.verify().isWhole).toBe(true);
  tamper("DELETE FROM records WHERE sequence = (SELECT min(sequence) FROM records)");
  expect(store.verify()).toMatchObject({ isWhole: false, why: "records-missing" }); // nothing is left, which can't be
});

test("beyond the number of records the oldest go, whatever their age", () => {
  fill(99);
  expect(store.trim(0, 10, start)).toBe(90);
  expect(store.verify()).toMatchObject({ isWhole: true, first: 91, head: { sequence: 101 } });
});

test("whoever opens it, all its files belong to whom the directory belongs, so that the service can go on writing", () => {
  const directory = dirname(path);
  if (process.getuid?.() === 0) chownSync(directory, 12_345, 12_346);
  const owner = statSync(directory).uid;
  store.close();
  AuditStore.open(path, start, { waitMs: 1_000 }).close();
  const reader = AuditStore.read(path); // as after a stop: the files beside it are made anew
  expect(reader.verify().isWhole).toBe(true);
  for (const file of readdirSync(directory)) expect([file, statSync(join(directory, file)).uid]).toEqual([file, owner]);
  reader.close();
  store = AuditStore.open(path, start, { waitMs: 1_000 });
});

test("two processes append to one chain", () => {
  const other = AuditStore.open(path, start, { waitMs: 1_000 });
  for (let n = 0; n < 20; n += 1) (n % 2 === 0 ? store : other).append([connectAt(start)]);
  other.close();
  expect(store.verify()).toMatchObject({ isWhole: true, head: { sequence: 21 } });
});
