// The users as the running broker knows them: takes up each change of the file by itself.
import { stat } from "node:fs/promises";
import type { Identity } from "../../protocol/access.ts";
import type { Log } from "../../protocol/host.ts";
import { noRights, type Rights, rightsOf } from "./rights.ts";
import { readUsers, type User, UserError } from "./users-file.ts";

/** How often the file is looked at, in milliseconds: whoever was taken out of it has that long. */
const lookMs = 2_000;

interface Entry {
  readonly user: User;
  readonly rights: Rights;
}

/** Why somebody was let in; it holds no longer than the account, and its password where one was asked for. */
export interface Grant {
  readonly user: string;
  /** What the password fitted; undefined where a certificate opened the account. */
  readonly passwordHash: string | undefined;
}

/** What has become of an account when the file was taken up. */
export interface AccountChange {
  readonly user: string;
  readonly what: "added" | "removed" | "password" | "rights";
}

export class UserBook {
  readonly #path: string;
  readonly #log: Log;
  readonly #onChange: (changes: readonly AccountChange[]) => void;
  #entries = new Map<string, Entry>();
  #version = "";
  #toldFault: unknown;
  #refreshing: Promise<void> = Promise.resolve();
  #lookTimer: NodeJS.Timeout | undefined;

  /** `onChange` is called after each change of the file, and after the first look with nothing; constructing reads nothing. */
  constructor(path: string, log: Log, onChange: (changes: readonly AccountChange[]) => void) {
    this.#path = path;
    this.#log = log;
    this.#onChange = onChange;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The file can't be read or used: what is known is older than it. */
  get isStale(): boolean {
    return this.#toldFault !== undefined;
  }

  /** The names of all. */
  get names(): ReadonlySet<string> {
    return new Set(this.#entries.keys());
  }

  /** What the user's password has to fit; undefined where there is no such user. */
  passwordHashOf(name: string): string | undefined {
    return this.#entries.get(name)?.user.passwordHash;
  }

  /** Looks at the file from now on, until `close`. */
  watch(): void {
    this.#lookTimer = setInterval(() => void this.refreshOrKeep(), lookMs);
  }

  close(): void {
    clearInterval(this.#lookTimer);
  }

  /** Reads the file if it is another one than at the last call. Rejects with `UserError`; what was known stays. */
  refresh(): Promise<void> {
    const refreshed = this.#refreshing.then(() => this.#readIfChanged()); // one after the other: the newest file wins
    this.#refreshing = refreshed.catch(() => undefined);
    return refreshed;
  }

  async #readIfChanged(): Promise<void> {
    const found = await stat(this.#path).catch((error: unknown) => {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
      throw new UserError("users-file-unreadable", error);
    });
    const version = found === undefined ? "absent" : `${found.ino} ${found.mtimeMs} ${found.size}`;
    if (version === this.#version) return;
    if (found === undefined) {
      // Somebody is replacing the file just now. Taking all rights away would drop messages for those who have them.
      if (this.#entries.size > 0) throw new UserError("users-file-unreadable");
      this.#version = version; // it may come back: nobody is let in, and nobody is taken for removed
      return;
    }
    const users = await readUsers(this.#path);
    const isFirst = this.#version === "";
    this.#version = version;
    const before = this.#entries;
    this.#entries = new Map(users.map((user) => [user.user, { user, rights: rightsOf(user) }]));
    this.#onChange(isFirst ? [] : changesOf(before, this.#entries));
  }

  /** The same without rejecting: what is wrong with the file is logged, once for each fault of it. */
  async refreshOrKeep(): Promise<void> {
    const fault = await this.refresh().then(
      () => undefined,
      (error: unknown) => error,
    );
    const told = fault instanceof UserError ? fault.code : fault && "other";
    if (told !== undefined && told !== this.#toldFault) {
      this.#log.error({ error: fault }, "The file of users can't be read; the last one stays");
    }
    this.#toldFault = told;
  }

  /** The rights of a user of that name; none where there is no such user. */
  rightsOf(name: string): Rights {
    return this.#entries.get(name)?.rights ?? noRights;
  }

  /** Who a user of that name is; undefined where there is no such user. */
  identityOf(name: string): Identity | undefined {
    return this.#entries.get(name)?.user;
  }

  /** Is it a desk of one of the users? */
  hasDesk(facility: string, desk: string): boolean {
    for (const { user } of this.#entries.values()) {
      if (user.role === "desk" && user.desk === desk && user.facility === facility) return true;
    }
    return false;
  }

  /** Is that account still there, with the password that opened it? */
  holds({ user, passwordHash }: Grant): boolean {
    const entry = this.#entries.get(user);
    return entry !== undefined && (passwordHash === undefined || passwordHash === entry.user.passwordHash);
  }
}

function changesOf(before: ReadonlyMap<string, Entry>, after: ReadonlyMap<string, Entry>): readonly AccountChange[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].flatMap((user) => {
    const what = changeOf(before.get(user)?.user, after.get(user)?.user);
    return what === undefined ? [] : [{ user, what }];
  });
}

function changeOf(before: User | undefined, after: User | undefined): AccountChange["what"] | undefined {
  if (before === undefined || after === undefined) return after === undefined ? "removed" : "added";
  if (before.passwordHash !== after.passwordHash) return "password";
  return JSON.stringify(before) === JSON.stringify(after) ? undefined : "rights";
}
