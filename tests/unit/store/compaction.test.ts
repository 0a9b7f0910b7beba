// Space goes back to the disk in small steps while there is little to do, and nothing of a deleted row stays.
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { Compaction } from "../../../store/compaction.ts";
import { DamageWatch } from "../../../store/damage-watch.ts";
import { GroupCommit } from "../../../store/group-commit.ts";
import { readSqliteFile } from "../../../store/read-sqlite-file.ts";
import { Sqlite } from "../../../store/sqlite.ts";
import { faultsOf, openSqliteFile } from "../../../store/sqlite-file.ts";
import { afterThisTest, temporaryDirectory } from "../../fixtures/clean-up.ts";

const migrations = ["CREATE TABLE thing (n INTEGER PRIMARY KEY, word TEXT NOT NULL)"];
const word = "a word that nobody may find again";
const pages = 6_000;

async function drained(shrinks: boolean) {
  const path = join(temporaryDirectory(), "file.db");
  const { db } = openSqliteFile(path, { migrations, now: 0, shrinks });
  afterThisTest(() => db.close());
  const commit = new GroupCommit(db);
  const insert = db.prepare("INSERT INTO thing (word) VALUES (?)");
  await commit.run(() => {
    for (let row = 0; row < pages; row += 1) insert.run(word.repeat(100));
    insert.run("the last, which stays");
  });
  await commit.run(() => db.exec("DELETE FROM thing WHERE n <= 6000"));
  await commit.run(() => insert.run(word));
  await commit.run(() => db.exec(`DELETE FROM thing WHERE word = '${word}'`));
  return { path, db, commit, free: () => Number(db.pragma("freelist_count", { simple: true })) };
}

test("a drained file shrinks until a little is left for what comes next, and what is in it stays", async () => {
  const { path, db, commit, free } = await drained(true);
  vi.useFakeTimers({ toFake: ["performance"] }); // no step takes long
  afterThisTest(() => vi.useRealTimers());
  const compaction = new Compaction(db, commit);
  expect(free()).toBeGreaterThan(5_000);
  for (let ticks = 0; free() > 4_096; ticks += 1) {
    const last = free();
    compaction.tick();
    expect(last - free()).toBeLessThanOrEqual(64);
    expect(ticks).toBeLessThan(100);
  }
  compaction.tick();
  expect(free()).toBeGreaterThan(4_000);
  vi.advanceTimersByTime(6 * 3_600_000);
  compaction.tick();
  expect(statSync(path).size).toBeLessThan((free() + 100) * 4_096);
  expect(faultsOf(db)).toEqual([]);
  expect(db.prepare("SELECT word FROM thing").pluck().all()).toEqual(["the last, which stays"]);
});

test("of deleted rows nothing is left, neither in the file nor in its log", async () => {
  const { path, db, commit } = await drained(true);
  new Compaction(db, commit).emptyLog();
  expect(readFileSync(path).includes(word)).toBe(false);
  expect(readFileSync(path).includes("the last, which stays")).toBe(true);
  expect(readFileSync(`${path}-wal`).includes(word)).toBe(false);
});

test("while many commits come there is no step, and a file that can't shrink is left alone", async () => {
  const { db, commit, free } = await drained(true);
  const compaction = new Compaction(db, commit);
  const before = free();
  for (let round = 0; round < 10; round += 1) {
    for (let n = 0; n < 6; n += 1) await commit.run(() => {});
    compaction.tick();
    commit.add(
      () => {},
      () => {},
    );
    compaction.tick(); // one waits
    commit.flush();
  }
  expect(free()).toBe(before);
  const old = await drained(false);
  const idle = new Compaction(old.db, old.commit);
  for (let round = 0; round < 3; round += 1) idle.tick();
  expect(old.free()).toBeGreaterThan(5_000);
});

test("damage that it comes upon is told of, a full disk is not", async () => {
  const { path, db, commit } = await drained(true);
  const ended: string[] = [];
  const damage = new DamageWatch(path, ({ name }) => ended.push(name));
  for (const code of ["SQLITE_FULL", "SQLITE_CORRUPT"]) {
    const pragma = db.pragma.bind(db);
    const spy = vi.spyOn(db, "pragma").mockImplementation((source, options) => {
      if (source.startsWith("incremental_vacuum")) throw new Sqlite.SqliteError("refused", code);
      return pragma(source, options);
    });
    new Compaction(db, commit, damage).tick();
    spy.mockRestore();
    expect(ended).toEqual(code === "SQLITE_FULL" ? [] : ["DamagedFile"]);
  }
});

test("a reader of the file holds nothing up", async () => {
  const { path, db, commit } = await drained(true);
  const reader = readSqliteFile(path);
  afterThisTest(() => reader.close());
  reader.exec("BEGIN");
  reader.prepare("SELECT count(*) FROM thing").get();
  await commit.run(() => db.exec("INSERT INTO thing (word) VALUES ('new')"));
  const waited = db.pragma("busy_timeout", { simple: true });
  new Compaction(db, commit).emptyLog(); // would wait for five seconds, and then give up
  expect(db.pragma("busy_timeout", { simple: true })).toBe(waited);
  expect(reader.prepare("SELECT count(*) FROM thing").pluck().get()).toBe(1);
  expect(db.prepare("SELECT count(*) FROM thing").pluck().get()).toBe(2);
});
