// The bounds of a kept session's queue: told of long before, and kept.
import fc from "fast-check";
import { afterEach, expect, test, vi } from "vitest";
import { everyonesRights } from "../../../broker/access/rights.ts";
import { alarmStep, alarmSteps } from "../../../broker/delivery/alarm-step.ts";
import { newCounters } from "../../../broker/delivery/counters.ts";
import { overflowOf, shareOf } from "../../../broker/delivery/queue-caps.ts";
import { QueueUpkeep } from "../../../broker/delivery/queue-upkeep.ts";
import { QueueWatch } from "../../../broker/delivery/queue-watch.ts";
import { Router } from "../../../broker/delivery/router.ts";
import type { Line } from "../../../broker/delivery/session.ts";
import { Sessions } from "../../../broker/delivery/sessions.ts";
import { openBrokerStore } from "../../../broker/store/broker-store.ts";
import { Sqlite } from "../../../store/sqlite.ts";

const caps = { queuedMessagesMax: 10, queuedBytesMax: 1_000, queuedHoursMax: 10, sessionHours: 100 };
const limits = { inFlightMax: 4, queuedUnkeptMax: 10, unsentBytesMax: 100_000, sessionsMax: 10, ...caps };
const rights = everyonesRights([]);
const hourMs = 3_600_000;

let time = { wall: 1_000, running: 0, isSynced: true };
const clock = { now: () => time.wall, monotonic: () => time.running, isSynced: () => time.isSynced };
function pass(ms: number): void {
  time = { ...time, wall: time.wall + ms, running: time.running + ms };
}

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
  time = { wall: 1_000, running: 0, isSynced: true };
});

function setUp() {
  const said: { level: string; facts: object }[] = [];
  const note = (level: string) => (facts: object) => said.push({ level, facts });
  const log = { debug: note("debug"), info: note("info"), warn: note("warn"), error: note("error") };
  const store = openBrokerStore(":memory:", 0);
  const counters = newCounters();
  const upkeep = new QueueUpkeep(store, log);
  const start = () => {
    const sessions = new Sessions({ store, upkeep, clock, log, counters, limits, rightsOf: () => rights });
    sessions.load();
    const router = new Router({ store, sessions, upkeep, counters, clock, log, caps, room: { isFull: false } });
    return { sessions, router, watch: new QueueWatch({ sessions, caps, log }) };
  };
  closing.push(() => {
    upkeep.stop();
    store.close();
  });
  return { said, store, start, ...start() };
}
const line: Line = { write: () => true, unsentBytes: () => 0, end: () => {} };

async function publish(router: Router, text: string): Promise<void> {
  const message = { topic: "t", payload: Buffer.from(text), qos: 1 } as const;
  await new Promise((resolve) => router.publish({ message, retain: false, publisher: { pending: 0 } }, resolve));
}

test("each step is told of once on the way up, and again only after the queue was well below it", async () => {
  const { sessions, router, watch, said } = setUp();
  const session = await sessions.resume("his", "his", rights);
  await sessions.subscribe(session, [{ filter: "t", qos: 1 }]);
  for (let n = 1; n <= 10; n += 1) {
    await publish(router, "x");
    watch.look();
    watch.look();
  }
  expect(said).toEqual([
    { level: "warn", facts: expect.objectContaining({ clientId: "his", queued: 5, bytes: 10, step: 0.5 }) },
    { level: "warn", facts: expect.objectContaining({ queued: 8, step: 0.8 }) },
    { level: "warn", facts: expect.objectContaining({ queued: 10, share: 1, step: 0.95 }) },
  ]);
});

test("a step is left well below it only, so that a wavering queue is told of once", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 2, noNaN: true }), { maxLength: 50 }), (shares) => {
      let step = 0;
      for (const share of shares) {
        const next = alarmStep(share, step);
        expect([0, ...alarmSteps]).toContain(next);
        if (next > step) expect(share).toBeGreaterThanOrEqual(next);
        if (next < step) expect(share).toBeLessThan(step * 0.9);
        for (const above of alarmSteps) if (share >= above) expect(next).toBeGreaterThanOrEqual(above);
        step = next;
      }
    }),
  );
});

test("the nearest bound counts, and an empty queue is near none", () => {
  const facts = { clientId: "c", queued: 1, bytes: 100, oldestMs: 2 * hourMs, awayMs: 90 * hourMs };
  expect(shareOf(facts, caps)).toBe(0.9);
  expect(shareOf({ ...facts, awayMs: undefined }, caps)).toBe(0.2);
  expect(shareOf({ ...facts, awayMs: undefined, oldestMs: undefined }, caps)).toBe(0.1);
  expect(shareOf({ ...facts, queued: 0 }, caps)).toBe(0);
  expect(overflowOf({ queued: 9, bytes: 900 }, 100, caps)).toBeUndefined();
  expect(overflowOf({ queued: 9, bytes: 901 }, 100, caps)).toBe("queue-too-large");
  expect(overflowOf({ queued: 10, bytes: 0 }, 1, caps)).toBe("queue-full");
});

