// All sessions of the broker, kept ones and others: who exists, who owns which client id, who subscribed to what.
import type { Clock, Log } from "../../protocol/host.ts";
import { noRights, type Rights } from "../access/rights.ts";
import type { BrokerStore } from "../store/broker-store.ts";
import type { QueueSum } from "../store/event-queue.ts";
import { TopicTree } from "../topic/topic-tree.ts";
import { Backlog } from "./backlog.ts";
import type { Counters } from "./counters.ts";
import { type QueueCaps, type QueueFacts, type SessionEnd, shareOf } from "./queue-caps.ts";
import { type QueueUpkeep, unnotedMax } from "./queue-upkeep.ts";
import { type Line, Session, type SessionLimits } from "./session.ts";

export interface SessionsOptions {
  readonly store: BrokerStore;
  readonly upkeep: QueueUpkeep;
  readonly clock: Clock;
  readonly log: Log;
  readonly counters: Counters;
  readonly limits: SessionLimits & QueueCaps & { readonly sessionsMax: number };
  /** The rights that a user has now; none for one who is gone. */
  readonly rightsOf: (user: string) => Rights;
  /** Told of each message that was withheld from a session for want of rights. */
  readonly onWithheld?: (session: Session, topic: string) => void;
}

/** Rows removed in one step after a session ended, so that a queue of a million holds nobody up. */
const removedAtOnce = 500;

const emptyQueue: QueueSum = { queued: 0, bytes: 0 };

export class Sessions {
  readonly tree = new TopicTree<Session>();
  readonly #options: SessionsOptions;
  readonly #byClientId = new Map<string, Session>();
  /** By the clock that nobody sets, so that a Pi whose clock jumps when it finds the network ends no session. */
  readonly #awaySince = new Map<Session, number>();
  /** When clients left before the start, milliseconds since 1970: counts once the time of day is known. */
  readonly #leftBefore = new Map<Session, number>();
  /** Of ended sessions that the disk did not let go. */
  readonly #unswept = new Set<number>();

  constructor(options: SessionsOptions) {
    this.#options = options;
  }

  /** Takes over what the store kept. A client that was connected when the last run ended counts as gone from now. */
  load(): void {
    const { store, clock, rightsOf, limits } = this.#options;
    const now = clock.now();
    const sums = new Map(store.queue.sums());
    for (const { id, clientId, user, offlineSince } of store.sessions.all()) {
      const backlog = this.#backlog(id, sums.get(id) ?? emptyQueue);
      if (offlineSince === null) backlog.sentUnnotedUpTo = store.queue.nth(id, unnotedMax(limits.inFlightMax));
      const session = this.#newSession(clientId, user, rightsOf(user), backlog);
      for (const { filter, qos } of store.sessions.subscriptions(id)) this.#connect(session, filter, qos);
      this.#awaySince.set(session, clock.monotonic());
      if (offlineSince !== null) this.#leftBefore.set(session, offlineSince);
      if (offlineSince === null && clock.isSynced()) this.#write(() => store.sessions.setOffline(id, now));
      sums.delete(id);
    }
    for (const orphan of sums.keys()) this.#sweep(orphan);
  }

  find(clientId: string): Session | undefined {
    return this.#byClientId.get(clientId);
  }

  all(): Iterable<Session> {
    return this.#byClientId.values();
  }

  /** Kept sessions of one user. */
  keptCountOf(user: string): number {
    let count = 0;
    for (const session of this.#byClientId.values()) {
      if (session.user === user && session.backlog !== undefined) count += 1;
    }
    return count;
  }

