// The users as the running broker knows them: takes up each change of the file by itself, and checks passwords without stalling.
import { createHmac, randomBytes } from "node:crypto";
import { stat } from "node:fs/promises";
import type { Identity } from "../../protocol/access.ts";
import type { Log } from "../../protocol/host.ts";
import { passwordFits, unknownUserHash } from "./password.ts";
import { noRights, type Rights, rightsOf } from "./rights.ts";
import { readUsers, type User, UserError } from "./users-file.ts";

/** Password checks that run at once: each takes 16 MiB and a core for a moment. */
const checksAtOnceMax = 2;
/** Password checks that may wait; more is a flood, and is refused like a wrong password. */
const checksWaitingMax = 256;
/** How often the file is looked at, in milliseconds: whoever was taken out of it has that long. */
const lookMs = 2_000;

interface Entry {
  readonly user: User;
  readonly rights: Rights;
  /** Of the password found right last, so that 50 desks that come back cost nothing. It goes when the entry changes. */
  remembered: string | undefined;
}

/** Why somebody was let in; it holds no longer than the account, and its password where one was asked for. */
export interface Grant {
  readonly user: string;
  /** What the password fitted; undefined where a certificate opened the account. */
  readonly passwordHash: string | undefined;
}

export class UserBook {
  readonly #path: string;
  readonly #log: Log;
  readonly #onChange: () => void;
  readonly #rememberKey = randomBytes(32);
  #entries = new Map<string, Entry>();
  #version = "";
  #toldFault: unknown;
  #refreshing: Promise<void> = Promise.resolve();
  #lookTimer: NodeJS.Timeout | undefined;
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  /** `onChange` is called after rights have changed; constructing reads nothing. */
  constructor(path: string, log: Log, onChange: () => void) {
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
    const found = await stat(this.#path).catch(() => undefined);
    const version = found === undefined ? "absent" : `${found.ino} ${found.mtimeMs} ${found.size}`;
    if (version === this.#version) return;
    // Somebody is replacing the file just now. Taking all rights away would drop messages for those who have them.
    if (found === undefined && this.#entries.size > 0) throw new UserError("users-file-unreadable");
    const users = await readUsers(this.#path);
    this.#version = version;
    const before = this.#entries;
    this.#entries = new Map(
      users.map((user) => {
        const { user: known, remembered } = before.get(user.user) ?? {};
        const isSame = known?.passwordHash === user.passwordHash;
        return [user.user, { user, rights: rightsOf(user), remembered: isSame ? remembered : undefined }];
      }),
    );
    this.#onChange();
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

  /** Is that account still there, with the password that opened it? */
  holds({ user, passwordHash }: Grant): boolean {
    const entry = this.#entries.get(user);
    return entry !== undefined && (passwordHash === undefined || passwordHash === entry.user.passwordHash);
  }

  /** What the right password opens; undefined for a wrong one and for an unknown user, after the same time. */
  async check(name: string, password: Buffer): Promise<Grant | undefined> {
    await this.refreshOrKeep();
    const entry = this.#entries.get(name);
    const kept = entry?.user.passwordHash ?? unknownUserHash;
    const grant: Grant = { user: name, passwordHash: kept };
    const digest = createHmac("sha256", this.#rememberKey)
      .update(`${name}\0${kept}\0`)
      .update(password)
      .digest("base64");
    if (entry !== undefined && entry.remembered === digest) return grant;
    const fits = await this.#inTurn(() => passwordFits(password, kept));
    if (!fits || !this.holds(grant)) return undefined; // the password was changed while it was checked
    const now = this.#entries.get(name);
    if (now !== undefined) now.remembered = digest;
    return grant;
  }

  async #inTurn(check: () => Promise<boolean>): Promise<boolean> {
    if (this.#running >= checksAtOnceMax) {
      if (this.#waiting.length >= checksWaitingMax) return false;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#running += 1;
    try {
      return await check();
    } finally {
      this.#running -= 1;
      this.#waiting.shift()?.();
    }
  }
}
