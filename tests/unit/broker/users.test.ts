// The file of users and the book that the running broker keeps of it.
import {
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { hashPassword, passwordFits, unknownUserHash } from "../../../broker/access/password.ts";
import { UserBook } from "../../../broker/access/user-book.ts";
import { addUser, listUsers, removeUser, setPassword } from "../../../broker/access/users-file.ts";
import { password, removeDirectory } from "./running-broker.ts";

const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const desk1 = { user: "desk1", role: "desk", facility: "38xxx", desk: "quay-01" } as const;
const topic = "tiepdon/v1/38xxx/quay-01/state";
let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "users-"));
  path = join(directory, "users.json");
});
afterEach(() => removeDirectory(directory));

test("users are added, listed without their hashes, changed and removed", async () => {
  expect(await listUsers(path)).toEqual([]);
  await addUser(path, desk1, password);
  await addUser(path, { user: "his", role: "his" }, password);
  expect(await listUsers(path)).toEqual([desk1, { user: "his", role: "his" }]);
  await removeUser(path, "his");
  expect(await listUsers(path)).toEqual([desk1]);
  expect(readFileSync(path, "utf8")).not.toContain(password);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(directory)).toEqual(["users.json", "users.json.lock"]);
});

test("of many commands at once each does its work, and none undoes another's", async () => {
  const names = Array.from({ length: 8 }, (_, number) => `it-${number}`);
  await addUser(path, desk1, password);
  await Promise.all([
    ...names.map((user) => addUser(path, { user, role: "it" }, password)),
    removeUser(path, "desk1"),
    expect(Promise.all([1, 2].map(() => addUser(path, { user: "twice", role: "it" }, password)))).rejects.toMatchObject(
      { code: "user-exists" },
    ),
  ]);
  expect((await listUsers(path)).map(({ user }) => user).sort()).toEqual([...names, "twice"]);
});

test("the file belongs to whom the directory belongs: root may add users for the service", async () => {
  const isRoot = process.getuid?.() === 0;
  if (isRoot) chownSync(directory, 12_345, 12_346);
  await addUser(path, desk1, password);
  const { uid, gid } = statSync(path);
  const of = statSync(directory);
  expect(uid).toBe(of.uid);
  if (isRoot) expect(gid).toBe(of.gid);
});

test.each([
  ["user-exists", () => addUser(path, desk1, password)],
  ["user-invalid", () => addUser(path, { user: "x", role: "desk", facility: "38xxx" }, password)],
  ["user-invalid", () => addUser(path, { user: "../x", role: "it" }, password)],
  ["password-short", () => addUser(path, { user: "x", role: "it" }, "short")],
  ["user-unknown", () => removeUser(path, "nobody")],
  ["user-unknown", () => setPassword(path, "nobody", password)],
  ["password-short", () => setPassword(path, "desk1", "short")],
])("%s leaves the file as it was", async (code, change) => {
  await addUser(path, desk1, password);
  const before = readFileSync(path, "utf8");
  await expect(change()).rejects.toMatchObject({ code });
  expect(readFileSync(path, "utf8")).toBe(before);
});

test("a damaged file and an unwritable place are told apart, without a word of what is in the file", async () => {
  writeFileSync(path, '{"users":"secret"');
  const error: unknown = await listUsers(path).catch((thrown) => thrown);
  expect(error).toMatchObject({ code: "users-file-damaged", cause: undefined });
  const elsewhere = join(directory, "absent", "users.json");
  await expect(addUser(elsewhere, desk1, password)).rejects.toMatchObject({ code: "users-file-unwritable" });
  expect(existsSync(elsewhere)).toBe(false);
});

test("a password fits its own hash only, and nothing fits the unknown user's", async () => {
  const hash = await hashPassword(password);
  expect(await hashPassword(password)).not.toBe(hash);
  expect(await passwordFits(password, hash)).toBe(true);
  expect(await passwordFits(`${password} `, hash)).toBe(false);
  expect(await passwordFits(password, unknownUserHash)).toBe(false);
  expect(await passwordFits(password, "scrypt$nonsense")).toBe(false);
});

test("the book follows the file: a new password, another role, and a removed user", async () => {
  await addUser(path, desk1, password);
  const changes: (readonly string[])[] = [];
  const book = new UserBook(path, log, (changed) => changes.push(changed.map(({ user, what }) => `${user} ${what}`)));
  await book.refresh();
  const grant = { user: "desk1", passwordHash: book.passwordHashOf("desk1") };
  const certified = { user: "desk1", passwordHash: undefined };
  expect(book.rightsOf("desk1").mayPublish(topic, true)).toBe(true);
  expect([book.holds(grant), book.holds(certified)]).toEqual([true, true]);

  await setPassword(path, "desk1", "another-password");
  await book.refresh();
  expect([book.holds(grant), book.holds(certified)]).toEqual([false, true]);
  await addUser(path, { user: "his", role: "his" }, password);
  await book.refresh();
  await removeUser(path, "desk1");
  await book.refresh();
  expect([book.holds(certified), book.rightsOf("desk1").mayPublish(topic, true)]).toEqual([false, false]);
  expect(book.identityOf("__proto__")).toBeUndefined();
  const text = readFileSync(path, "utf8");
  writeFileSync(path, text.replace('"role": "his"', '"role": "it"'));
  await book.refresh();
  expect(changes).toEqual([[], ["desk1 password"], ["his added"], ["desk1 removed"], ["his rights"]]);
});

test("a file that was damaged or removed while the broker runs locks nobody out, and is told of once", async () => {
  await addUser(path, desk1, password);
  const errors: string[] = [];
  const book = new UserBook(path, { ...log, error: (_facts, sentence) => errors.push(sentence) }, () => {});
  await book.refresh();
  writeFileSync(path, "{");
  for (let look = 0; look < 3; look += 1) await book.refreshOrKeep();
  expect(book.rightsOf("desk1").mayPublish(topic, true)).toBe(true);
  rmSync(path);
  for (let look = 0; look < 3; look += 1) await book.refreshOrKeep();
  expect(book.rightsOf("desk1").mayPublish(topic, true)).toBe(true);
  expect(errors).toHaveLength(2);
});

test("a file of another owner than its folder stays with its owner when root changes it: the service reads it there", async () => {
  await addUser(path, desk1, password);
  if (process.getuid?.() === 0) chownSync(path, 65_533, 65_533);
  const { uid } = statSync(path);
  await removeUser(path, "desk1");
  expect(statSync(path).uid).toBe(uid);
});

test("a file that can't be looked at is not taken for one that is not there yet", async () => {
  symlinkSync(path, path);
  const book = new UserBook(path, log, () => {});
  await expect(book.refresh()).rejects.toMatchObject({ code: "users-file-unreadable" });
});

test("a link in the place of the file that is written first leads nowhere", async () => {
  const other = join(directory, "other");
  writeFileSync(other, "untouched");
  symlinkSync(other, `${path}.${process.pid}.new`);
  await addUser(path, desk1, password);
  expect(readFileSync(other, "utf8")).toBe("untouched");
  expect(await listUsers(path)).toEqual([desk1]);
});
