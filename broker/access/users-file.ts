// The file of users: who may connect, as which role, with which password hash. Written whole or not at all.
import { existsSync } from "node:fs";
import { open, readFile, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import type { roles } from "../../protocol/access.ts";
import { facilityPattern, namePattern } from "../../protocol/topics.ts";
import { AlreadyRunning, lockInstance } from "../../store/instance-lock.ts";
import { ownLike } from "../../store/new-file.ts";
import { hashPassword } from "./password.ts";

const facility = z.string().regex(facilityPattern);
const common = { user: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:@-]{0,63}$/), passwordHash: z.string() };
const userSchema = z.discriminatedUnion("role", [
  z.strictObject({ ...common, role: z.literal("desk"), facility, desk: z.string().regex(namePattern) }),
  z.strictObject({ ...common, role: z.literal("his"), facility: facility.optional() }),
  z.strictObject({ ...common, role: z.literal("it"), facility: facility.optional() }),
  z.strictObject({ ...common, role: z.literal("gateway"), facility: facility.optional() }),
]);
const fileSchema = z.strictObject({ version: z.literal(1), users: z.array(userSchema) });

export type User = z.infer<typeof userSchema>;
/** A user without the password hash. */
export type ListedUser = Omit<User, "passwordHash">;
/** What to add. A desk needs facility and desk; the others may have a facility that they are limited to. */
export interface NewUser {
  readonly user: string;
  readonly role: (typeof roles)[number];
  readonly facility?: string | undefined;
  readonly desk?: string | undefined;
}

/** Characters a password has at least (DESK.md (h) P9 asks for 14 where there is no second factor). */
export const passwordCharactersMin = 14;

/** What can be wrong with a change of users: the stable code, and the sentence for people. */
export const userErrors = {
  "users-file-unreadable": "Không đọc được tệp người dùng | The file of users can't be read",
  "users-file-damaged": "Tệp người dùng bị hỏng | The file of users is damaged",
  "users-file-unwritable": "Không ghi được tệp người dùng | The file of users can't be written",
  "users-file-busy":
    "Tệp người dùng đang được lệnh khác sửa, thử lại sau | Another command is changing the users, try again later",
  "user-exists": "Đã có người dùng này | This user exists already",
  "user-unknown": "Không có người dùng này | There is no such user",
  "user-invalid": "Tên, vai trò, mã cơ sở hoặc tên quầy không hợp lệ | User, role, facility or desk is not valid",
  "password-short": `Mật khẩu phải từ ${passwordCharactersMin} ký tự | A password has at least ${passwordCharactersMin} characters`,
} as const;

export class UserError extends Error {
  readonly code: keyof typeof userErrors;
  constructor(code: keyof typeof userErrors, cause?: unknown) {
    super(userErrors[code], { cause });
    this.name = "UserError";
    this.code = code;
  }
}

/** Everybody in the file; nobody when there is no file yet. Throws `UserError`. */
export async function readUsers(path: string): Promise<readonly User[]> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw new UserError("users-file-unreadable", error);
  }
  try {
    return fileSchema.parse(JSON.parse(text)).users;
  } catch {
    throw new UserError("users-file-damaged"); // without the cause: it would quote the file
  }
}

/** Everybody in the file, without the hashes. Throws `UserError`. */
export async function listUsers(path: string): Promise<readonly ListedUser[]> {
  return (await readUsers(path)).map(({ passwordHash: _, ...rest }) => rest);
}

/** Adds a user. Throws `UserError`; then the file is as it was. */
export async function addUser(path: string, added: NewUser, password: string): Promise<void> {
  const parsed = userSchema.safeParse({ ...withoutUndefined(added), passwordHash: "" });
  const withAdded = (users: readonly User[], passwordHash: string): readonly User[] => {
    if (users.some(({ user }) => user === added.user)) throw new UserError("user-exists");
    if (!parsed.success) throw new UserError("user-invalid");
    return [...users, { ...parsed.data, passwordHash }];
  };
  withAdded(await readUsers(path), ""); // said before the password is hashed
  const passwordHash = await hash(password);
  await changeUsers(path, (users) => withAdded(users, passwordHash));
}

/** Gives a user another password. Throws `UserError`; then the file is as it was. */
export async function setPassword(path: string, name: string, password: string): Promise<void> {
  const withHash = (users: readonly User[], passwordHash: string): readonly User[] => {
    if (!users.some(({ user }) => user === name)) throw new UserError("user-unknown");
    return users.map((user) => (user.user === name ? { ...user, passwordHash } : user));
  };
  withHash(await readUsers(path), "");
  const passwordHash = await hash(password);
  await changeUsers(path, (users) => withHash(users, passwordHash));
}

/** Removes a user. Throws `UserError`; then the file is as it was. */
export async function removeUser(path: string, name: string): Promise<void> {
  await changeUsers(path, (users) => {
    const left = users.filter(({ user }) => user !== name);
    if (left.length === users.length) throw new UserError("user-unknown");
    return left;
  });
}

/** How long a command waits for another that is writing, in milliseconds, and how often it looks. */
const busyMsMax = 10_000;
const lookMs = 20;

/** Reads, changes and writes the file while nobody else does: of two commands at once neither undoes what the other did. */
async function changeUsers(path: string, change: (users: readonly User[]) => readonly User[]): Promise<void> {
  const unlock = await lockUsers(`${path}.lock`);
  try {
    await writeUsers(path, change(await readUsers(path)));
  } finally {
    unlock();
  }
}

async function lockUsers(path: string): Promise<() => void> {
  if (!existsSync(dirname(path))) throw new UserError("users-file-unwritable"); // the lock would make it
  for (const untilMs = performance.now() + busyMsMax; ; await sleep(lookMs)) {
    try {
      return lockInstance(path);
    } catch (error) {
      if (!(error instanceof AlreadyRunning)) throw new UserError("users-file-unwritable", error);
      if (performance.now() > untilMs) throw new UserError("users-file-busy");
    }
  }
}

async function hash(password: string): Promise<string> {
  if (password.length < passwordCharactersMin) throw new UserError("password-short");
  return hashPassword(password);
}

/**
 * Write, fsync, rename, fsync of the folder: after a power cut the file is the old one or the new one. Where root writes
 * it, it stays with its owner: the service has to read it.
 */
async function writeUsers(path: string, users: readonly User[]): Promise<void> {
  const written = `${path}.${process.pid}.new`;
  try {
    await rm(written, { force: true });
    const file = await open(written, "wx", 0o600); // never through a link that somebody laid there
    try {
      ownLike(written, existsSync(path) ? path : dirname(path));
      await file.writeFile(`${JSON.stringify({ version: 1, users }, null, 2)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(written, path);
    const folder = await open(dirname(path), "r");
    await folder.sync().finally(() => folder.close());
  } catch (error) {
    await rm(written, { force: true });
    throw new UserError("users-file-unwritable", error);
  }
}

const withoutUndefined = (user: NewUser) =>
  Object.fromEntries(Object.entries(user).filter(([, value]) => value !== undefined));
