// Steps of one turn share one commit; order, failure and flush.
import { setImmediate as turn } from "node:timers/promises";
import { beforeEach, expect, test, vi } from "vitest";
import { GroupCommit } from "../../../store/group-commit.ts";
import type { SqliteFile } from "../../../store/sqlite.ts";
import { openSqliteFile } from "../../../store/sqlite-file.ts";
import { afterThisTest } from "../../fixtures/clean-up.ts";
import { waitUntil } from "../../fixtures/wait-until.ts";

let db: SqliteFile;
let commits: GroupCommit;
let told: string[];

beforeEach(() => {
  const migrations = ["CREATE TABLE step (name TEXT PRIMARY KEY) STRICT"];
  db = openSqliteFile(":memory:", { migrations, now: 0 }).db;
  commits = new GroupCommit(db);
  told = [];
  afterThisTest(() => db.close());
});

const names = () => db.prepare<[], string>("SELECT name FROM step ORDER BY rowid").pluck().all();
function add(name: string, work = () => void db.prepare("INSERT INTO step VALUES (?)").run(name)): void {
  commits.add(work, (error) => told.push(error === undefined ? name : `${name} failed: ${error.message}`));
}

test("steps of one turn go into one transaction, and are told in order after it", async () => {
  const exec = vi.spyOn(db, "exec");
  for (const name of ["a", "b", "c"]) add(name);
  expect(commits.depth).toBe(3);
  expect(names()).toEqual([]);
  await turn();
  expect(names()).toEqual(["a", "b", "c"]);
  expect(told).toEqual(["a", "b", "c"]);
  expect(exec.mock.calls.flat().filter((sql) => sql === "COMMIT")).toHaveLength(1);
});

test("a step that throws fails alone, and all are told in order", async () => {
  add("a");
  add("bad", () => {
    throw new Error("no");
  });
  add("b");
  await turn();
  expect(names()).toEqual(["a", "b"]);
  expect(told).toEqual(["a", "bad failed: no", "b"]);
  expect(db.inTransaction).toBe(false);
});

test("a step that breaks a rule of the database fails alone", async () => {
  add("a");
  add("a again", () => void db.prepare("INSERT INTO step VALUES ('a')").run());
  add("b");
  await turn();
  expect(names()).toEqual(["a", "b"]);
  expect(told[1]).toMatch(/^a again failed: UNIQUE/);
});

test("what is not an error is told as one", async () => {
  add("odd", () => {
    throw "a string";
  });
  await turn();
  expect(told).toEqual(["odd failed: a string"]);
});

test("a long queue is committed in portions, in order", async () => {
  const all = Array.from({ length: 1_300 }, (_, index) => `step ${index}`);
  for (const name of all) add(name);
  await waitUntil("all are told", () => told.length === all.length);
  expect(told).toEqual(all);
  expect(names()).toEqual(all);
});

test("a flush commits now, and the turn that was planned finds nothing to do", async () => {
  const exec = vi.spyOn(db, "exec");
  add("a");
  commits.flush();
  expect(told).toEqual(["a"]);
  exec.mockClear();
  await turn();
  expect(exec).not.toHaveBeenCalled();
});

test("steps that are added while others are told are committed too", async () => {
  commits.add(
    () => undefined,
    () => add("added"),
  );
  await turn();
  await turn();
  expect(told).toEqual(["added"]);
});

test("a caller can wait for one write, and hears its own error", async () => {
  expect(await commits.run(() => 7)).toBe(7);
  await expect(
    commits.run(() => {
      throw new Error("mine");
    }),
  ).rejects.toThrow("mine");
});

test("under load the queue rests between commits, and the first write after a pause does not wait", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  afterThisTest(() => vi.useRealTimers());
  commits = new GroupCommit(db, { restMs: 2 });
  add("first");
  await turn();
  expect(told).toEqual(["first"]);
  add("second");
  add("third");
  await turn();
  expect(told).toEqual(["first"]);
  vi.advanceTimersByTime(2);
  expect(told).toEqual(["first", "second", "third"]);
  vi.advanceTimersByTime(2);
  add("later");
  await turn();
  expect(told.at(-1)).toBe("later");
});
