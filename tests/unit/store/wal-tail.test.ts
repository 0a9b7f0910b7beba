// What stands behind the last commit of a write-ahead log, in logs that SQLite wrote.
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { readSqliteFile } from "../../../store/read-sqlite-file.ts";
import { Sqlite } from "../../../store/sqlite.ts";
import { openSqliteFile } from "../../../store/sqlite-file.ts";
import { isLogDamaged, readWalTail, WalReader, type WalTail } from "../../../store/wal-tail.ts";
import { temporaryDirectory } from "../../fixtures/clean-up.ts";

const frameBytes = 4_096 + 24;

/** A file and its log as a power cut left them, with that many commits of one row each. */
function leftBehind(commits: number, options: { restart?: boolean; spills?: boolean } = {}) {
  const directory = temporaryDirectory();
  const path = join(directory, "live.db");
  const db = new Sqlite(path);
  db.pragma("journal_mode = WAL");
  db.exec("CREATE TABLE row (n INTEGER PRIMARY KEY, filling TEXT)");
  const insert = db.prepare("INSERT INTO row (filling) VALUES (?)");
  if (options.restart) {
    for (let n = 0; n < 200; n += 1) insert.run("x".repeat(3_000));
    db.pragma("wal_checkpoint(RESTART)");
    db.exec("DELETE FROM row");
  }
  const ends = [readFileSync(`${path}-wal`).length];
  for (let n = 0; n < commits; n += 1) {
    insert.run("x".repeat(3_000));
    ends.push(readFileSync(`${path}-wal`).length);
  }
  if (options.spills) {
    db.pragma("cache_size = 10"); // so that pages come to the log before their commit
    db.exec("BEGIN");
    for (let n = 0; n < 200; n += 1) insert.run("y".repeat(3_000));
  }
  const copy = join(directory, "copy.db");
  copyFileSync(path, copy);
  copyFileSync(`${path}-wal`, `${copy}-wal`);
  if (db.inTransaction) db.exec("ROLLBACK");
  db.close();
  return { path: copy, wal: readFileSync(`${copy}-wal`), ends };
}

function tailOf(wal: Uint8Array, pieces: readonly number[] = []): WalTail {
  const reader = new WalReader();
  let at = 0;
  for (const length of pieces) {
    reader.push(wal.subarray(at, at + length));
    at += length;
  }
  reader.push(wal.subarray(at));
  return reader.end();
}

/** The rows that SQLite finds with this log. */
function rowsWith(path: string, wal: Uint8Array): number {
  writeFileSync(`${path}-wal`, wal);
  const db = readSqliteFile(path);
  try {
    return db.prepare<[], number>("SELECT count(*) FROM row").pluck().get() ?? -1;
  } finally {
    db.close();
  }
}

test.each([[false], [true]])(
  "a whole log ends with its last commit, an earlier run behind it or not (%s)",
  (restart) => {
    const { path, wal } = leftBehind(5, { restart });
    const tail = tailOf(wal);
    expect(tail).toMatchObject({ unfinishedPages: 0, commitsBehindDamage: 0 });
    expect(rowsWith(path, wal.subarray(0, tail.committedBytes))).toBe(5);
    expect(readWalTail(`${path}-wal`)).toEqual(tail);
  },
);

test("a transaction that was under way is counted, and not as damage", () => {
  const { path, wal } = leftBehind(5, { spills: true });
  const tail = tailOf(wal);
  expect(tail.unfinishedPages).toBeGreaterThan(10);
  expect(isLogDamaged(tail)).toBe(false);
  expect(tail.committedBytes + tail.unfinishedPages * frameBytes).toBe(wal.length);
  expect(rowsWith(path, wal)).toBe(5);
});

test("wherever a log is cut, it ends where SQLite ends it, in whatever pieces it is read", () => {
  const { path, wal, ends } = leftBehind(12);
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: wal.length }),
      fc.uint8Array({ maxLength: 10_000 }),
      fc.array(fc.integer({ min: 0, max: 9_000 }), { maxLength: 20 }),
      (at, garbage, pieces) => {
        const cut = Buffer.concat([wal.subarray(0, at), garbage]);
        const tail = tailOf(cut, pieces);
        const whole = ends.filter((end) => end <= at).at(-1) ?? 0;
        if (whole > 0) {
          expect(tail.committedBytes).toBe(whole);
          expect(rowsWith(path, cut.subarray(0, tail.committedBytes))).toBe(rowsWith(path, cut));
        }
        expect(isLogDamaged(tail)).toBe(false);
        expect(tail.unfinishedPages * frameBytes).toBeLessThan(wal.length);
      },
    ),
    { numRuns: 60 },
  );
});

test("one changed byte in the middle: the commits behind it are seen, and counted as lost", () => {
  const { path, wal, ends } = leftBehind(12);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 11 }), fc.nat(), (commit, where) => {
      const [from = 0, to = 0] = [ends[commit], ends[commit + 1]];
      const changed = Buffer.from(wal);
      const at = from + (where % (to - from));
      changed[at] = (changed[at] ?? 0) ^ 0x10;
      const tail = tailOf(changed);
      expect(tail.committedBytes).toBe(from);
      expect(rowsWith(path, changed)).toBe(commit);
      expect(tail.commitsBehindDamage).toBeGreaterThanOrEqual(11 - commit);
      expect(isLogDamaged(tail)).toBe(tail.commitsBehindDamage > 1);
    }),
    { numRuns: 60 },
  );
});

test("a log without a sound header holds nothing, and there may be none", () => {
  const nothing = { committedPages: 0, committedBytes: 0, unfinishedPages: 0, commitsBehindDamage: 0 };
  const { wal } = leftBehind(3);
  wal[5] = 7;
  expect(tailOf(wal)).toEqual(nothing);
  expect(tailOf(new Uint8Array(0))).toEqual(nothing);
  fc.assert(fc.property(fc.uint8Array({ maxLength: 9_000 }), (bytes) => void expect(tailOf(bytes)).toEqual(nothing)));
  expect(readWalTail(join(temporaryDirectory(), "none"))).toBeUndefined();
});

test("a damaged log is copied aside before it is opened, and the file is read whole", () => {
  const { path, wal } = leftBehind(12);
  wal[frameBytes * 6] = (wal[frameBytes * 6] ?? 0) ^ 1;
  writeFileSync(`${path}-wal`, wal);
  const opened = openSqliteFile(path, { migrations: [], now: 77 });
  expect(opened.walSetAside).toBe(`${path}.damaged-77-wal`);
  expect(readFileSync(opened.walSetAside ?? "")).toEqual(wal);
  expect(opened.walTail?.commitsBehindDamage).toBeGreaterThan(1);
  opened.db.close();
});
