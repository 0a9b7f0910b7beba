// How the one SQLite file of a process is opened: durable, migrated once, and set aside when it is broken.
import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { DamagedFile } from "../../../store/damage-watch.ts";
import { readSqliteFile } from "../../../store/read-sqlite-file.ts";
import { SlowCheck } from "../../../store/slow-check.ts";
import { isDiskTrouble, Sqlite } from "../../../store/sqlite.ts";
import { faultsOf, openSqliteFile } from "../../../store/sqlite-file.ts";
import { afterThisTest, temporaryDirectory } from "../../fixtures/clean-up.ts";
import { waitUntil } from "../../fixtures/wait-until.ts";

const now = 1_795_000_000_000;
const first = "CREATE TABLE thing (word TEXT NOT NULL) STRICT";
const second = "ALTER TABLE thing ADD COLUMN more INTEGER";

function open(path: string, migrations: readonly string[] = [first]) {
  const opened = openSqliteFile(path, { migrations, now });
  afterThisTest(() => opened.db.close());
  return opened;
}

/** A file of a thousand rows, some of whose pages are then overwritten; answers its bytes. */
function breakPagesOf(path: string): Buffer {
  const { db } = open(path);
  const insert = db.prepare("INSERT INTO thing VALUES (?)");
  db.transaction(() => {
    for (let row = 0; row < 1_000; row += 1) insert.run(`row ${row} ${"x".repeat(200)}`);
  })();
  db.close();
  const bytes = readFileSync(path);
  bytes.fill(0xa5, 4_096 * 3, 4_096 * 20);
  writeFileSync(path, bytes);
  return bytes;
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
  const bytes = breakPagesOf(path);
  const again = open(path);
  expect(again.setAside).toBe(`${path}.damaged-${now}`);
  expect(readFileSync(again.setAside ?? "")).toEqual(bytes);
  const saved = again.db.prepare<[], string>("SELECT word FROM thing").pluck().all();
  expect(again.salvaged).toEqual({ thing: saved.length });
  expect(saved.length).toBeGreaterThan(500);
  expect(saved.length).toBeLessThan(1_000);
  for (const [at, word] of [
    [0, saved[0]],
    [999, saved.at(-1)],
  ] as const) {
    expect(word).toContain(`row ${at} `); // before the broken pages and behind them
  }
  again.db.close();
  expect(open(path).setAside).toBeUndefined();
});

test("a file that must not lose a row is left where it is when it is damaged", () => {
  const path = join(temporaryDirectory(), "file.db");
  writeFileSync(path, "no database ".repeat(500));
  for (let attempt = 0; attempt < 2; attempt += 1) {
    expect(() => openSqliteFile(path, { migrations: [first], now, refusesDamage: true })).toThrow(/not a database/);
  }
  expect(readdirSync(join(path, ".."))).toEqual(["file.db"]);
});

test("damage that is found at work ends the process once, and the next start reads every page", () => {
  const path = join(temporaryDirectory(), "file.db");
  const ended: Error[] = [];
  const opened = openSqliteFile(path, { migrations: [first], now, onDamage: (error) => ended.push(error) });
  const broken = () => {
    throw new Sqlite.SqliteError("database disk image is malformed", "SQLITE_CORRUPT_VTAB");
  };
  opened.damage.note(new Error("another"));
  expect(ended).toEqual([]);
  expect(() => opened.damage.guard(broken)).toThrow(DamagedFile);
  expect(() => opened.damage.guard(broken)).toThrow(DamagedFile);
  expect(ended.map(({ name }) => name)).toEqual(["DamagedFile"]);
  opened.db.close();
  expect(existsSync(`${path}.suspect`)).toBe(true);
  const again = open(path);
  expect(again.setAside).toBeUndefined(); // it was sound after all
  expect(existsSync(`${path}.suspect`)).toBe(false);
});

test.each(["while it is filled", "before it stands in its place", "after the damaged file was moved"])(
  "a crash while a damaged file is replaced, %s, loses nothing that was saved",
  (moment) => {
    const path = join(temporaryDirectory(), "file.db");
    const { db } = open(path);
    db.exec("INSERT INTO thing VALUES ('saved')");
    db.close();
    const sound = readFileSync(path);
    if (moment === "while it is filled") writeFileSync(`${path}.salvaging`, "half");
    else writeFileSync(`${path}.salvaged`, sound);
    if (moment === "before it stands in its place") writeFileSync(path, "damaged ".repeat(1_000));
    if (moment === "after the damaged file was moved") renameSync(path, `${path}.damaged-1`);
    const again = open(path);
    expect(again.db.prepare("SELECT word FROM thing").pluck().all()).toEqual(["saved"]);
    expect(readdirSync(join(path, "..")).filter((name) => name.includes(".salvag"))).toEqual([]);
  },
);

test("of a long file the large tables are read meanwhile, and damage in them is found", async () => {
  const path = join(temporaryDirectory(), "file.db");
  const { db } = open(path, [first, "CREATE TABLE small (word TEXT)"]);
  const insert = db.prepare("INSERT INTO thing VALUES (?)");
  db.transaction(() => {
    for (let row = 0; row < 1_100; row += 1) insert.run("x".repeat(65_536));
  })();
  db.close();
  const file = openSync(path, "r+");
  writeSync(file, Buffer.alloc(40_000, 0xa5), 0, 40_000, 30_000_000);
  closeSync(file);
  const ended: Error[] = [];
  const opened = openSqliteFile(path, {
    ...{ migrations: [first, "CREATE TABLE small (word TEXT)"], now, largeTables: ["thing"] },
    onDamage: (error) => ended.push(error),
  });
  expect(opened).toMatchObject({ setAside: undefined, unchecked: ["thing"] });
  const check = new SlowCheck(opened.db, opened.unchecked, opened.damage);
  let isDone = false;
  check.start(() => {
    isDone = true;
  });
  await waitUntil("the check has come to an end", () => isDone || ended.length > 0);
  check.stop();
  opened.db.close();
  expect(ended).toHaveLength(1);
  const again = open(path, [first, "CREATE TABLE small (word TEXT)"]);
  expect(again.salvaged?.["thing"]).toBeGreaterThan(1_000);
  expect(faultsOf(again.db)).toEqual([]);
});

test("every fault of a file is named on request, and none of a sound one", () => {
  const path = join(temporaryDirectory(), "file.db");
  const { db } = open(path);
  db.exec("INSERT INTO thing VALUES ('x')");
  expect(faultsOf(db)).toEqual([]);
  db.close();
  const bytes = readFileSync(path);
  bytes.fill(0xa5, 4_096, 8_192);
  writeFileSync(path, bytes);
  const damaged = readSqliteFile(path);
  afterThisTest(() => damaged.close());
  expect(faultsOf(damaged)).not.toEqual([]);
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

test("a disk that is too full for what is saved leaves the damaged file where it is, and takes no room itself", () => {
  const path = join(temporaryDirectory(), "file.db");
  const bytes = breakPagesOf(path);
  const full = `PRAGMA max_page_count = 10; ${first}`;
  const error = thrownBy(() => openSqliteFile(path, { migrations: [full], now }));
  expect(isDiskTrouble(error)).toBe(true);
  expect(existsSync(`${path}.salvaging`)).toBe(false);
  expect(readFileSync(path)).toEqual(bytes);
  expect(open(path).setAside).toBe(`${path}.damaged-${now}`); // there is room again
});

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
}