  get keptCount(): number {
    let count = 0;
    for (const session of this.#byClientId.values()) if (session.backlog !== undefined) count += 1;
    return count;
  }

  /** A session that ends with its connection; one that was kept before is dropped (MQTT 3.1.1 clause 3.1.2.4). */
  startUnkept(clientId: string, user: string, rights: Rights): Session {
    const before = this.#byClientId.get(clientId);
    if (before !== undefined) this.#drop(before);
    return this.#newSession(clientId, user, rights, undefined);
  }

  /** The kept session of that client id, or a new one. Rejects when it can't be written. */
  async resume(clientId: string, user: string, rights: Rights): Promise<Session> {
    const { commit, sessions } = this.#options.store;
    const before = this.#byClientId.get(clientId);
    if (before?.backlog !== undefined) {
      before.rights = rights;
      before.isResumed = true;
      await commit.run(() => {}); // behind the step that may be creating it just now
      return before;
    }
    if (before !== undefined) this.#drop(before);
    const id = sessions.newId();
    const session = this.#newSession(clientId, user, rights, this.#backlog(id, emptyQueue));
    try {
      await commit.run(() => sessions.create(id, clientId, user));
    } catch (error) {
      this.#forget(session);
      throw error;
    }
    return session;
  }

  attach(session: Session, line: Line): void {
    session.line?.end();
    this.#endAbsence(session);
    this.#noteOffline(session, null);
    session.attach(line);
  }

  /** The connection is gone, whether it was attached or not. */
  release(session: Session, line: Line): void {
    const wasAttached = session.line === line;
    session.detach(line);
    if (this.#byClientId.get(session.clientId) !== session) return;
    if (session.willLine === line) {
      session.willLine = undefined;
      this.#write(() => this.#options.store.wills.remove(session.clientId)); // sent by now, or not wanted any more
    }
    if (session.backlog === undefined) {
      if (session.line === undefined) this.#forget(session);
    } else if (wasAttached) {
      const { clock } = this.#options;
      this.#awaySince.set(session, clock.monotonic());
      if (clock.isSynced()) this.#noteOffline(session, clock.now());
    }
  }

  /** Is the stored will of that client id this connection's? During a take-over it is the newer one's. */
  holdsWill(session: Session, line: Line): boolean {
    const holder = this.#byClientId.get(session.clientId)?.willLine;
    return holder === undefined || holder === line;
  }

  /** Adds the subscriptions, or changes their QoS. For a kept session it resolves after the commit, else at once. */
  async subscribe(session: Session, granted: readonly { filter: string; qos: number }[]): Promise<void> {
    const { commit, sessions } = this.#options.store;
    for (const { filter, qos } of granted) {
      if (session.filters.get(filter) !== qos) this.#connect(session, filter, qos);
    }
    const id = session.backlog?.session;
    if (id === undefined) return;
    await commit.run(() => {
      // Held against the store and not against memory, which is ahead of it where the disk refused an earlier attempt.
      const stored = new Map(sessions.subscriptions(id).map(({ filter, qos }) => [filter, qos]));
      for (const { filter, qos } of granted) if (stored.get(filter) !== qos) sessions.subscribe(id, filter, qos);
    });
  }

  async unsubscribe(session: Session, filters: readonly string[]): Promise<void> {
    const { commit, sessions } = this.#options.store;
    for (const filter of filters) {
      session.dropFilter(filter);
      this.tree.remove(filter, session);
    }
    const id = session.backlog?.session;
    if (id === undefined) return;
    await commit.run(() => {
      for (const filter of filters) sessions.unsubscribe(id, filter);
    });
  }

  /** Ends a kept session that nobody fetches, as the only alternative to losing single messages of it in silence. */
  end(session: Session, why: SessionEnd): void {
    const { log, counters, clock } = this.#options;
    counters.sessionsEnded += 1;
    if ((session.backlog?.queued ?? 0) > 0) counters.lastAtMs.loss = clock.monotonic();
    const { clientId, user } = session;
    log.error(
      { clientId, user, why, queued: session.backlog?.queued, bytes: session.backlog?.bytes },
      "A subscriber's session was ended, its messages are dropped",
    );
    this.#drop(session);
  }

  /** Undefined for a session that ends with its connection. */
  factsOf(session: Session): QueueFacts | undefined {
    const { backlog, clientId } = session;
    if (backlog === undefined) return undefined;
    const { clock, limits } = this.#options;
    const { queued, bytes, oldestKeptAt } = backlog;
    const isAgeKnown = oldestKeptAt !== undefined && clock.isSynced();
    const oldestMs = isAgeKnown ? Math.max(clock.now() - oldestKeptAt, 0) : undefined;
    const facts = { clientId, queued, bytes, oldestMs, awayMs: this.#awayMs(session) };
    return { ...facts, share: shareOf(facts, limits) };
  }

  #awayMs(session: Session): number | undefined {
    const { clock } = this.#options;
    const leftBefore = this.#leftBefore.get(session);
    if (leftBefore !== undefined && clock.isSynced()) {
      this.#leftBefore.delete(session);
      const sinceStart = this.#awaySince.get(session) ?? 0;
      this.#awaySince.set(session, Math.min(sinceStart, clock.monotonic() - (clock.now() - leftBefore)));
    }
    const awaySince = this.#awaySince.get(session);
    return awaySince === undefined ? undefined : clock.monotonic() - awaySince;
  }

  #endAbsence(session: Session): void {
    this.#awaySince.delete(session);
    this.#leftBefore.delete(session);
  }

  /**
   * Gives everybody the rights that they have now, and drops the subscriptions beyond them. Those of a user who is gone
   * stay, without any rights: who replaces an account by removing and adding it loses no subscriber's session.
   */
  refreshRights(): void {
    for (const session of this.#byClientId.values()) {
      session.rights = this.#options.rightsOf(session.user);
      if (session.rights === noRights) continue;
      const closed = session.closedFilters();
      if (closed.length > 0) this.#unsubscribeInVain(session, closed);
    }
  }

  /** Nobody waits for it: what stays in the store delivers nothing, since every delivery is checked. */
  #unsubscribeInVain(session: Session, filters: readonly string[]): void {
    const { log } = this.#options;
    const { clientId, user } = session;
    log.warn({ clientId, user, filters: filters.length }, "Subscriptions were dropped: the user's rights have changed");
    this.unsubscribe(session, filters).catch((error: unknown) => {
      log.error({ error, clientId }, "Subscriptions could not be dropped from the store");
    });
  }

