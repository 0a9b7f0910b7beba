// Opens a broker's store for reading, beside a running broker or without one, and shows what lies in it: never a payload.
import { statSync } from "node:fs";
import { readSqliteFile } from "../../store/read-sqlite-file.ts";
import type { SqliteFile } from "../../store/sqlite.ts";
import { migrations } from "../store/schema.ts";
import { TransferError } from "./transfer-error.ts";

/** Calls `use` with a snapshot: what is written meanwhile is not seen. Throws `TransferError`, or that nobody may look. */
export function withStore<T>(path: string, use: (db: SqliteFile) => T): T {
  if (statSync(path, { throwIfNoEntry: false }) === undefined) throw new TransferError("store-absent");
  const db = openForReading(path);
  try {
    const version = versionOf(db);
    if (version < migrations.length) throw new TransferError("store-older");
    if (version > migrations.length) throw new TransferError("store-newer");
    db.exec("BEGIN");
    return use(db);
  } finally {
    db.close();
  }
}

/** Is this a store that this version's broker can open? An older one is, since the broker brings it up. Throws `TransferError`. */
export function checkUsable(path: string): void {
  const db = openForReading(path);
  try {
    const version = versionOf(db);
    if (version > migrations.length) throw new TransferError("store-newer");
  } finally {
    db.close();
  }
}

function openForReading(path: string): SqliteFile {
  try {
    return readSqliteFile(path);
  } catch (cause) {
    throw new TransferError("store-unreadable", { cause });
  }
}

function versionOf(db: SqliteFile): number {
  try {
    const tables = db.prepare<[], number>("SELECT COUNT(*) FROM sqlite_schema WHERE name IN ('sessions', 'queue')");
    if (tables.pluck().get() !== 2) throw new TransferError("store-unreadable");
    return Number(db.pragma("user_version", { simple: true }));
  } catch (cause) {
    throw cause instanceof TransferError ? cause : new TransferError("store-unreadable", { cause });
  }
}

export interface InspectedSession {
  readonly clientId: string;
  readonly user: string;
  readonly subscriptions: readonly { readonly filter: string; readonly qos: number }[];
  readonly queued: number;
  readonly bytes: number;
  /** Milliseconds since 1970; null without a message, or where the clock was not set. */
  readonly oldestKeptAt: number | null;
  /** Milliseconds since 1970; null while its client is connected. */
  readonly offlineSince: number | null;
}

/** Kept sessions, in the order of their client ids. */
export function inspectSessions(db: SqliteFile): readonly InspectedSession[] {
  const subscriptions = db.prepare<[number], { filter: string; qos: number }>(
    "SELECT filter, qos FROM subscriptions WHERE session = ? ORDER BY filter",
  );
  const oldest = db
    .prepare<[number], number | null>("SELECT kept_at FROM queue WHERE session = ? ORDER BY event LIMIT 1")
    .pluck();
  return db
    .prepare<[], Omit<InspectedSession, "subscriptions" | "oldestKeptAt"> & { id: number }>(
      `SELECT id, client_id AS clientId, user, offline_since AS offlineSince,
         coalesce(queued, 0) AS queued, coalesce(bytes, 0) AS bytes
       FROM sessions LEFT JOIN
         (SELECT session, COUNT(*) AS queued, SUM(bytes) AS bytes FROM queue GROUP BY session) ON session = id
       ORDER BY client_id`,
    )
    .all()
    .map(({ id, clientId, user, queued, bytes, offlineSince }) => ({
      ...{ clientId, user, subscriptions: subscriptions.all(id), queued, bytes },
      ...{ oldestKeptAt: oldest.get(id) ?? null, offlineSince },
    }));
}

export interface InspectedQueue {
  readonly clientId: string;
  readonly topic: string;
  readonly queued: number;
  readonly bytes: number;
  readonly oldestKeptAt: number | null;
  /** Sent, and not acknowledged yet. */
  readonly underWay: number;
}

/** What each session waits for, by topic. */
export function inspectQueues(db: SqliteFile): Iterable<InspectedQueue> {
  return db
    .prepare<[], InspectedQueue>(
      `SELECT client_id AS clientId, topic, COUNT(*) AS queued, SUM(bytes) AS bytes, MIN(kept_at) AS oldestKeptAt,
         COUNT(message_id) AS underWay
       FROM queue JOIN sessions ON sessions.id = session JOIN events ON events.id = event
       GROUP BY client_id, topic ORDER BY client_id, topic`,
    )
    .iterate();
}

export interface InspectedRetained {
  readonly topic: string;
  readonly qos: number;
  readonly bytes: number;
}

export function inspectRetained(db: SqliteFile): Iterable<InspectedRetained> {
  return db
    .prepare<[], InspectedRetained>(
      "SELECT topic, qos, length(CAST(payload AS BLOB)) AS bytes FROM retained ORDER BY topic",
    )
    .iterate();
}

/** What does not fit together though each page is sound: how often each is found. All are 0 in a good store. */
export interface StoreMismatches {
  readonly copiesWithoutEvent: number;
  readonly eventsWithoutReceiver: number;
  readonly sharedCountsWrong: number;
  readonly subscriptionsWithoutSession: number;
}

export function mismatchesOf(db: SqliteFile): StoreMismatches {
  const count = (sql: string) => db.prepare<[], number>(`SELECT COUNT(*) FROM ${sql}`).pluck().get() ?? 0;
  return {
    copiesWithoutEvent: count("queue WHERE event NOT IN (SELECT id FROM events)"),
    eventsWithoutReceiver: count("events WHERE id NOT IN (SELECT event FROM queue)"),
    sharedCountsWrong: count(
      `(SELECT event, COUNT(*) AS found FROM queue GROUP BY event) AS counted
       LEFT JOIN shared_events ON shared_events.event = counted.event
       WHERE found <> coalesce(shared_events.copies, 1)`,
    ),
    subscriptionsWithoutSession: count("subscriptions WHERE session NOT IN (SELECT id FROM sessions)"),
  };
}
