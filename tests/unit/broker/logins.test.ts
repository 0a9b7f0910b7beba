// Users and passwords that somebody shows: remembered, checked once, locked out, closed for want of use, and known places over a restart.
import { mkdtempSync, renameSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { AccountStore } from "../../../broker/access/account-store.ts";
import { Accounts } from "../../../broker/access/accounts.ts";
import { type Lock, LockOut } from "../../../broker/access/lock-out.ts";
import { lockOutConfigSchema } from "../../../broker/access/lock-out-config.ts";
import { Logins } from "../../../broker/access/logins.ts";
import { UserBook } from "../../../broker/access/user-book.ts";
import { addUser, removeUser, setPassword } from "../../../broker/access/users-file.ts";
import { recordLog } from "../../fixtures/recorded-log.ts";
import { password, removeDirectory } from "./running-broker.ts";

const dayMs = 86_400_000;
const home = "10.0.0.7";
const right = Buffer.from(password);
const wrong = (n: number) => Buffer.from(`wrong-password-${n}`);

interface Door {
  readonly logins: Logins;
  readonly accounts: Accounts;
  readonly users: UserBook;
  readonly locks: Lock[];
}

let directory: string;
let usersFile: string;
let door: Door;
let day = 20_000;
let monotonic = 0;
let isSynced = true;

/** The parts over the directory, as a new run of the broker has them. */
async function open(): Promise<Door> {
  const clock = { now: () => day * dayMs, monotonic: () => monotonic, isSynced: () => isSynced };
  const log = recordLog();
  const store = new AccountStore(join(directory, "accounts.db"), clock.now());
  const accounts = new Accounts({ store, unusedDays: 45, clock, log });
  const locks: Lock[] = [];
  const users: UserBook = new UserBook(usersFile, log, (changes) => {
    logins.forget(changes.map(({ user }) => user));
    accounts.follow(users.names);
  });
  const lockOut = new LockOut(lockOutConfigSchema.parse({ newPlaceWrongMax: 5, networkWrongMax: 6 }));
  const logins: Logins = new Logins({ users, accounts, lockOut, clock, onLock: (lock) => locks.push(lock) });
  await users.refresh();
  return { logins, accounts, users, locks };
}

async function restart(): Promise<void> {
  door.accounts.close();
  door = await open();
}

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "logins-"));
  usersFile = join(directory, "users.json");
  [day, monotonic, isSynced] = [20_000, 0, true];
  await addUser(usersFile, { user: "his", role: "his" }, password);
  door = await open();
});
afterEach(() => {
  door.accounts.close();
  removeDirectory(directory);
});

test("the right password opens the account, the wrong one and an unknown user nothing", async () => {
  const { logins } = door;
  expect(await logins.check("his", right, home)).toMatchObject({ user: "his" });
  expect(await logins.check("his", wrong(0), home)).toBe("password-wrong");
  expect(await logins.check("nobody", right, home)).toBe("password-wrong");
  expect(await logins.check("__proto__", right, home)).toBe("password-wrong");
});

test("a changed password makes the one before useless at once, remembered or not, and the new one good", async () => {
  await door.logins.check("his", right, home);
  await setPassword(usersFile, "his", "another-password");
  expect(await door.logins.check("his", right, home)).toBe("password-wrong");
  expect(await door.logins.check("his", Buffer.from("another-password"), home)).toMatchObject({ user: "his" });
  await removeUser(usersFile, "his");
  expect(await door.logins.check("his", Buffer.from("another-password"), home)).toBe("password-wrong");
});

test("a password that is changed while it is checked opens nothing", async () => {
  const checks = [wrong(0), wrong(1), wrong(2), right].map((shown) => door.logins.check("his", shown, home));
  await door.users.refresh(); // behind those of the checks, which are at their hashes now
  await removeUser(usersFile, "his");
  await addUser(usersFile, { user: "his", role: "his" }, "another-password");
  await door.users.refresh();
  expect(await Promise.all(checks)).toEqual(Array(4).fill("password-wrong"));
});