test("a client that is here but takes nothing loses its session when its oldest message is too old", async () => {
  const { sessions, router, watch, said } = setUp();
  const session = await sessions.resume("c", "", rights);
  await sessions.subscribe(session, [{ filter: "t", qos: 1 }]);
  sessions.attach(session, line);
  await publish(router, "old");
  pass(10 * hourMs);
  await publish(router, "new");
  watch.look();
  expect(watch.facts()).toEqual([expect.objectContaining({ queued: 2, oldestMs: 10 * hourMs, share: 1 })]);
  pass(1);
  watch.look();
  expect(sessions.find("c")).toBeUndefined();
  expect(said.at(-1)).toEqual({ level: "error", facts: expect.objectContaining({ why: "queue-too-old", queued: 2 }) });
});

test("a clock that jumps ends no session, neither for what it holds nor for its absence", async () => {
  const { sessions, router, watch, start } = setUp();
  time.isSynced = false;
  const session = await sessions.resume("c", "", rights);
  await sessions.subscribe(session, [{ filter: "t", qos: 1 }]);
  sessions.attach(session, line);
  sessions.release(session, line);
  await publish(router, "while nobody knew the time");
  time = { ...time, wall: 20 * 365 * 24 * hourMs, isSynced: true };
  watch.look();
  expect(watch.facts()).toEqual([expect.objectContaining({ queued: 1, oldestMs: undefined, awayMs: 0 })]);
  expect(start().watch.facts()).toEqual([expect.objectContaining({ queued: 1, awayMs: 0 })]);
  pass(100 * hourMs);
  watch.look();
  expect(sessions.find("c")).toBeDefined();
  pass(1);
  watch.look();
  expect(sessions.find("c")).toBeUndefined();
});

test("a start before the clock is set ends no session, and its absence counts once the clock is", async () => {
  const { sessions, router, start } = setUp();
  const session = await sessions.resume("c", "", rights);
  await sessions.subscribe(session, [{ filter: "t", qos: 1 }]);
  sessions.attach(session, line);
  sessions.release(session, line);
  await publish(router, "kept");
  time = { wall: 20 * 365 * 24 * hourMs, running: 0, isSynced: false };
  const { watch } = start();
  watch.look();
  expect(watch.facts()).toEqual([expect.objectContaining({ queued: 1, oldestMs: undefined, awayMs: 0 })]);
  time = { wall: 3 * hourMs + 1_000, running: hourMs, isSynced: true };
  expect(watch.facts()).toEqual([expect.objectContaining({ oldestMs: 3 * hourMs, awayMs: 3 * hourMs })]);
  pass(hourMs);
  expect(watch.facts()).toEqual([expect.objectContaining({ oldestMs: 4 * hourMs, awayMs: 4 * hourMs })]);
});

test("a session that a full disk does not let go is removed as soon as it can be, and its client may come back", async () => {
  const { sessions, router, watch, store } = setUp();
  const session = await sessions.resume("c", "", rights);
  await sessions.subscribe(session, [{ filter: "t", qos: 1 }]);
  await publish(router, "nobody fetches this");
  const remove = vi.spyOn(store.sessions, "remove").mockImplementation(() => {
    throw new Sqlite.SqliteError("database or disk is full", "SQLITE_FULL");
  });
  sessions.startUnkept("c", "", rights);
  store.commit.flush();
  remove.mockRestore();
  expect(store.queue.sums().size).toBe(1);
  watch.look();
  store.commit.flush();
  expect(store.queue.sums().size).toBe(0);
  expect((await sessions.resume("c", "", rights)).backlog?.queued).toBe(0);
});

test("counts, bytes and times are there again after a restart", async () => {
  const { sessions, router, start } = setUp();
  const session = await sessions.resume("c", "", rights);
  await sessions.subscribe(session, [{ filter: "t", qos: 1 }]);
  sessions.attach(session, { ...line });
  sessions.release(session, line);
  for (const text of ["one", "two", "három"]) await publish(router, text);
  pass(hourMs);
  expect(start().watch.facts()).toEqual([
    expect.objectContaining({ clientId: "c", queued: 3, bytes: 3 + 3 + 3 + 6, oldestMs: hourMs }),
  ]);
});
