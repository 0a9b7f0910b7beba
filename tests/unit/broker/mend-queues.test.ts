// What is saved of a damaged store is a store again: nobody waits for a message that is gone, and copies are counted anew.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openBrokerStore } from "../../../broker/store/broker-store.ts";
import { readSqliteFile } from "../../../store/read-sqlite-file.ts";
import { faultsOf } from "../../../store/sqlite-file.ts";
import { temporaryDirectory } from "../../fixtures/clean-up.ts";

const events = 600;
const keepOptions = { retain: false, keptAt: 5 };

/** Two sessions that wait for the same events, and the pages of each table. */
async function filled() {
  const path = join(temporaryDirectory(), "broker.sqlite");
  const store = openBrokerStore(path, 0);
  await store.commit.run(() => {
    for (const session of [1, 2]) {
      store.sessions.create(session, `client-${session}`, "");
      store.sessions.subscribe(session, "t/#", 1);
    }
    for (let event = 1; event <= events; event += 1) {
      const message = { topic: `t/${event}`, payload: Buffer.alloc(1_500, event), qos: 1 } as const;
      const receivers = [1, 2].map((session) => ({ session, qos: 1 }) as const);
      store.queue.keep(event, message, receivers, keepOptions);
    }
  });
  store.close();
  return path;
}

function spoil(path: string, table: string, share: readonly [number, number]): void {
  const db = readSqliteFile(path);
  const pageBytes = Number(db.pragma("page_size", { simple: true }));
  const pages = db
    .prepare<[string], number>("SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf' ORDER BY path")
    .pluck()
    .all(table);
  db.close();
  const bytes = readFileSync(path);
  for (const page of pages.slice(Math.floor(pages.length * share[0]), Math.ceil(pages.length * share[1]))) {
    bytes.fill(0xa5, (page - 1) * pageBytes, page * pageBytes);
  }
  writeFileSync(path, bytes);
}

test("messages on broken pages are lost and counted, all others are there for everybody", async () => {
  const path = await filled();
  spoil(path, "events", [0.3, 0.4]);
  spoil(path, "events", [0.7, 0.72]);
  const store = openBrokerStore(path, 1);
  const saved = store.opened.salvaged?.["events"] ?? 0;
  expect(saved).toBeGreaterThan(events * 0.8);
  expect(saved).toBeLessThan(events * 0.95);
  expect(store.opened.salvaged).toMatchObject({ sessions: 2, subscriptions: 2, lost: (events - saved) * 2, again: 0 });
  for (const session of [1, 2]) {
    const queue = store.queue.after(session, 0, 1_000);
    expect(queue).toHaveLength(saved);
    for (const { event, payload, copies } of queue) expect([payload[0], copies]).toEqual([event % 256, 2]);
    expect(queue.at(-1)?.event).toBe(events);
  }
  await store.commit.run(() => {
    for (const session of [1, 2]) while (store.queue.removeSome(session, 500) > 0);
  });
  const rows = readSqliteFile(path);
  expect(
    rows.prepare("SELECT (SELECT count(*) FROM events) + (SELECT count(*) FROM shared_events)").pluck().get(),
  ).toBe(0);
  expect(faultsOf(rows)).toEqual([]);
  rows.close();
  store.close();
});

test("where nobody knows any more who waited for a message, everybody who subscribed gets it", async () => {
  const path = await filled();
  spoil(path, "queue", [0, 1]);
  const store = openBrokerStore(path, 1);
  expect(store.opened.salvaged).toMatchObject({ events, queue: 0, lost: 0, again: events * 2 });
  expect([...store.queue.sums().values()].map(({ queued }) => queued)).toEqual([events, events]);
  store.close();
});

test("messages of sessions that are lost go with them, so that no later session inherits them", async () => {
  const path = await filled();
  spoil(path, "sessions", [0, 1]);
  const store = openBrokerStore(path, 1);
  expect(store.opened.salvaged).toMatchObject({ sessions: 0, lost: events * 2 });
  expect(store.queue.sums().size).toBe(0);
  expect(store.sessions.allSubscriptions()).toEqual([]);
  store.close();
});
