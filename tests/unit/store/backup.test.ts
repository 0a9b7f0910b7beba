// Copies of a store that is being written, and their way back: whole, checked, never over anything.
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { backUp, faultsOfFile, restore } from "../../../store/backup.ts";
import { makeNewFile } from "../../../store/new-file.ts";
import { openSqliteFile } from "../../../store/sqlite-file.ts";
import { afterThisTest, temporaryDirectory } from "../../fixtures/clean-up.ts";

const migrations = ["CREATE TABLE numbers (number INTEGER PRIMARY KEY)"];

function openNumbers(path: string) {
  const { db } = openSqliteFile(path, { migrations, now: 0 });
  afterThisTest(() => db.close());
  const insert = db.prepare<[number]>("INSERT INTO numbers VALUES (?)");
  const all = db.prepare<[], number>("SELECT number FROM numbers ORDER BY number").pluck();
  return { db, add: (number: number) => insert.run(number), all: () => all.all() };
}

test("a copy holds what was committed, the log included, is for its owner alone and can be opened", () => {
  const directory = temporaryDirectory();
  const { add } = openNumbers(join(directory, "a.db"));
  for (let number = 0; number < 100; number += 1) add(number);
  expect(statSync(join(directory, "a.db-wal")).size).toBeGreaterThan(0);
  const copy = join(directory, "copy.db");
  backUp(join(directory, "a.db"), copy);
  expect(statSync(copy).mode & 0o777).toBe(0o600);
  expect(openNumbers(copy).all()).toHaveLength(100);
  expect(faultsOfFile(copy)).toEqual([]);
  expect(readdirSync(directory).filter((name) => name.includes("partial"))).toEqual([]);
});

test("nothing is overwritten, and what fails leaves nothing behind", () => {
  const directory = temporaryDirectory();
  openNumbers(join(directory, "a.db"));
  const copy = join(directory, "copy.db");
  writeFileSync(copy, "mine");
  expect(() => backUp(join(directory, "a.db"), copy)).toThrow(expect.objectContaining({ code: "EEXIST" }));
  expect(readFileSync(copy, "utf8")).toBe("mine");
  const other = join(directory, "other");
  const failing = () => {
    throw new Error("no more");
  };
  expect(() => makeNewFile(other, failing)).toThrow("no more");
  expect(() => backUp(join(directory, "absent.db"), other)).toThrow();
  expect(() => backUp(join(directory, "a.db"), join(directory, "nowhere", "copy.db"))).toThrow();
  expect(readdirSync(directory).sort()).toEqual(["a.db", "a.db-shm", "a.db-wal", "copy.db"]);
});

test("what comes back is the copy; what was there is set aside with all that it held", () => {
  const directory = temporaryDirectory();
  const [path, copy] = [join(directory, "a.db"), join(directory, "copy.db")];
  const first = openNumbers(path);
  first.add(1);
  backUp(path, copy);
  first.add(2);
  first.db.close();
  chmodSync(copy, 0o644); // as it may come from elsewhere
  const setAside = restore(copy, path, 77) ?? "";
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(setAside).toBe(`${path}.replaced-77`);
  expect(openNumbers(path).all()).toEqual([1]);
  expect(openNumbers(setAside).all()).toEqual([1, 2]);
  expect(existsSync(copy)).toBe(true);
  mkdirSync(join(directory, "new"));
  expect(restore(copy, join(directory, "new", "a.db"), 78)).toBeUndefined();
  expect(openNumbers(join(directory, "new", "a.db")).all()).toEqual([1]);
});

test("a damaged store goes aside with its log, which must not meet the new file", () => {
  const directory = temporaryDirectory();
  const [path, copy] = [join(directory, "a.db"), join(directory, "copy.db")];
  const source = openNumbers(join(directory, "source.db"));
  source.add(5);
  backUp(join(directory, "source.db"), copy);
  for (const suffix of ["", "-wal", "-shm"]) writeFileSync(path + suffix, `no store ${suffix}`);
  const setAside = restore(copy, path, 9) ?? "";
  expect(readFileSync(setAside, "utf8")).toContain("no store");
  expect(existsSync(`${path}-wal`)).toBe(false);
  expect(openNumbers(path).all()).toEqual([5]);
});

test("what a crash left half way of an earlier rescue does not come over the copy later", () => {
  const directory = temporaryDirectory();
  const [path, copy] = [join(directory, "a.db"), join(directory, "copy.db")];
  for (const [name, number] of [
    [path, 1],
    [`${path}.salvaged`, 2],
    [copy, 3],
  ] as const) {
    const { db, add } = openNumbers(name);
    add(number);
    db.close();
  }
  const setAside = restore(copy, path, 5) ?? "";
  expect(openNumbers(path).all()).toEqual([3]);
  expect(openNumbers(setAside).all()).toEqual([2]);
  expect(openNumbers(`${path}.damaged-5`).all()).toEqual([1]);
});

test("a copy that somebody made by hand comes back with what lay in its log", () => {
  const directory = temporaryDirectory();
  const [path, copy] = [join(directory, "a.db"), join(directory, "copy.db")];
  const source = openNumbers(path);
  source.add(1);
  for (const suffix of ["", "-wal"]) copyFileSync(path + suffix, copy + suffix);
  mkdirSync(join(directory, "new"));
  restore(copy, join(directory, "new", "a.db"), 1);
  expect(openNumbers(join(directory, "new", "a.db")).all()).toEqual([1]);
});

test("what an earlier run left beside a new file is not touched, and is named", () => {
  const path = join(temporaryDirectory(), "export");
  writeFileSync(`${path}.partial`, "mine");
  expect(() => makeNewFile(path, () => {})).toThrow(
    expect.objectContaining({ code: "EEXIST", path: `${path}.partial` }),
  );
  expect(readFileSync(`${path}.partial`, "utf8")).toBe("mine");
  expect(existsSync(path)).toBe(false);
});
