// The events that sessions wait for, in the order in which they were kept.
import type { DamageWatch } from "../../store/damage-watch.ts";
import type { SqliteFile } from "../../store/sqlite.ts";
import { type Message, messageBytes, type Qos } from "./message.ts";

/** Who is to get an event, and at which QoS. */
export interface Receiver {
  readonly session: number;
  readonly qos: Qos;
}

/** One session's copy of an event. */
export interface QueuedEvent {
  readonly event: number;
  readonly topic: string;
  readonly payload: Buffer;
  /** The granted QoS if that is lower than the message's. */
  readonly qos: Qos;
  /** Kept because of a new subscription to a retained message. */
  readonly retain: boolean;
  /** For how many sessions the event was kept at first. */
  readonly copies: number;
  /** Of topic and payload. */
  readonly bytes: number;
  /** Set when it was sent before. */
  readonly messageId: number | null;
  /** QoS 2: the subscriber has it, and PUBREL is what it waits for. */
  readonly released: boolean;
  /** Members that only aedes' contract knows, as JSON. */
  readonly others: string | null;
}

/** What one session waits for, summed up. */
export interface QueueSum {
  readonly queued: number;
  /** Of topics and payloads. */
  readonly bytes: number;
}

/** How an event is kept. */
export interface KeepOptions {
  readonly retain: boolean;
  /** Milliseconds since 1970; null where the clock is not set. */
  readonly keptAt: number | null;
  /** Members that only aedes' contract knows, as JSON. */
  readonly others?: string | null;
}

type Row = Omit<QueuedEvent, "retain" | "released"> & { retain: number; released: number };

/** All calls are synchronous; those that write belong inside a transaction. */
export class EventQueue {
  readonly #insertEvent;
  readonly #insertShared;
  readonly #insertCopy;
  readonly #after;
  readonly #assign;
  readonly #release;
  readonly #deleteCopy;
  readonly #takeShared;
  readonly #deleteShared;
  readonly #deleteEvent;
  readonly #sums;
  readonly #oldest;
  readonly #nth;
  readonly #orphans;
  readonly #damage: DamageWatch;
  #lastEvent: number;

  constructor(db: SqliteFile, damage: DamageWatch) {
    this.#damage = damage;
    this.#insertEvent = db.prepare<[number, string, unknown, number, number, number, string | null]>(
      "INSERT INTO events (id, topic, payload, qos, retain, copies, others) VALUES (?, ?, ?, ?, ?, ?, ?)",
    );
    this.#insertShared = db.prepare<[number, number]>("INSERT INTO shared_events (event, copies) VALUES (?, ?)");
    this.#insertCopy = db.prepare<[number, number, number, number, number | null]>(
      "INSERT INTO queue (session, event, qos, bytes, kept_at) VALUES (?, ?, ?, ?, ?)",
    );
    this.#after = db.prepare<[number, number, number], Row>(
      `SELECT event, topic, payload, queue.qos, retain, copies, bytes, message_id AS messageId, released, others
       FROM queue JOIN events ON events.id = queue.event WHERE session = ? AND event > ? ORDER BY event LIMIT ?`,
    );
    this.#assign = db.prepare<[number, number, number]>(
      "UPDATE queue SET message_id = ? WHERE session = ? AND event = ?",
    );
    this.#release = db.prepare<[number, number]>("UPDATE queue SET released = 1 WHERE session = ? AND event = ?");
    this.#deleteCopy = db.prepare<[number, number]>("DELETE FROM queue WHERE session = ? AND event = ?");
    this.#takeShared = db
      .prepare<[number], number>("UPDATE shared_events SET copies = copies - 1 WHERE event = ? RETURNING copies")
      .pluck();
    this.#deleteShared = db.prepare<[number]>("DELETE FROM shared_events WHERE event = ?");
    this.#deleteEvent = db.prepare<[number]>("DELETE FROM events WHERE id = ?");
    this.#sums = db.prepare<[], QueueSum & { session: number }>(
      "SELECT session, COUNT(*) AS queued, SUM(bytes) AS bytes FROM queue GROUP BY session",
    );
    this.#oldest = db
      .prepare<[number], number | null>("SELECT kept_at FROM queue WHERE session = ? ORDER BY event LIMIT 1")
      .pluck();
    this.#nth = db
      .prepare<[number, number], number>("SELECT event FROM queue WHERE session = ? ORDER BY event LIMIT 1 OFFSET ?")
      .pluck();
    this.#orphans = db.prepare<[number, number], { session: number; event: number; copies: number }>(
      "SELECT session, event, copies FROM queue JOIN events ON events.id = queue.event WHERE session = ? LIMIT ?",
    );
    // Counted here and not by SQLite, which gives the number of a deleted newest row away again: a reader that has
    // come past that number would never see the new event.
    this.#lastEvent = db.prepare<[], number | null>("SELECT MAX(id) FROM events").pluck().get() ?? 0;
  }

  /** A number for an event, higher than all before. */
  newId(): number {
    this.#lastEvent += 1;
    return this.#lastEvent;
  }

  /** Keeps an event for at least one receiver, each named once. Events have to be kept in the order of their numbers. */
  keep(event: number, message: Message, receivers: readonly Receiver[], options: KeepOptions): void {
    const { topic, payload, qos } = message;
    const { retain, keptAt, others = null } = options;
    this.#insertEvent.run(event, topic, payload, qos, retain ? 1 : 0, receivers.length, others);
    if (receivers.length > 1) this.#insertShared.run(event, receivers.length);
    const bytes = messageBytes(message);
    for (const receiver of receivers) this.#insertCopy.run(receiver.session, event, receiver.qos, bytes, keptAt);
  }

  /** What a session waits for, from the first event behind `cursor`. */
  after(session: number, cursor: number, limit: number): readonly QueuedEvent[] {
    return this.#damage
      .guard(() => this.#after.all(session, cursor, limit))
      .map((row) => ({ ...row, retain: row.retain === 1, released: row.released === 1 }));
  }

  /** Remembers under which message id an event was sent. */
  assign(session: number, event: number, messageId: number): void {
    this.#assign.run(messageId, session, event);
  }

  /** Remembers that the subscriber has the event and only PUBREL is left. */
  release(session: number, event: number): void {
    this.#release.run(session, event);
  }

  /** Ends a session's wait for an event. The event goes with its last copy. False when it did not wait for it. */
  remove(session: number, event: number, copies: number): boolean {
    if (this.#deleteCopy.run(session, event).changes === 0) return false;
    if (copies > 1) {
      if ((this.#takeShared.get(event) ?? 0) > 0) return true;
      this.#deleteShared.run(event);
    }
    this.#deleteEvent.run(event);
    return true;
  }

  /** Ends a session's wait for up to `limit` events; answers how many these were. */
  removeSome(session: number, limit: number): number {
    const found = this.#orphans.all(session, limit);
    for (const { event, copies } of found) this.remove(session, event, copies);
    return found.length;
  }

  /** What each session waits for; reads the narrow table once, and no event. */
  sums(): ReadonlyMap<number, QueueSum> {
    return new Map(this.#sums.all().map(({ session, queued, bytes }) => [session, { queued, bytes }]));
  }

  /** The number of the `count`th event in a session's queue; of the last event of all where there are fewer. */
  nth(session: number, count: number): number {
    return this.#nth.get(session, count - 1) ?? this.#lastEvent;
  }

  /** When the first event in a session's queue was kept, milliseconds since 1970; undefined where that is not known. */
  oldestKeptAt(session: number): number | undefined {
    return this.#oldest.get(session) ?? undefined;
  }
}
