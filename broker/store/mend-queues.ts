// Makes the tables of the broker's store fit each other after some of their rows were lost with a damaged file.
import type { Salvaged } from "../../store/salvage.ts";
import type { SqliteFile } from "../../store/sqlite.ts";
import { TopicTree } from "../topic/topic-tree.ts";

interface KeptEvent {
  readonly id: number;
  readonly topic: string;
  readonly qos: number;
  readonly bytes: number;
}

/** Events that are looked at together. */
const eventsAtOnce = 1_000;

/**
 * Within a transaction. Answers how many copies are `lost` since their event or session is, and how many events are sent
 * `again` to everybody who subscribed to them, since nobody knows any more who had not received them.
 */
export function mendQueues(db: SqliteFile, { incomplete }: Salvaged): { lost: number; again: number } {
  const again = incomplete.has("queue") ? queueAgain(db) : 0;
  const lost = db
    .prepare("DELETE FROM queue WHERE event NOT IN (SELECT id FROM events) OR session NOT IN (SELECT id FROM sessions)")
    .run().changes;
  db.exec(`
    DELETE FROM subscriptions WHERE session NOT IN (SELECT id FROM sessions);
    DELETE FROM events WHERE id NOT IN (SELECT event FROM queue);
    DELETE FROM shared_events;
    INSERT INTO shared_events SELECT event, count(*) FROM queue GROUP BY event HAVING count(*) > 1;
    UPDATE events SET copies = coalesce((SELECT copies FROM shared_events WHERE event = id), 1)
      WHERE copies > 1 OR id IN (SELECT event FROM shared_events);`);
  return { lost, again };
}

/** Rights are looked at when each copy is delivered. */
function queueAgain(db: SqliteFile): number {
  const tree = new TopicTree<number>();
  const subscriptions = db
    .prepare<[], { session: number; filter: string; qos: number }>("SELECT * FROM subscriptions WHERE qos > 0")
    .all();
  for (const { session, filter, qos } of subscriptions) tree.add(filter, session, qos);
  const next = db.prepare<[number, number], KeptEvent>(
    `SELECT id, topic, qos, length(CAST(topic AS BLOB)) + coalesce(length(CAST(payload AS BLOB)), 0) AS bytes
     FROM events WHERE id > ? ORDER BY id LIMIT ?`,
  );
  const insert = db.prepare<[number, number, number, number]>(
    "INSERT OR IGNORE INTO queue (session, event, qos, bytes) VALUES (?, ?, ?, ?)",
  );
  let again = 0;
  for (let last = 0; ; ) {
    const events = next.all(last, eventsAtOnce);
    for (const { id, topic, qos, bytes } of events) {
      for (const [session, granted] of tree.match(topic)) {
        again += insert.run(session, id, Math.min(qos, granted), bytes).changes;
      }
    }
    last = events.at(-1)?.id ?? last;
    if (events.length < eventsAtOnce) return again;
  }
}
