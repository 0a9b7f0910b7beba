// Reads all that a broker keeps out of its store, line by line, in one snapshot and in little memory.
import type { SqliteFile } from "../../store/sqlite.ts";
import type { Qos } from "../store/message.ts";
import {
  type ExportLine,
  exportFormat,
  exportVersion,
  type LineCounts,
  type MessageLine,
  noLines,
} from "./export-lines.ts";

interface Copy {
  readonly event: number;
  readonly clientId: string;
  readonly qos: Qos;
  readonly messageId: number | null;
  readonly released: number;
  readonly keptAt: number | null;
}

interface Event {
  readonly topic: string;
  readonly payload: unknown;
  readonly qos: Qos;
  readonly retain: number;
}

/** Wills are left out: they belong to connections. `now` in milliseconds since 1970. */
export function* exportLines(db: SqliteFile, now: number): Generator<ExportLine, LineCounts> {
  const counts = noLines();
  yield { kind: "header", format: exportFormat, version: exportVersion, exportedAt: new Date(now).toISOString() };
  for (const line of sessionLines(db)) {
    counts.sessions += 1;
    yield line;
  }
  const retained = db.prepare<[], { topic: string; qos: Qos; payload: unknown }>(
    "SELECT topic, qos, payload FROM retained ORDER BY topic",
  );
  for (const { topic, qos, payload } of retained.iterate()) {
    counts.retained += 1;
    yield { kind: "retained", topic, qos, payload: base64Of(payload) };
  }
  for (const line of messageLines(db)) {
    counts.messages += 1;
    yield line;
  }
  const taken = db.prepare<[], { clientId: string; messageId: number }>(
    "SELECT client_id AS clientId, message_id AS messageId FROM incoming ORDER BY client_id, message_id",
  );
  for (const { clientId, messageId } of taken.iterate()) {
    counts.taken += 1;
    yield { kind: "taken", clientId, messageId };
  }
  yield { kind: "end", ...counts };
  return counts;
}

function* sessionLines(db: SqliteFile): Generator<ExportLine> {
  const subscriptions = db.prepare<[number], { filter: string; qos: Qos }>(
    "SELECT filter, qos FROM subscriptions WHERE session = ? ORDER BY filter",
  );
  const sessions = db.prepare<[], { id: number; clientId: string; user: string; offlineSince: number | null }>(
    "SELECT id, client_id AS clientId, user, offline_since AS offlineSince FROM sessions ORDER BY id",
  );
  for (const { id, ...session } of sessions.iterate()) {
    yield { kind: "session", ...session, subscriptions: subscriptions.all(id) };
  }
}

/** In the order in which they were kept. Only numbers are sorted (SQLite does it on the disk if need be), no payloads. */
function* messageLines(db: SqliteFile): Generator<MessageLine> {
  const copies = db.prepare<[], Copy>(
    `SELECT event, client_id AS clientId, qos, message_id AS messageId, released, kept_at AS keptAt
     FROM queue JOIN sessions ON sessions.id = session ORDER BY event, session`,
  );
  const find = db.prepare<[number], Event>("SELECT topic, payload, qos, retain FROM events WHERE id = ?");
  let of: Copy[] = [];
  for (const copy of copies.iterate()) {
    const [first] = of;
    if (first !== undefined && first.event !== copy.event) {
      yield* messageLine(find.get(first.event), of);
      of = [];
    }
    of.push(copy);
  }
  const [last] = of;
  if (last !== undefined) yield* messageLine(find.get(last.event), of);
}

/** No line where the event itself is gone: a damaged store still gives what it has. */
function* messageLine(event: Event | undefined, copies: readonly Copy[]): Generator<MessageLine> {
  if (event === undefined) return;
  const { topic, qos, retain, payload } = event;
  yield {
    ...{ kind: "message", topic, qos, retain: retain === 1, keptAt: copies[0]?.keptAt ?? null },
    receivers: copies.map((copy) => ({
      ...{ clientId: copy.clientId, qos: copy.qos, messageId: copy.messageId, released: copy.released === 1 },
    })),
    payload: base64Of(payload),
  };
}

/** Aedes' contract lets a payload be text. */
function base64Of(payload: unknown): string {
  return (payload instanceof Uint8Array ? Buffer.from(payload) : Buffer.from(String(payload ?? ""))).toString("base64");
}
