// Judges a user and password that somebody shows: locked out or not, remembered or checked in its turn, right or wrong.
import { createHmac, randomBytes } from "node:crypto";
import type { Clock } from "../../protocol/host.ts";
import type { Accounts } from "./accounts.ts";
import type { Attempt, Lock, LockOut } from "./lock-out.ts";
import { passwordFits, unknownUserHash } from "./password.ts";
import type { Grant, UserBook } from "./user-book.ts";

/** Password checks that run at once: each takes 32 MiB and a core for a moment. */
const checksAtOnceMax = 1;
/** Password checks that may wait, of known places and of others: more is a flood, and is refused unseen. */
const checksWaitingMax = 64;

export type LoginRefusal = "password-wrong" | "locked-out" | "account-unused" | "logins-full";

export interface LoginsOptions {
  readonly users: UserBook;
  readonly accounts: Accounts;
  readonly lockOut: LockOut;
  readonly clock: Clock;
  readonly onLock: (lock: Lock, attempt: Attempt) => void;
}

export class Logins {
  readonly #options: LoginsOptions;
  readonly #rememberKey = randomBytes(32);
  /** A keyed digest of each user's right password, so that 50 desks that come back cost nothing. */
  readonly #remembered = new Map<string, string>();
  /** Checks under way: the same password shown twice at once is checked once, and counted once when it is wrong. */
  readonly #underWay = new Map<string, Promise<true | LoginRefusal>>();
  readonly #waiting: Readonly<Record<"known" | "new", (() => void)[]>> = { known: [], new: [] };
  #running = 0;

  constructor(options: LoginsOptions) {
    this.#options = options;
  }

  /** What the password opens, or why nothing: an unknown user, a wrong password and a lock can't be told apart by the time it takes. */
  async check(user: string, password: Buffer, network: string): Promise<Grant | LoginRefusal> {
    const { users, accounts, lockOut, clock } = this.#options;
    await users.refreshOrKeep();
    const known = users.passwordHashOf(user);
    const grant: Grant = { user, passwordHash: known ?? unknownUserHash };
    const attempt: Attempt = { user, network, isKnown: known !== undefined && accounts.isKnownPlace(user, network) };
    if (lockOut.isLocked(attempt, clock.monotonic())) return "locked-out";
    const digest = this.#digestOf(grant, password);
    if (this.#remembered.get(user) !== digest) {
      const verdict = await this.#judgeOnce(`${network} ${digest}`, attempt, password, grant);
      if (verdict !== true) return verdict;
      this.#remembered.set(user, digest);
    }
    lockOut.right(attempt);
    if (accounts.isUnused(user)) return "account-unused";
    accounts.noteUse(user, network);
    return grant;
  }

  /** These users are gone or have another password: no digest outlives it, nor any lock. */
  forget(users: readonly string[]): void {
    for (const user of users) {
      this.#remembered.delete(user);
      this.#options.lockOut.forget(user);
    }
  }

  #digestOf({ user, passwordHash }: Grant, password: Buffer): string {
    const hmac = createHmac("sha256", this.#rememberKey).update(`${user}\0${passwordHash}\0`);
    return hmac.update(password).digest("base64");
  }

  #judgeOnce(key: string, attempt: Attempt, password: Buffer, grant: Grant): Promise<true | LoginRefusal> {
    const before = this.#underWay.get(key);
    if (before !== undefined) return before;
    const judged = this.#judge(attempt, password, grant).finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, judged);
    return judged;
  }

  async #judge(attempt: Attempt, password: Buffer, grant: Grant): Promise<true | LoginRefusal> {
    const { users, lockOut, clock, onLock } = this.#options;
    if (!(await this.#turn(attempt.isKnown ? this.#waiting.known : this.#waiting.new))) return "logins-full";
    try {
      if (lockOut.isLocked(attempt, clock.monotonic())) return "locked-out"; // by those who came before
      const fits = await passwordFits(password, grant.passwordHash ?? unknownUserHash);
      if (fits && users.holds(grant)) return true; // it may have been changed meanwhile
      for (const lock of lockOut.wrong(attempt, clock.monotonic())) onLock(lock, attempt);
      return "password-wrong";
    } finally {
      const next = this.#waiting.known.shift() ?? this.#waiting.new.shift();
      if (next === undefined) this.#running -= 1;
      else next(); // which takes the place
    }
  }

  /** Waits until a check may run; those from known places first. False when too many wait. */
  async #turn(waiting: (() => void)[]): Promise<boolean> {
    if (this.#running < checksAtOnceMax) {
      this.#running += 1;
      return true;
    }
    if (waiting.length >= checksWaitingMax) return false;
    await new Promise<void>((resolve) => waiting.push(resolve));
    return true;
  }
}
