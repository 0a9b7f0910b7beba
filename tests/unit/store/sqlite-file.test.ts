// How the one SQLite file of a process is opened: durable, migrated once, and set aside when it is broken.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readSqliteFile } from "../../../store/read-sqlite-file.ts";
import { isDiskTrouble } from "../../../store/sqlite.ts";
import { openSqliteFile } from "../../../store/sqlite-file.ts";
import { afterThisTest, temporaryDirectory } from "../../fixtures/clean-up.ts";

const now = 1_795_000_000_000;
const first = "CREATE TABLE thing (word TEXT NOT NULL) STRICT";
const second = "ALTER TABLE thing ADD COLUMN more INTEGER";

function open(path: string, migrations: readonly string[] = [first]) {
  const opened = openSqliteFile(path, { migrations, now });
  afterThisTest(() => opened.db.close());
  return opened;
}

test("every commit waits for the disk, deleted rows are overwritten, and the log of writes is bounded", () => {
  const { db } = open(join(temporaryDirectory(), "new/folder/file.db"));
  expect(db.pragma("journal_mode", { simple: true })).toBe("wal");
  expect(db.pragma("synchronous", { simple: true })).toBe(2); // FULL
  expect(db.pragma("secure_delete", { simple: true })).toBe(1);
  expect(db.pragma("journal_size_limit", { simple: true })).toBe(16 * 1_048_576);
});

test("each migration runs once, in order", () => {
  const path = join(temporaryDirectory(), "file.db");
  const { db } = open(path);
  db.exec("INSERT INTO thing VALUES ('kept')");
  db.close();
  const later = open(path, [first, second]).db;
  expect(later.prepare("SELECT * FROM thing").all()).toEqual([{ word: "kept", more: null }]);
  expect(later.pragma("user_version", { simple: true })).toBe(2);
});

test("a migration that fails leaves the version and the tables as they were", () => {
  const path = join(temporaryDirectory(), "file.db");
  open(path).db.close();
  expect(() => open(path, [first, `${second}; nonsense`])).toThrow();
  const { db } = open(path);
  expect(db.prepare("SELECT count(*) FROM pragma_table_info('thing')").pluck().get()).toBe(1);
});

test("a file of a newer version is refused and left alone", () => {
  const path = join(temporaryDirectory(), "file.db");
  open(path, [first, second]).db.close();
  expect(() => open(path, [first])).toThrow(/newer version \(2 > 1\)/);
  expect(readdirSync(join(path, ".."))).toEqual(["file.db"]);
});

test("a file that is no database is set aside with everything in it, and a new one begun", () => {
  const path = join(temporaryDirectory(), "file.db");
  writeFileSync(path, "this is not a database, and longer than the header of one would be in any case ".repeat(50));
  const before = readFileSync(path);
  const { db, setAside } = open(path);
  expect(setAside).toBe(`${path}.damaged-${now}`);
  expect(readFileSync(setAside ?? "")).toEqual(before);
  expect(db.prepare("SELECT count(*) FROM thing").pluck().get()).toBe(0);
});

test("a file with broken pages behind a sound beginning is set aside too", () => {
  const path = join(temporaryDirectory(), "file.db");
  const { db } = open(path);
  const insert = db.prepare("INSERT INTO thing VALUES (?)");
  for (let row = 0; row < 1_000; row += 1) insert.run(`row ${row} ${"x".repeat(200)}`);
  db.close();
  const bytes = readFileSync(path);
  bytes.fill(0xa5, 4_096 * 3, 4_096 * 20);
  writeFileSync(path, bytes);
  const again = open(path);
  expect(again.setAside).toBe(`${path}.damaged-${now}`);
  expect(existsSync(again.setAside ?? "")).toBe(true);
  expect(again.db.prepare("SELECT count(*) FROM thing").pluck().get()).toBe(0);
});

test("a full disk is disk trouble, a broken rule is not", () => {
  const { db } = open(join(temporaryDirectory(), "file.db"));
  db.pragma(`max_page_count = ${Number(db.pragma("page_count", { simple: true }))}`);
  const insert = db.prepare("INSERT INTO thing VALUES (?)");
  const fill = () => {
    for (let row = 0; row < 1_000; row += 1) insert.run("x".repeat(1_000));
  };
  expect(fill).toThrow(expect.toSatisfy(isDiskTrouble));
  expect(isDiskTrouble(new Error("other"))).toBe(false);
  expect(() => insert.run(null)).toThrow(expect.not.toSatisfy(isDiskTrouble));
});

test("a reader beside the owner sees commits, can't write, and is refused where there is no file", () => {
  const path = join(temporaryDirectory(), "file.db");
  const { db } = open(path);
  const beside = readSqliteFile(path);
  afterThisTest(() => beside.close());
  db.exec("INSERT INTO thing VALUES ('seen')");
  expect(beside.prepare("SELECT word FROM thing").pluck().all()).toEqual(["seen"]);
  expect(() => beside.exec("DELETE FROM thing")).toThrow(/readonly/);
  expect(() => readSqliteFile(join(temporaryDirectory(), "none.db"))).toThrow();
});
