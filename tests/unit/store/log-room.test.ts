// The room of the write-ahead log: there from the first commit on, and never to be seen in the database.
import { copyFileSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Compaction } from "../../../store/compaction.ts";
import { GroupCommit } from "../../../store/group-commit.ts";
import { makeLogRoom } from "../../../store/log-room.ts";
import { openSqliteFile } from "../../../store/sqlite-file.ts";
import { readWalTail } from "../../../store/wal-tail.ts";
import { afterThisTest, temporaryDirectory } from "../../fixtures/clean-up.ts";

const migrations = ["CREATE TABLE thing (word TEXT NOT NULL) STRICT"];
const logBytes = (path: string): number => statSync(`${path}-wal`).size;

function open(path: string, pageBytes?: number) {
  const { db } = openSqliteFile(path, { migrations, now: 0, ...(pageBytes !== undefined && { pageBytes }) });
  afterThisTest(() => db.close());
  return db;
}

test.for([undefined, 8_192])("commits do not make the log longer, with pages of %s bytes", (pageBytes) => {
  const path = join(temporaryDirectory(), "file.db");
  const db = open(path, pageBytes);
  const before = logBytes(path);
  for (let count = 0; count < 100; count += 1) db.prepare("INSERT INTO thing VALUES (?)").run("x".repeat(5_000));
  expect(logBytes(path)).toBe(before);
  expect(db.pragma("page_size", { simple: true })).toBe(pageBytes ?? 4_096);
});

test("nothing of it is in the database, nor left as a setting", () => {
  const path = join(temporaryDirectory(), "file.db");
  const db = open(path);
  expect(db.prepare("SELECT name FROM sqlite_schema").pluck().all()).toEqual(["thing"]);
  expect(db.pragma("freelist_count", { simple: true })).toBe(0);
  expect(db.pragma("cache_size", { simple: true })).toBe(-4_096);
  db.close();
  expect(statSync(path).size).toBeLessThan(100_000);
});

test("what a killed process committed is found again behind it, and nothing else", () => {
  const folder = temporaryDirectory();
  const path = join(folder, "file.db");
  const db = open(path);
  db.exec("INSERT INTO thing VALUES ('kept')");
  const copy = join(folder, "copy.db");
  for (const suffix of ["", "-wal"]) copyFileSync(path + suffix, copy + suffix);
  const later = open(copy);
  expect(later.prepare("SELECT word FROM thing").pluck().all()).toEqual(["kept"]);
  expect(later.pragma("integrity_check", { simple: true })).toBe("ok");
});

test("after the log was emptied, what follows is told apart from its room", () => {
  const path = join(temporaryDirectory(), "file.db");
  const db = open(path);
  db.exec("INSERT INTO thing VALUES ('before')");
  new Compaction(db, new GroupCommit(db)).emptyLog();
  expect(readWalTail(`${path}-wal`)).toMatchObject({ committedPages: 0, unfinishedPages: 0 });
  db.exec("INSERT INTO thing VALUES ('after')");
  expect(readWalTail(`${path}-wal`)).toMatchObject({ committedPages: 1, unfinishedPages: 0 });
});

test("what stands in a log that is too short stays, and is read again", () => {
  const path = join(temporaryDirectory(), "file.db");
  const db = open(path);
  db.pragma("wal_checkpoint(TRUNCATE)");
  db.exec("INSERT INTO thing VALUES ('kept')");
  const before = readFileSync(`${path}-wal`);
  makeLogRoom(db);
  expect(readFileSync(`${path}-wal`).subarray(0, before.length)).toEqual(before);
  expect(logBytes(path)).toBeGreaterThan(1_000 * 4_096);
  expect(db.prepare("SELECT word FROM thing").pluck().all()).toEqual(["kept"]);
  expect(db.pragma("integrity_check", { simple: true })).toBe("ok");
});
