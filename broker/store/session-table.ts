// The sessions that outlive a connection, with what they subscribed to.
import type { SqliteFile } from "../../store/sqlite.ts";

export interface StoredSession {
  readonly id: number;
  readonly clientId: string;
  readonly user: string;
  /** Milliseconds since 1970; null while it is connected. */
  readonly offlineSince: number | null;
}

export interface StoredSubscription {
  readonly session: number;
  readonly filter: string;
  readonly qos: number;
  /** Members that only aedes' contract knows, as JSON. */
  readonly others: string | null;
}

/** All calls are synchronous; those that write belong inside a transaction. */
export class SessionTable {
  readonly #create;
  readonly #byClientId;
  readonly #all;
  readonly #remove;
  readonly #setOffline;
  readonly #subscribe;
  readonly #unsubscribe;
  readonly #unsubscribeAll;
  readonly #subscriptions;
  readonly #allSubscriptions;
  #lastId: number;

  constructor(db: SqliteFile) {
    const columns = "SELECT id, client_id AS clientId, user, offline_since AS offlineSince FROM sessions";
    this.#create = db.prepare<[number, string, string]>("INSERT INTO sessions (id, client_id, user) VALUES (?, ?, ?)");
    this.#byClientId = db.prepare<[string], StoredSession>(`${columns} WHERE client_id = ?`);
    this.#all = db.prepare<[], StoredSession>(columns);
    this.#remove = db.prepare<[number]>("DELETE FROM sessions WHERE id = ?");
    this.#setOffline = db.prepare<[number | null, number]>("UPDATE sessions SET offline_since = ? WHERE id = ?");
    this.#subscribe = db.prepare<[number, string, number, string | null]>(
      "INSERT OR REPLACE INTO subscriptions (session, filter, qos, others) VALUES (?, ?, ?, ?)",
    );
    this.#unsubscribe = db.prepare<[number, string]>("DELETE FROM subscriptions WHERE session = ? AND filter = ?");
    this.#unsubscribeAll = db.prepare<[number]>("DELETE FROM subscriptions WHERE session = ?");
    this.#subscriptions = db.prepare<[number], StoredSubscription>("SELECT * FROM subscriptions WHERE session = ?");
    this.#allSubscriptions = db.prepare<[], StoredSubscription & { clientId: string }>(
      `SELECT subscriptions.*, client_id AS clientId FROM subscriptions JOIN sessions ON sessions.id = session
       ORDER BY session, filter`,
    );
    this.#lastId = db.prepare<[], number>("SELECT seq FROM sqlite_sequence WHERE name = 'sessions'").pluck().get() ?? 0;
  }

  /** An id that no session ever had. */
  newId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  /** A new session, connected. Throws when there is one of that client id. */
  create(id: number, clientId: string, user: string): void {
    this.#create.run(id, clientId, user);
  }

  find(clientId: string): StoredSession | undefined {
    return this.#byClientId.get(clientId);
  }

  all(): readonly StoredSession[] {
    return this.#all.all();
  }

  /** Ends a session. What waits in its queue is left for `EventQueue.removeSome`. */
  remove(id: number): void {
    this.#unsubscribeAll.run(id);
    this.#remove.run(id);
  }

  setOffline(id: number, since: number | null): void {
    this.#setOffline.run(since, id);
  }

  subscribe(id: number, filter: string, qos: number, others: string | null = null): void {
    this.#subscribe.run(id, filter, qos, others);
  }

  unsubscribe(id: number, filter: string): void {
    this.#unsubscribe.run(id, filter);
  }

  unsubscribeAll(id: number): void {
    this.#unsubscribeAll.run(id);
  }

  /** In the order of the filters. */
  subscriptions(id: number): readonly StoredSubscription[] {
    return this.#subscriptions.all(id);
  }

  /** In the order of sessions and filters. */
  allSubscriptions(): readonly (StoredSubscription & { readonly clientId: string })[] {
    return this.#allSubscriptions.all();
  }
}
