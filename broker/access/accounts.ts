// How the accounts are used: from which networks each has logged in, and which were unused for so long that they are closed.
import type { Clock, Log } from "../../protocol/host.ts";
import { type AccountStore, dayOf, type Place } from "./account-store.ts";

/** Networks of one user that are remembered; beyond it the one that was used longest ago is forgotten. */
const networksMax = 64;
/** Days after which a network is forgotten that the user never came back to. */
const networkDays = 90;
/** What was used is written after this time, in milliseconds, so that 50 desks that come back cost one commit. */
const writeMs = 1_000;

export interface AccountsOptions {
  readonly store: AccountStore;
  /** 0 closes none. */
  readonly unusedDays: number;
  readonly clock: Clock;
  readonly log: Log;
}

export class Accounts {
  readonly #options: AccountsOptions;
  readonly #uses: Map<string, number>;
  /** By user, then by network, the one that was used longest ago first. */
  readonly #places = new Map<string, Map<string, number>>();
  #unwrittenUses = new Map<string, number>();
  #unwrittenPlaces: Place[] = [];
  #forgotten: Omit<Place, "day">[] = [];
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  /** Reads the store. Throws what the file system says. */
  constructor(options: AccountsOptions) {
    this.#options = options;
    const { store, clock } = options;
    this.#uses = new Map(store.uses());
    const oldest = dayOf(clock.now()) - networkDays;
    for (const place of store.places()) {
      if (place.day >= oldest || !clock.isSynced()) this.#placesOf(place.user).set(place.network, place.day);
      else this.#forgotten.push(place);
    }
  }

  isKnownPlace(user: string, network: string): boolean {
    return this.#places.get(user)?.has(network) === true;
  }

  /** Was it unused for so long that it is closed? A clock that was never set closes nothing. */
  isUnused(user: string): boolean {
    const { store, unusedDays, clock } = this.#options;
    if (unusedDays === 0 || !clock.isSynced()) return false;
    const isOld = (day: number | undefined) => day !== undefined && dayOf(clock.now()) - day > unusedDays;
    if (!isOld(this.#uses.get(user))) return false;
    const kept = store.lastUse(user); // a command may have opened it again
    if (kept !== undefined) this.#uses.set(user, kept);
    return isOld(kept);
  }

  /** The user is here, and came from that network where it has shown a password. */
  noteUse(user: string, network?: string): void {
    const { clock } = this.#options;
    if (this.#isClosed) return;
    const today = dayOf(clock.now());
    if (clock.isSynced() && this.#uses.get(user) !== today) {
      this.#uses.set(user, today);
      this.#unwrittenUses.set(user, today);
      this.#writeSoon();
    }
    if (network !== undefined && this.#places.get(user)?.get(network) !== today) this.#notePlace(user, network, today);
  }

  /** These are all users now: who is new counts as used today, who is gone is forgotten. */
  follow(users: ReadonlySet<string>): void {
    for (const user of users) if (!this.#uses.has(user)) this.noteUse(user);
    for (const user of [...this.#uses.keys(), ...this.#places.keys()]) if (!users.has(user)) this.#forget(user);
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#write();
    this.#options.store.close();
  }

  #notePlace(user: string, network: string, day: number): void {
    const places = this.#placesOf(user);
    places.delete(network);
    places.set(network, day);
    this.#unwrittenPlaces.push({ user, network, day });
    const [oldest] = places.keys();
    if (places.size > networksMax && oldest !== undefined) {
      places.delete(oldest);
      const isOther = (place: Place) => place.user !== user || place.network !== oldest;
      this.#unwrittenPlaces = this.#unwrittenPlaces.filter(isOther);
      this.#forgotten.push({ user, network: oldest });
    }
    this.#writeSoon();
  }

  #placesOf(user: string): Map<string, number> {
    const places = this.#places.get(user) ?? new Map<string, number>();
    this.#places.set(user, places);
    return places;
  }

  #forget(user: string): void {
    this.#uses.delete(user);
    this.#places.delete(user);
    this.#unwrittenUses.delete(user);
    this.#unwrittenPlaces = this.#unwrittenPlaces.filter((place) => place.user !== user);
    this.#attempt(() => this.#options.store.remove(user));
  }

  #writeSoon(): void {
    this.#timer ??= setTimeout(() => this.#write(), writeMs);
  }

  #write(): void {
    this.#timer = undefined;
    const [uses, places, forgotten] = [this.#unwrittenUses, this.#unwrittenPlaces, this.#forgotten];
    if (uses.size + places.length + forgotten.length === 0) return;
    this.#unwrittenUses = new Map();
    this.#unwrittenPlaces = [];
    this.#forgotten = [];
    this.#attempt(() => this.#options.store.write({ uses, places, forgotten }));
  }

  /** What can't be written is noted again on the next day of use; nobody is kept out for it. */
  #attempt(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#options.log.error({ error }, "The use of accounts could not be written");
    }
  }
}