test("while locked out the right password is refused like a wrong one; from the known place it is not", async () => {
  await door.logins.check("his", right, home);
  for (let n = 0; n < 5; n += 1) await door.logins.check("his", wrong(n), "203.0.113.9");
  expect(door.locks).toEqual([{ of: "user", minutes: 15 }]);
  expect(await door.logins.check("his", right, "198.51.100.1")).toBe("locked-out");
  expect(await door.logins.check("his", right, home)).toMatchObject({ user: "his" });
  monotonic = 15 * 60_000;
  expect(await door.logins.check("his", right, "198.51.100.1")).toMatchObject({ user: "his" });
});

test("of many wrong passwords at once hardly more are looked at than the budget has; the same one counts once", async () => {
  const shown = Array.from({ length: 100 }, (_, n) => door.logins.check("nobody", wrong(n), home));
  const verdicts = await Promise.all(shown);
  const looked = verdicts.filter((verdict) => verdict === "password-wrong").length;
  expect(looked).toBeGreaterThanOrEqual(5);
  expect(looked).toBeLessThanOrEqual(6); // one more is under way when the budget is spent
  const same = Array.from({ length: 100 }, () => door.logins.check("his", wrong(0), "10.0.9.9"));
  expect(new Set(await Promise.all(same))).toEqual(new Set(["password-wrong"]));
  expect(await door.logins.check("his", right, "10.0.9.9")).toMatchObject({ user: "his" });
});

test("known places outlast a restart, a lock of theirs does not, and a new password ends it too", async () => {
  await door.logins.check("his", right, home);
  await restart();
  for (let n = 0; n < 6; n += 1) await door.logins.check(`nobody-${n}`, wrong(n), home);
  expect(door.locks).toEqual([{ of: "network", minutes: 15 }]);
  expect(await door.logins.check("his", right, home)).toMatchObject({ user: "his" });
  for (let n = 0; n < 5; n += 1) await door.logins.check("his", wrong(n), home);
  expect(await door.logins.check("his", right, home)).toBe("locked-out");
  await setPassword(usersFile, "his", "another-password");
  await door.users.refresh();
  expect(await door.logins.check("his", Buffer.from("another-password"), home)).toMatchObject({ user: "his" });
});

test("an account that was not used for 45 days is closed, until a command opens it; one that is used is not", async () => {
  await addUser(usersFile, { user: "it", role: "it" }, password);
  await door.logins.check("it", right, home);
  day += 45;
  await restart();
  expect(await door.logins.check("his", right, home)).toMatchObject({ user: "his" });
  day += 1;
  await restart();
  expect(await door.logins.check("it", right, home)).toBe("account-unused");
  expect(await door.logins.check("it", wrong(0), home)).toBe("password-wrong");
  isSynced = false; // a clock that was never set closes nothing
  expect(await door.logins.check("it", right, home)).toMatchObject({ user: "it" });
  isSynced = true;
  const beside = new AccountStore(join(directory, "accounts.db"), 0);
  beside.write({ uses: new Map([["it", day]]) });
  beside.close();
  expect(await door.logins.check("it", right, home)).toMatchObject({ user: "it" });
});

test("a place is known although the clock was never set", async () => {
  [isSynced, day] = [false, 0];
  await door.logins.check("his", right, home);
  await restart();
  expect(door.accounts.isKnownPlace("his", home)).toBe(true);
});

test("a user keeps at most 64 networks, the ones used last, and loses them with the account", async () => {
  for (let n = 0; n < 70; n += 1) await door.logins.check("his", right, `10.0.1.${n}`);
  await restart();
  expect([5, 6].map((n) => door.accounts.isKnownPlace("his", `10.0.1.${n}`))).toEqual([false, true]);
  await removeUser(usersFile, "his");
  await door.users.refresh();
  await restart();
  expect(door.accounts.isKnownPlace("his", "10.0.1.69")).toBe(false);
});

test("a start without the file of users forgets neither the places nor which accounts are closed", async () => {
  await addUser(usersFile, { user: "it", role: "it" }, password);
  for (const user of ["his", "it"]) await door.logins.check(user, right, home);
  await restart();
  day += 46;
  renameSync(usersFile, `${usersFile}.away`);
  await restart();
  renameSync(`${usersFile}.away`, usersFile);
  await restart();
  expect(door.accounts.isKnownPlace("his", home)).toBe(true);
  expect(await door.logins.check("it", right, home)).toBe("account-unused");
});
