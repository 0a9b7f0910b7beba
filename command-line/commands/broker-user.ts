// tiepdon broker user: who may connect to the broker, and as what.
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync } from "node:fs";
import { addUser, listUsers, removeUser, setPassword, UserError } from "../../broker/access/users-file.ts";
import type { Role } from "../../protocol/access.ts";
import { CommandFailure, exitCodes } from "../../service/exit-codes.ts";
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
  say(isNew ? `Đã thêm | added: ${name} (${role})` : `Đã đổi mật khẩu | password changed: ${name}`);
  if (made === undefined) return;
  say("Mật khẩu (chỉ hiện một lần) | password, shown once:");
  print(made);
}

export async function runUserRemove(name: string, options: UserOptions): Promise<void> {
  await reporting(() => removeUser(usersFileFor(options), name));
  say(`Đã xóa | removed: ${name}`);
}

export async function runUserList(options: UserOptions & { json?: boolean }): Promise<void> {
  for (const user of await reporting(() => listUsers(usersFileFor(options)))) {
    if (options.json) print(JSON.stringify(user));
    else print([user.user, user.role, user.facility ?? "", "desk" in user ? user.desk : ""].join("\t"));
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
    const isDisk = error.code === "users-file-unwritable";
    throw new CommandFailure(isDisk ? exitCodes.diskTrouble : exitCodes.wrongUsage, error.message);
  }
}
