// Export and import: what goes out comes in the same, an import is whole or nothing and names the line at fault.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { brokerConfigSchema } from "../../../../broker/config.ts";
import { type BrokerStore, openBrokerStore } from "../../../../broker/store/broker-store.ts";
import type { ExportLine } from "../../../../broker/transfer/export-lines.ts";
import { exportLines } from "../../../../broker/transfer/export-store.ts";
import { importLines } from "../../../../broker/transfer/import-store.ts";
import { type Line, readLines } from "../../../../broker/transfer/read-lines.ts";
import { inspectSessions, mismatchesOf, withStore } from "../../../../broker/transfer/read-store.ts";
import { Sqlite } from "../../../../store/sqlite.ts";
import { afterThisTest, temporaryDirectory } from "../../../fixtures/clean-up.ts";

const now = Date.UTC(2026, 10, 22);
const topic = "tiepdon/v1/38xxx/quay-01/checkin/json";
const payload = Buffer.from("invented").toString("base64");

const header: ExportLine = {
  kind: "header",
  format: "tiepdon-broker-export",
  version: 1,
  exportedAt: "2026-11-22T00:00:00.000Z",
};
const session = (clientId: string, more: object = {}) => ({
  ...{ kind: "session", clientId, user: "his", offlineSince: null, subscriptions: [{ filter: topic, qos: 1 }] },
  ...more,
});
const receiver = (clientId: string, more: object = {}) => ({
  clientId,
  qos: 1,
  messageId: null,
  released: false,
  ...more,
});
const message = (receivers: readonly object[], more: object = {}) => ({
  ...{ kind: "message", topic, qos: 1, retain: false, keptAt: now - 1_000, receivers, payload },
  ...more,
});
const end = (sessions: number, messages: number, more: object = {}) => ({
  ...{ kind: "end", sessions, retained: 0, messages, taken: 0 },
  ...more,
});

const linesOf = (objects: readonly unknown[]): Line[] =>
  objects.map((object, index) => ({
    number: index + 1,
    bytes:
      object instanceof Buffer ? object : Buffer.from(typeof object === "string" ? object : JSON.stringify(object)),
  }));

function open(path = join(temporaryDirectory(), "broker.db")): { store: BrokerStore; path: string } {
  const store = openBrokerStore(path, now);
  afterThisTest(() => store.close());
  return { store, path };
}

const take = (store: BrokerStore, objects: readonly unknown[], limits: object = {}) => {
  const config = brokerConfigSchema.parse({ limits });
  return importLines(linesOf(objects), store, { limits: config.limits, now, onProgress: () => {} });
};
const exported = (path: string): ExportLine[] => withStore(path, (db) => [...exportLines(db, now)]);