  #drop(session: Session): void {
    this.#forget(session);
    session.line?.end();
    const id = session.backlog?.session;
    if (id === undefined) return;
    this.#write(() => this.#options.store.incoming.removeAll(session.clientId));
    this.#sweep(id);
  }

  #forget(session: Session): void {
    for (const filter of session.filters.keys()) this.tree.remove(filter, session);
    session.filters.clear();
    this.#endAbsence(session);
    this.#byClientId.delete(session.clientId);
  }

  /** Tries again to remove what the disk did not let go: a session that stays keeps its client out, and its queue fills the store. */
  sweepAgain(): void {
    const ids = [...this.#unswept];
    this.#unswept.clear();
    for (const id of ids) this.#sweep(id);
  }

  /** Removes from the store what is left of a session, a part of its queue at a time. */
  #sweep(id: number): void {
    const { commit, queue, sessions } = this.#options.store;
    let removed = 0;
    commit.add(
      () => {
        sessions.remove(id);
        removed = queue.removeSome(id, removedAtOnce);
      },
      (error) => {
        if (error !== undefined) this.#unswept.add(id);
        else if (removed === removedAtOnce) this.#sweep(id);
      },
    );
  }

  #noteOffline(session: Session, since: number | null): void {
    const id = session.backlog?.session;
    if (id !== undefined) this.#write(() => this.#options.store.sessions.setOffline(id, since));
  }

  /** Writes what may be lost in a kill. */
  #write(work: () => void): void {
    this.#options.store.commit.add(work, (error) => {
      if (error !== undefined) this.#options.log.error({ error }, "The state of a session could not be written");
    });
  }

  #connect(session: Session, filter: string, qos: number): void {
    session.addFilter(filter, qos);
    this.tree.add(filter, session, qos);
  }

  #backlog(id: number, sum: QueueSum): Backlog {
    return new Backlog(id, sum, this.#options.store, this.#options.upkeep);
  }

  #newSession(clientId: string, user: string, rights: Rights, backlog: Backlog | undefined): Session {
    const { limits, counters, onWithheld } = this.#options;
    const session = new Session({ clientId, user, rights, backlog, limits, counters, onWithheld });
    this.#byClientId.set(clientId, session);
    return session;
  }
}
