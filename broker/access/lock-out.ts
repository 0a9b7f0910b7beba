// Makes guessing of passwords useless without letting the guesser lock the good desks out: counts wrong ones, and says who waits.
import type { LockOutLimits } from "./lock-out-config.ts";

/** Somebody who shows a user and a password. */
export interface Attempt {
  readonly user: string;
  /** An IPv4 address, or the network of an IPv6 one. */
  readonly network: string;
  /** This user has logged in from this network before. */
  readonly isKnown: boolean;
}

/** A lock that has just begun. */
export interface Lock {
  /** `place`: this user from this network; `user`: it from all new networks; `network`: all users that are new to it. */
  readonly of: "place" | "user" | "network";
  readonly minutes: number;
}

/** Users, networks and pairs that are remembered, each; beyond it the ones that were quiet longest are forgotten. */
const rememberedMax = 4_096;
/** Users have at most that many characters, so all longer names are nobody's and share one budget. */
const userCharactersMax = 64;
const minuteMs = 60_000;

/**
 * The network stands in for the cookie of OWASP's "device cookies": a pair of user and network that was right before
 * has a budget of its own, which nobody elsewhere can spend; all other pairs share one for the user and one for the
 * network. Names that exist and names that don't are counted alike. All times in monotonic milliseconds.
 */
export class LockOut {
  readonly #places: Budget;
  readonly #users: Budget;
  readonly #networks: Budget;

  constructor(limits: LockOutLimits) {
    const { wrongMax, lockMinutes, lockMinutesMax, newPlaceWrongMax, networkWrongMax, windowMinutes } = limits;
    const doubling = (locks: number) => Math.min(lockMinutes * 2 ** locks, lockMinutesMax);
    this.#places = new Budget(wrongMax, windowMinutes, doubling);
    this.#users = new Budget(newPlaceWrongMax, windowMinutes, () => windowMinutes);
    this.#networks = new Budget(networkWrongMax, windowMinutes, () => windowMinutes);
  }

  /** Locked out: the password must not be looked at. */
  isLocked(attempt: Attempt, now: number): boolean {
    if (attempt.isKnown) return this.#places.isLocked(placeOf(attempt), now);
    return this.#users.isLocked(userOf(attempt), now) || this.#networks.isLocked(attempt.network, now);
  }

  /** The password was wrong. Answers the locks that begin with it. */
  wrong(attempt: Attempt, now: number): readonly Lock[] {
    const counted: readonly [Lock["of"], number | undefined][] = attempt.isKnown
      ? [["place", this.#places.spend(placeOf(attempt), now)]]
      : [
          ["user", this.#users.spend(userOf(attempt), now)],
          ["network", this.#networks.spend(attempt.network, now)],
        ];
    return counted.flatMap(([of, minutes]) => (minutes === undefined ? [] : [{ of, minutes }]));
  }

  /** The password was right. What others spent of the user's or the network's budget stays spent. */
  right(attempt: Attempt): void {
    this.#places.clear(placeOf(attempt));
  }

  /** The user has another password: what was guessed before says nothing of it, and who mended it need not wait. */
  forget(user: string): void {
    this.#users.clear(user);
    for (const key of this.#places.keys()) if (key.endsWith(` ${user}`)) this.#places.clear(key);
  }
}

const userOf = ({ user }: Attempt): string => (user.length > userCharactersMax ? "" : user);
const placeOf = (attempt: Attempt): string => `${attempt.network} ${userOf(attempt)}`;

interface Spent {
  wrong: number;
  /** Locks since it was cleared. */
  locks: number;
  since: number;
  lockedUntil: number;
}

/** Wrong passwords that each of many may have within a time, and how long it is locked when they are spent. */
class Budget {
  readonly #max: number;
  readonly #windowMs: number;
  readonly #lockMinutes: (locks: number) => number;
  readonly #spent = new Map<string, Spent>();

  constructor(max: number, windowMinutes: number, lockMinutes: (locks: number) => number) {
    this.#max = max;
    this.#windowMs = windowMinutes * minuteMs;
    this.#lockMinutes = lockMinutes;
  }

  isLocked(key: string, now: number): boolean {
    return now < (this.#spent.get(key)?.lockedUntil ?? Number.NEGATIVE_INFINITY);
  }

  /** Counts one more; answers for how many minutes it locks, if it does. */
  spend(key: string, now: number): number | undefined {
    const spent = this.#recent(key, now);
    this.#remember(key, spent);
    spent.wrong += 1;
    if (spent.wrong < this.#max) return undefined;
    const minutes = this.#lockMinutes(spent.locks);
    spent.locks += 1;
    spent.wrong = 0;
    spent.lockedUntil = now + minutes * minuteMs;
    spent.since = spent.lockedUntil;
    return minutes;
  }

  keys(): readonly string[] {
    return [...this.#spent.keys()];
  }

  clear(key: string): void {
    this.#spent.delete(key);
  }

  #recent(key: string, now: number): Spent {
    const spent = this.#spent.get(key);
    if (spent !== undefined && now - spent.since < this.#windowMs) return spent;
    return { wrong: 0, locks: 0, since: now, lockedUntil: Number.NEGATIVE_INFINITY };
  }

  #remember(key: string, spent: Spent): void {
    this.#spent.delete(key);
    if (this.#spent.size >= rememberedMax) {
      const { value: oldest } = this.#spent.keys().next();
      if (oldest !== undefined) this.#spent.delete(oldest);
    }
    this.#spent.set(key, spent);
  }
}
