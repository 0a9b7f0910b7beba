// tiepdon broker user: who may connect to the broker, and as what.
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { AccountStore, accountStoreName, dayMs, dayOf, readUses } from "../../broker/access/account-store.ts";
import { addUser, listUsers, removeUser, setPassword, UserError } from "../../broker/access/users-file.ts";
import type { Role } from "../../protocol/access.ts";
import { CommandFailure, type ExitCode, exitCodes } from "../../service/exit-codes.ts";
import { auditAct } from "../audit-act.ts";
import { usersFileOf } from "../broker-files.ts";
import { partOf, readConfig } from "../config-schema.ts";
import { readSecret } from "../read-secret.ts";
import { print, say } from "../terminal.ts";

export interface UserOptions {
  readonly config: string;
  readonly dataDir: string;
}

export interface AddUserOptions extends UserOptions {
  readonly role: Role;
  readonly facility?: string;
  readonly desk?: string;
  readonly passwordFile?: string;
}

/** Adds a user, or gives one another password; a password that was made here is printed once, alone, on standard output. */
export async function runUserAdd(name: string, options: AddUserOptions): Promise<void> {
  const made = options.passwordFile === undefined ? randomBytes(18).toString("base64url") : undefined;
  const password = made ?? readSecret(options.passwordFile ?? "");
  const { role, facility, desk } = options;
  const usersFile = usersFileFor(options);
  mkdirSync(options.dataDir, { recursive: true, mode: 0o750 });
  const isNew = await reporting(async () => {
    const known = await listUsers(usersFile);
    if (known.some(({ user }) => user === name)) {
      await setPassword(usersFile, name, password);
      return false;
    }
    await addUser(usersFile, { user: name, role, facility: facility?.toLowerCase(), desk }, password);
    return true;
  });
  auditAct(options.dataDir, { action: isNew ? "user-add" : "user-password", result: "ok", object: name });
  say(isNew ? `Đã thêm | added: ${name} (${role})` : `Đã đổi mật khẩu | password changed: ${name}`);
  if (made !== undefined) {
    say("Mật khẩu (chỉ hiện một lần) | password, shown once:");
    print(made);
  }
  noteUseNow(name, options); // it counts from today; last, since nobody else knows the password that was made
}

/** Opens an account again that was closed for want of use. */
export async function runUserEnable(name: string, options: UserOptions): Promise<void> {
  await reporting(async () => {
    const known = await listUsers(usersFileFor(options));
    if (!known.some(({ user }) => user === name)) throw new UserError("user-unknown");
  });
  noteUseNow(name, options);
  auditAct(options.dataDir, { action: "user-enable", result: "ok", object: name });
  say(`Đã mở lại | enabled: ${name}`);
}

export async function runUserRemove(name: string, options: UserOptions): Promise<void> {
  await reporting(() => removeUser(usersFileFor(options), name));
  auditAct(options.dataDir, { action: "user-remove", result: "ok", object: name });
  say(`Đã xóa | removed: ${name}`);
}

/** All accounts with the day of their last use, UTC: the list for the review every six months. */
export async function runUserList(options: UserOptions & { json?: boolean }): Promise<void> {
  const users = await reporting(() => listUsers(usersFileFor(options)));
  const lastUses = readLastUses(options);
  for (const user of users) {
    const day = lastUses.get(user.user);
    const lastUsed = day === undefined ? null : new Date(day * dayMs).toISOString().slice(0, 10);
    if (options.json) print(JSON.stringify({ ...user, lastUsed }));
    else {
      const desk = "desk" in user ? user.desk : "";
      print([user.user, user.role, user.facility ?? "", desk, lastUsed ?? "-"].join("\t"));
    }
  }
}

/** Read beside the running broker; empty before its first start. */
function readLastUses({ dataDir }: UserOptions): ReadonlyMap<string, number> {
  const path = join(dataDir, accountStoreName);
  if (!existsSync(path)) return new Map();
  return reportingAccounts(() => readUses(path));
}

function noteUseNow(name: string, { dataDir }: UserOptions): void {
  withAccounts(dataDir, (accounts) => accounts.write({ uses: new Map([[name, dayOf(Date.now())]]) }));
}

/** Throws `CommandFailure` (5) when the file can't be read or written. */
function withAccounts<T>(dataDir: string, work: (accounts: AccountStore) => T): T {
  return reportingAccounts(() => {
    const accounts = new AccountStore(join(dataDir, accountStoreName), Date.now());
    try {
      return work(accounts);
    } finally {
      accounts.close();
    }
  });
}

function reportingAccounts<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new CommandFailure(
      exitCodes.diskTrouble,
      `Không đọc hoặc ghi được ${accountStoreName} | can't be read or written: ${accountStoreName} (${cause})`,
      { cause: error },
    );
  }
}

/** The file that the broker of this configuration reads; without a configuration, the one in the data directory. */
function usersFileFor(options: UserOptions): string {
  if (!existsSync(options.config)) return usersFileOf({ usersFile: undefined }, options.dataDir);
  return usersFileOf(partOf(readConfig(options.config), "broker", options.config), options.dataDir);
}

async function reporting<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new CommandFailure(exitCodeOf(error.code), error.message);
  }
}

function exitCodeOf(code: UserError["code"]): ExitCode {
  if (code === "users-file-unwritable") return exitCodes.diskTrouble;
  return code === "users-file-busy" ? exitCodes.alreadyRunning : exitCodes.wrongUsage;
}
