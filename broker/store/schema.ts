// The tables of the broker's one SQLite file. Migrations are only ever appended.

/**
 * - `sessions`: what is kept for a client that asked for it. `offline_since` is empty while it is connected, and where
 *   the clock was not set when it left. Ids are never used again.
 * - `events`: each message once, however many wait for it; `copies` says for how many it was kept at first. `retain` marks a
 *   copy that was sent because of a new subscription. `others` holds members that only aedes' contract knows, as JSON.
 * - `shared_events`: how many copies of an event with several receivers are left; an event with one receiver needs no row.
 * - `queue`: who waits for which event. `message_id` is set once it was sent; `released` once QoS 2 has come to PUBREL. `bytes`
 *   (of topic and payload) and `kept_at` (milliseconds since 1970; empty where the clock was not set) stand here too, so that
 *   a queue is summed up without a look at its events.
 * - `incoming`: QoS 2 message ids that wait for their PUBREL.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE sessions (
    id INTEGER PRIMARY KEY AUTOINCREMENT, client_id TEXT NOT NULL UNIQUE, user TEXT NOT NULL, offline_since INTEGER);
  CREATE TABLE subscriptions (
    session INTEGER NOT NULL, filter TEXT NOT NULL, qos INTEGER NOT NULL, others TEXT,
    PRIMARY KEY (session, filter)) WITHOUT ROWID;
  CREATE TABLE events (
    id INTEGER PRIMARY KEY, topic TEXT NOT NULL, payload, qos INTEGER NOT NULL, retain INTEGER NOT NULL,
    copies INTEGER NOT NULL, others TEXT);
  CREATE TABLE shared_events (event INTEGER PRIMARY KEY, copies INTEGER NOT NULL);
  CREATE TABLE queue (
    session INTEGER NOT NULL, event INTEGER NOT NULL, qos INTEGER NOT NULL, message_id INTEGER,
    released INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (session, event)) WITHOUT ROWID;
  CREATE TABLE retained (topic TEXT PRIMARY KEY, payload NOT NULL, qos INTEGER NOT NULL, others TEXT);
  CREATE TABLE wills (
    client_id TEXT PRIMARY KEY, user TEXT NOT NULL, broker_id TEXT NOT NULL, topic TEXT NOT NULL, payload NOT NULL,
    qos INTEGER NOT NULL, retain INTEGER NOT NULL);
  CREATE TABLE incoming (
    client_id TEXT NOT NULL, message_id INTEGER NOT NULL, packet TEXT, payload,
    PRIMARY KEY (client_id, message_id)) WITHOUT ROWID;
  `,
  `
  ALTER TABLE queue ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE queue ADD COLUMN kept_at INTEGER;
  UPDATE queue SET bytes = coalesce(
    (SELECT length(CAST(topic AS BLOB)) + coalesce(length(CAST(payload AS BLOB)), 0) FROM events WHERE id = event), 0);
  `,
];
