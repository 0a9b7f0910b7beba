// The users as the running broker knows them: reads the file again when it changed, and checks passwords without stalling.
import { createHmac, randomBytes } from "node:crypto";
import { stat } from "node:fs/promises";
import type { Log } from "../../protocol/host.ts";
import { passwordFits, unknownUserHash } from "./password.ts";
import { type Identity, noRights, type Rights, rightsOf } from "./rights.ts";
import { readUsers, type User, UserError } from "./users-file.ts";

/** Password checks that run at once: each takes 16 MiB and a core for a moment. */
const checksAtOnceMax = 2;
/** Password checks that may wait; more is a flood, and is refused like a wrong password. */
const checksWaitingMax = 256;
/** Passwords found right that are remembered (as a keyed digest), so that 50 desks that come back cost nothing. */
const rememberedMax = 1_024;

interface Entry {
  readonly user: User;
  readonly rights: Rights;
}

export class UserBook {
  readonly #path: string;
  readonly #log: Log;
  readonly #onChange: () => void;
  readonly #remembered = new Set<string>();
  readonly #rememberKey = randomBytes(32);
  #entries = new Map<string, Entry>();
  #version = "";
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

  /** Reads the file if it is another one than at the last call. Throws `UserError`; what was known stays. */
  async refresh(): Promise<void> {
    const found = await stat(this.#path).catch(() => undefined);
    const version = found === undefined ? "absent" : `${found.ino} ${found.mtimeMs} ${found.size}`;
    if (version === this.#version) return;
    // Somebody is replacing the file just now. Taking all rights away would drop messages for those who have them.
    if (found === undefined && this.#entries.size > 0) throw new UserError("users-file-unreadable");
    const users = await readUsers(this.#path);
    this.#version = version;
    this.#entries = new Map(users.map((user) => [user.user, { user, rights: rightsOf(user) }]));
    this.#onChange();
  }

  /** The same for somebody who is waiting at the door: what is wrong with the file is logged. */
  async refreshOrKeep(): Promise<void> {
    await this.refresh().catch((error) =>
      this.#log.error({ error }, "The file of users can't be read; the last one stays"),
    );
  }

  /** The rights of a user of that name; none where there is no such user. */
  rightsOf(name: string): Rights {
    return this.#entries.get(name)?.rights ?? noRights;
  }

  /** Who a user of that name is; undefined where there is no such user. */
  identityOf(name: string): Identity | undefined {
    return this.#entries.get(name)?.user;
  }

  /** The rights of this user, or undefined for a wrong password or an unknown user; both take the same time. */
  async check(name: string, password: Buffer): Promise<Rights | undefined> {
    await this.refreshOrKeep();
    const entry = this.#entries.get(name);
    const kept = entry?.user.passwordHash ?? unknownUserHash;
    const digest = createHmac("sha256", this.#rememberKey)
      .update(`${name}\0${kept}\0`)
      .update(password)
      .digest("base64");
    if (this.#remembered.has(digest)) return entry?.rights;
    const fits = await this.#inTurn(() => passwordFits(password, kept));
    if (!fits || entry === undefined) return undefined;
    if (this.#remembered.size >= rememberedMax) this.#remembered.clear();
    this.#remembered.add(digest);
    return this.#entries.get(name)?.rights;
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