const qos = fc.constantFrom(0, 1, 2);
const clientId = fc.constantFrom("his", "his-2", "38xxx:quay-01", "màn hình");
const someTopic = fc.constantFrom("a", "a/b", "tiepdon/v1/38xxx/quay-01/state", "tiếng việt/é");
const base64 = (minLength: number) =>
  fc.uint8Array({ minLength, maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString("base64"));
const sessionsOf = fc.uniqueArray(
  fc.record({
    kind: fc.constant("session"),
    clientId,
    user: fc.constantFrom("", "his", "CN=38xxx:quay-01"),
    offlineSince: fc.constant(now),
    subscriptions: fc.uniqueArray(fc.record({ filter: fc.constantFrom("#", "a/#", "b/+"), qos }), {
      selector: ({ filter }) => filter,
    }),
  }),
  { selector: (line) => line.clientId, minLength: 1 },
);

test("what is exported comes in the same and goes out the same", async () => {
  const content = sessionsOf.chain((sessions) => {
    const ids = sessions.map((line) => line.clientId);
    const receivers = fc.uniqueArray(
      fc.record({
        clientId: fc.constantFrom(...ids),
        qos,
        messageId: fc.option(fc.integer({ min: 1, max: 65_535 })),
        released: fc.boolean(),
      }),
      { selector: (line) => line.clientId, minLength: 1 },
    );
    const messages = fc.array(
      fc.record({
        ...{ kind: fc.constant("message"), topic: someTopic, qos, retain: fc.boolean(), receivers },
        ...{ keptAt: fc.option(fc.integer({ min: now - 1_000_000, max: now })), payload: base64(0) },
      }),
      { maxLength: 8 },
    );
    const retained = fc.uniqueArray(
      fc.record({ kind: fc.constant("retained"), topic: someTopic, qos, payload: base64(1) }),
      { selector: (line) => line.topic },
    );
    return fc.record({ sessions: fc.constant(sessions), messages, retained });
  });
  await fc.assert(
    fc.asyncProperty(content, async ({ sessions, messages, retained }) => {
      const { store, path } = open();
      const counts = { sessions: sessions.length, retained: retained.length, messages: messages.length, taken: 0 };
      const given = [header, ...sessions, ...retained, ...messages, { kind: "end", ...counts }];
      expect(await take(store, given)).toEqual(counts);
      const sorted = (lines: readonly unknown[]) => lines.map((line) => JSON.stringify(line, sortedKeys)).sort();
      const found = exported(path);
      expect(sorted(found.slice(1).map(normal))).toEqual(sorted(given.slice(1).map(normal)));
      const isMessage = (line: { kind: string }) => line.kind === "message";
      expect(found.filter(isMessage).map(normal)).toEqual(messages.map(normal)); // in their order
      expect(Object.values(withStore(path, mismatchesOf))).toEqual([0, 0, 0, 0]);
    }),
    { numRuns: 40 },
  );
});

/** Receivers and subscriptions are sets: the store has an order of its own for them. */
function normal(line: object): object {
  const copy: Record<string, unknown> = { ...line };
  for (const name of ["receivers", "subscriptions"]) {
    const list = copy[name];
    if (Array.isArray(list)) copy[name] = list.map((one) => JSON.stringify(one, sortedKeys)).sort();
  }
  return copy;
}

function sortedKeys(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

const ok = [header, session("his"), message([receiver("his")]), end(1, 1)];
const without = (index: number) => ok.filter((_line, place) => place !== index);
const withLine = (index: number, line: unknown) => ok.map((old, place) => (place === index ? line : old));

test.each<[string, readonly unknown[], string, number | undefined]>([
  ["nothing", [], "header-missing", undefined],
  ["no header", without(0), "header-missing", 1],
  ["another file", ["hello", ...ok], "line-not-json", 1],
  ["another kind of JSON", [{ id: 1 }, ...ok], "header-missing", 1],
  ["a later version", withLine(0, { ...header, version: 2, added: true }), "version-unknown", 1],
  ["two headers", [header, ...ok], "line-invalid", 2],
  ["a line that is no JSON", withLine(2, '{"kind":'), "line-not-json", 3],
  ["bytes that are no UTF-8", withLine(2, Buffer.of(0x22, 0xff, 0x22)), "line-not-json", 3],
  ["a member too many", withLine(1, session("his", { more: 1 })), "line-invalid", 2],
  ["a client id with a line end", withLine(1, session("his\n")), "line-invalid", 2],
  [
    "a filter that is none",
    withLine(1, session("his", { subscriptions: [{ filter: "a/#/b", qos: 1 }] })),
    "line-invalid",
    2,
  ],
  ["a topic with a wildcard", withLine(2, message([receiver("his")], { topic: "a/+" })), "line-invalid", 3],
  [
    "a topic of the broker's own",
    withLine(2, message([receiver("his")], { topic: "$SYS/broker/alarms" })),
    "line-invalid",
    3,
  ],
  ["QoS 3", withLine(2, message([receiver("his", { qos: 3 })])), "line-invalid", 3],
  ["message id 0", withLine(2, message([receiver("his", { messageId: 0 })])), "line-invalid", 3],
  ["a payload that is no base64", withLine(2, message([receiver("his")], { payload: "a b" })), "line-invalid", 3],
  ["a message for nobody", withLine(2, message([])), "line-invalid", 3],
  ["a receiver that is not there", withLine(2, message([receiver("her")])), "session-unknown", 3],
  ["a receiver named twice", withLine(2, message([receiver("his"), receiver("his")])), "session-unknown", 3],
  ["a session named twice", [header, session("his"), session("his"), end(2, 0)], "session-twice", 3],
  ["a file cut short", without(3), "end-missing", 3],
  ["a line that was taken out", without(2), "end-wrong", 3],
  ["something behind the end", [...ok, session("her")], "line-after-end", 5],
])("%s is refused with its line, and the store stays empty", async (_what, lines, code, line) => {
  const { store, path } = open();
  await expect(take(store, lines)).rejects.toMatchObject({ code, line });
  expect(exported(path).map(({ kind }) => kind)).toEqual(["header", "end"]);
});

test("faults never quote the line", async () => {
  const { store } = open();
  const secret = "079099000001";
  for (const line of [secret.slice(1) + secret, { kind: "message", topic: secret }]) {
    const error = await take(store, withLine(2, line)).catch((caught: unknown) => caught);
    const told = error instanceof Error ? `${error.message} ${error.stack} ${String(error.cause)}` : "";
    expect(told).toContain("TransferError");
    expect(told).not.toContain(secret);
  }
});

test("a session that is here already stays, gets what it lacks, and the imported messages behind its own", async () => {
  const { store, path } = open();
  await take(store, [header, session("his"), message([receiver("his")], { payload: "MQ==" }), end(1, 1)]);
  const more = session("his", {
    subscriptions: [
      { filter: topic, qos: 0 },
      { filter: "more", qos: 1 },
    ],
  });
  await take(store, [
    ...[header, more, session("her")],
    ...[
      message([receiver("his", { messageId: 7 }), receiver("her", { messageId: 8 })], { payload: "Mg==" }),
      end(2, 1),
    ],
  ]);
  const [, his, her, first, second] = exported(path);
  const filters = [
    { filter: "more", qos: 1 },
    { filter: topic, qos: 1 },
  ];
  expect(his).toMatchObject({ clientId: "his", subscriptions: filters });
  expect(her).toMatchObject({ clientId: "her", offlineSince: now });
  expect(first).toMatchObject({ payload: "MQ==", receivers: [{ clientId: "his" }] });
  expect(second).toMatchObject({
    payload: "Mg==",
    receivers: [
      { clientId: "his", messageId: null }, // its number may be in use here
      { clientId: "her", messageId: 8 },
    ],
  });
});

test.each([
  [
    "the session of another user",
    session("his", { user: "other" }),
    message([receiver("his")]),
    "session-of-another-user",
    2,
  ],
  [
    "half a QoS 2 message",
    session("his"),
    message([receiver("his", { qos: 2, messageId: 3 })], { qos: 2 }),
    "message-under-way",
    3,
  ],
])("%s is not mixed with what is here", async (_what, line, queued, code, number) => {
  const { store, path } = open();
  await take(store, ok);
  const before = exported(path);
  await expect(take(store, [header, line, queued, end(1, 1)])).rejects.toMatchObject({ code, line: number });
  expect(exported(path)).toEqual(before);
});

test("what a topic retains here stays, and bounds of this broker hold", async () => {
  const { store, path } = open();
  const retained = (text: string) => ({
    kind: "retained",
    topic: "a/state",
    qos: 1,
    payload: Buffer.from(text).toString("base64"),
  });
  await take(store, [header, retained("old"), end(0, 0, { retained: 1 })]);
  await take(store, [header, retained("new"), end(0, 0, { retained: 1 })]);
  expect(exported(path)).toContainEqual(retained("old"));
  const many = Array.from({ length: 1_001 }, () => message([receiver("his")]));
  const before = exported(path);
  await expect(
    take(store, [header, session("his"), ...many, end(1, many.length)], { queuedMessagesMax: 1_000 }),
  ).rejects.toMatchObject({ code: "queue-too-large" });
  const old = message([receiver("his")], { keptAt: now - 3_700_000 });
  await expect(take(store, [header, session("his"), old, end(1, 1)], { queuedHoursMax: 1 })).rejects.toMatchObject({
    code: "queue-too-large",
  });
  await expect(
    take(store, [header, session("his"), session("her"), end(2, 0)], { sessionsMax: 1 }),
  ).rejects.toMatchObject({ code: "too-many-sessions" });
  expect(exported(path)).toEqual(before);
});

test("lines are cut right wherever the chunks end, and one without an end is refused before it fills the memory", () => {
  const path = join(temporaryDirectory(), "lines");
  const chunk = 256 * 1024;
  for (const length of [chunk - 2, chunk - 1, chunk, chunk + 1, 2 * chunk]) {
    writeFileSync(path, `${"x".repeat(length)}\n\nlast`);
    const found = [...readLines(path)].map(({ number, bytes }) => [number, bytes.length]);
    expect(found).toEqual([
      [1, length],
      [2, 0],
      [3, 4],
    ]);
  }
  writeFileSync(path, `short\n${"x".repeat(5 * 1024 * 1024)}`);
  expect(() => [...readLines(path)]).toThrow(expect.objectContaining({ code: "line-too-long", line: 2 }));
  writeFileSync(path, "");
  expect([...readLines(path)]).toEqual([]);
});

test("sessions are shown with what they wait for", async () => {
  const { store, path } = open();
  await take(store, [
    header,
    session("his"),
    session("her"),
    message([receiver("his")]),
    message([receiver("his")]),
    end(2, 2),
  ]);
  const bytes = 2 * (topic.length + "invented".length);
  const [her, his] = withStore(path, inspectSessions);
  expect(his).toMatchObject({ clientId: "his", user: "his", queued: 2, bytes, oldestKeptAt: now - 1_000 });
  expect(her).toMatchObject({ clientId: "her", queued: 0, bytes: 0, oldestKeptAt: null, offlineSince: now });
});

test.each([
  ["DELETE FROM events", "copiesWithoutEvent"],
  ["DELETE FROM queue", "eventsWithoutReceiver"],
  ["UPDATE shared_events SET copies = 3", "sharedCountsWrong"],
  ["DELETE FROM sessions", "subscriptionsWithoutSession"],
] as const)("after %s the check finds %s", async (sql, name) => {
  const { store, path } = open();
  await take(store, [header, session("his"), session("her"), message([receiver("his"), receiver("her")]), end(2, 1)]);
  expect(Object.values(withStore(path, mismatchesOf))).toEqual([0, 0, 0, 0]);
  const db = new Sqlite(path);
  db.exec(sql);
  db.close();
  expect(withStore(path, mismatchesOf)[name]).toBeGreaterThan(0);
});

test("no store, another file and a store of another version are told apart", () => {
  const directory = temporaryDirectory();
  const path = join(directory, "broker.db");
  const reading = () => withStore(path, () => 0);
  expect(reading).toThrow(expect.objectContaining({ code: "store-absent" }));
  writeFileSync(path, "x".repeat(10_000));
  expect(reading).toThrow(expect.objectContaining({ code: "store-unreadable" }));
  const { path: other } = open(join(directory, "other.db"));
  for (const [version, code] of [
    [1, "store-older"],
    [999, "store-newer"],
  ] as const) {
    const db = new Sqlite(other);
    db.pragma(`user_version = ${version}`);
    db.close();
    expect(() => withStore(other, () => 0)).toThrow(expect.objectContaining({ code }));
  }
});
