// Reads a spool file beside the agent that owns it.
import type { SqliteFile } from "../../store/sqlite.ts";

/** The spool's name in the data directory. */
export const spoolFileName = "spool.db";

/** Each stream counts its own sequence, so that a subscriber of one topic sees a loss by itself. */
export type Stream = "checkin" | "rejected";

/** The last position, and the last sequence of each stream. */
export type Numbers = Record<Stream | "position", number>;

export interface SpoolStatus {
  /** Events without a receipt, parked ones not counted. */
  readonly waiting: number;
  /** Events that the broker refused again and again; kept, reported, and tried again later. */
  readonly parked: number;
  /** Events with a receipt that are still here for replay. */
  readonly kept: number;
  /** When the oldest waiting event was taken, milliseconds since 1970. */
  readonly oldestWaitingAtMs: number | undefined;
  readonly lastSequence: Readonly<Record<Stream, number>>;
}

export interface StoredEvent {
  readonly position: number;
  readonly stream: Stream;
  readonly state: "waiting" | "parked" | "kept";
  readonly takenAtMs: number;
  readonly json: string;
}

export function readStatus(db: SqliteFile): SpoolStatus {
  const counts = db
    .prepare<[], { waiting: number; parked: number; kept: number; oldest: number | null }>(
      `SELECT count(*) FILTER (WHERE parked_at IS NULL) AS waiting,
              count(parked_at) AS parked,
              (SELECT count(*) FROM event) - count(*) AS kept,
              (SELECT taken_at FROM event WHERE position =
                (SELECT min(position) FROM waiting WHERE parked_at IS NULL)) AS oldest
       FROM waiting`,
    )
    .get();
  const { checkin, rejected } = readNumbers(db);
  return {
    waiting: counts?.waiting ?? 0,
    parked: counts?.parked ?? 0,
    kept: counts?.kept ?? 0,
    oldestWaitingAtMs: counts?.oldest ?? undefined,
    lastSequence: { checkin, rejected },
  };
}

/** The last numbers that were given to events, 0 before the first: out of the rows, or out of `counter` once they are wiped. */
export function readNumbers(db: SqliteFile): Numbers {
  const counted = db.prepare<[string], number>("SELECT last FROM counter WHERE name = ?").pluck();
  const newest = db
    .prepare<[string], number>("SELECT sequence FROM event WHERE stream = ? ORDER BY position DESC LIMIT 1")
    .pluck();
  const position = db.prepare<[], number | null>("SELECT max(position) FROM event").pluck().get() ?? 0;
  return {
    position: Math.max(position, counted.get("position") ?? 0),
    checkin: Math.max(newest.get("checkin") ?? 0, counted.get("checkin") ?? 0),
    rejected: Math.max(newest.get("rejected") ?? 0, counted.get("rejected") ?? 0),
  };
}

/** Events in order, one at a time: a spool may hold more than fits in memory. */
export function readEvents(db: SqliteFile, which: "unsent" | "all"): IterableIterator<StoredEvent> {
  const join = which === "all" ? "LEFT JOIN" : "JOIN";
  return db
    .prepare<[], StoredEvent>(
      `SELECT event.position, stream, taken_at AS takenAtMs, json,
              CASE WHEN waiting.position IS NULL THEN 'kept' WHEN parked_at IS NULL THEN 'waiting' ELSE 'parked' END AS state
       FROM event ${join} waiting ON waiting.position = event.position ORDER BY event.position`,
    )
    .iterate();
}
