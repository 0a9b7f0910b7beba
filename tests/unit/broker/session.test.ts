// What a session sends, and what it sends again, whatever happens to its connection.
import fc from "fast-check";
import { type Packet, parser } from "mqtt-packet";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { everyonesRights, noRights } from "../../../broker/access/rights.ts";
import { newCounters } from "../../../broker/delivery/counters.ts";
import { QueueUpkeep, unnotedMax } from "../../../broker/delivery/queue-upkeep.ts";
import { Router } from "../../../broker/delivery/router.ts";
import type { Line, Session } from "../../../broker/delivery/session.ts";
import { Sessions } from "../../../broker/delivery/sessions.ts";
import { type BrokerStore, openBrokerStore } from "../../../broker/store/broker-store.ts";
import type { Qos } from "../../../broker/store/message.ts";

const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const clock = { now: () => 1_000, monotonic: () => 0, isSynced: () => true };
const caps = { queuedMessagesMax: 1_000, queuedBytesMax: 1_000_000, queuedHoursMax: 1, sessionHours: 1 };
const limits = { inFlightMax: 4, queuedUnkeptMax: 10, unsentBytesMax: 100_000, sessionsMax: 10, ...caps };
const rights = everyonesRights([]);
const publisher = { pending: 0 };

let store: BrokerStore;
let upkeep: QueueUpkeep;
let sessions: Sessions;
let router: Router;
const counters = newCounters();
beforeEach(() => {
  store = openBrokerStore(":memory:", 0);
  open();
});
afterEach(() => {
  upkeep.stop();
  store.close();
});
/** The parts over the store, as a new run of the broker has them. */
function open(): void {
  upkeep = new QueueUpkeep(store, log);
  sessions = new Sessions({ store, upkeep, clock, log, counters, limits, rightsOf: () => rights });
  router = new Router({ store, sessions, upkeep, counters, clock, log, caps, room: { isFull: false } });
  sessions.load();
}

class FakeLine implements Line {
  readonly packets: Packet[] = [];
  isEnded = false;
  isFull = false;
  readonly #parser = parser({ protocolVersion: 4 }).on("packet", (packet) => this.packets.push({ ...packet }));
  write(bytes: Buffer): boolean {
    this.#parser.parse(bytes);
    return !this.isFull;
  }
  unsentBytes(): number {
    return this.isFull ? 200_000 : 0;
  }
  end(): void {
    this.isEnded = true;
  }
  sent(): { text: string; dup: boolean; id: number; qos: number }[] {
    return this.packets.flatMap((packet) =>
      packet.cmd === "publish"
        ? [{ text: String(packet.payload), dup: packet.dup, id: packet.messageId ?? 0, qos: packet.qos }]
        : [],
    );
  }
}

const publish = (text: string, qos: Qos = 1, topic = "t") =>
  new Promise<void>((resolve, reject) =>
    router.publish({ message: { topic, payload: Buffer.from(text), qos }, retain: false, publisher }, (error) =>
      error ? reject(error) : resolve(),
    ),
  );
/** Until every write that was asked for is done. */
const settled = () => store.commit.run(() => {});

async function keptSession(qos = 1): Promise<Session> {
  const session = await sessions.resume("c", "", rights);
  await sessions.subscribe(session, [{ filter: "t", qos }]);
  return session;
}

test("no more than a window is in flight, and each acknowledgement lets the next one go", async () => {
  const session = await keptSession();
  const line = new FakeLine();
  sessions.attach(session, line);
  await Promise.all(["1", "2", "3", "4", "5", "6"].map((text) => publish(text)));
  expect(line.sent().map(({ text }) => text)).toEqual(["1", "2", "3", "4"]);
  session.acknowledge(line.sent()[1]?.id ?? 0);
  session.acknowledge(60_000); // of nothing
  expect(line.sent().map(({ text }) => text)).toEqual(["1", "2", "3", "4", "5"]);
});

test("what was not acknowledged comes again first, under the same message id and marked, even in the next run", async () => {
  const session = await keptSession();
  const line = new FakeLine();
  sessions.attach(session, line);
  await Promise.all(["1", "2", "3"].map((text) => publish(text)));
  const [first, second, third] = line.sent();
  session.acknowledge(second?.id ?? 0);
  sessions.release(session, line);
  await publish("4");

  const again = new FakeLine();
  sessions.attach(session, again);
  await settled();
  const expected = [
    { ...first, dup: true },
    { ...third, dup: true },
    expect.objectContaining({ text: "4", dup: false }),
  ];
  expect(again.sent()).toEqual(expected);

  await new Promise<void>((resolve) => upkeep.settle(resolve));
  open();
  const next = await sessions.resume("c", "", rights);
  const afterRestart = new FakeLine();
  sessions.attach(next, afterRestart);
  await settled();
  expect(afterRestart.sent().slice(0, 2)).toEqual(expected.slice(0, 2));
  expect(new Set(afterRestart.sent().map(({ id }) => id)).size).toBe(3);
});

test("QoS 2 goes on where it stopped: after PUBREC only PUBREL comes again", async () => {
  const session = await keptSession(2);
  const line = new FakeLine();
  sessions.attach(session, line);
  await Promise.all([publish("1", 2), publish("2", 2)]);
  await settled();
  const [first, second] = line.sent();
  expect([first?.qos, second?.qos]).toEqual([2, 2]);
  session.release(first?.id ?? 0);
  sessions.release(session, line);

  const again = new FakeLine();
  sessions.attach(session, again);
  await settled();
  expect(again.packets.map(({ cmd }) => cmd)).toEqual(["pubrel", "publish"]);
  expect(again.packets[0]?.messageId).toBe(first?.id);
  expect(again.sent()).toEqual([{ ...second, dup: true }]);
});

test("a full line is left alone until it drains", async () => {
  const session = await keptSession();
  const line = new FakeLine();
  line.isFull = true;
  sessions.attach(session, line);
  await settled();
  await Promise.all([publish("1"), publish("2"), publish("now or never", 0)]);
  await settled();
  expect(line.sent().map(({ text }) => text)).toEqual(["1"]);
  expect(counters.droppedUnkept).toBe(1);
  line.isFull = false;
  session.drained();
  expect(line.sent().map(({ text }) => text)).toEqual(["1", "2"]);
});

test("a session without a store is disconnected before it fills the memory", async () => {
  const session = sessions.startUnkept("c", "", rights);
  await sessions.subscribe(session, [{ filter: "t", qos: 1 }]);
  const line = new FakeLine();
  sessions.attach(session, line);
  for (let n = 0; n < limits.inFlightMax + limits.queuedUnkeptMax; n += 1) await publish(`${n}`);
  expect(line.isEnded).toBe(false);
  await publish("one too many");
  expect(line.isEnded).toBe(true);
});

test("after a kill everything that may have been sent before is marked, and nothing else", async () => {
  const session = await keptSession();
  const line = new FakeLine();
  sessions.attach(session, line);
  await Promise.all(["1", "2"].map((text) => publish(text)));
  session.acknowledge(line.sent()[0]?.id ?? 0);
  upkeep.stop(); // killed before it wrote any of that
  open();
  await publish("3");
  const next = await sessions.resume("c", "", rights);
  const afterKill = new FakeLine();
  sessions.attach(next, afterKill);
  await settled();
  await publish("4");
  expect(afterKill.sent().map(({ text, dup }) => [text, dup])).toEqual([
    ["1", true],
    ["2", true],
    ["3", false],
    ["4", false],
  ]);

  for (const { id } of afterKill.sent()) next.acknowledge(id);
  sessions.release(next, afterKill);
  await publish("5");
  await new Promise<void>((resolve) => upkeep.settle(resolve));
  upkeep.stop();
  open();
  const away = new FakeLine();
  sessions.attach(await sessions.resume("c", "", rights), away);
  await settled();
  expect(away.sent().map(({ text, dup }) => [text, dup])).toEqual([["5", false]]); // it was not there to get it
});

test("only as many messages are marked after a kill as can have been under way", async () => {
  const session = await keptSession();
  sessions.attach(session, new FakeLine());
  const bound = unnotedMax(limits.inFlightMax);
  await Promise.all(Array.from({ length: bound + 3 }, (_, n) => publish(`${n}`)));
  upkeep.stop();
  open();
  const next = await sessions.resume("c", "", rights);
  const afterKill = new FakeLine();
  sessions.attach(next, afterKill);
  await settled();
  for (let seen = 0; seen < afterKill.sent().length; ) {
    const sent = afterKill.sent();
    for (const { id } of sent.slice(seen)) next.acknowledge(id);
    seen = sent.length;
  }
  expect(afterKill.sent().map(({ dup }) => dup)).toEqual([...Array(bound).fill(true), false, false, false]);
});

test("messages that may not be read any more are withheld, and gone from the queue", async () => {
  const session = await keptSession();
  await Promise.all([publish("1"), publish("2")]);
  session.rights = noRights;
  const line = new FakeLine();
  sessions.attach(session, line);
  await settled();
  await new Promise<void>((resolve) => upkeep.settle(resolve));
  expect(line.packets).toEqual([]);
  expect(session.backlog?.queued).toBe(0);
});

test.each([
  ["by count", { queuedMessagesMax: 3 }],
  ["by bytes", { queuedBytesMax: 6 }], // each has a topic and a payload of one byte
])("a session whose queue is full %s ends as a whole, and others go on", async (_by, cap) => {
  router = new Router({
    store,
    sessions,
    upkeep,
    counters,
    clock,
    log,
    caps: { ...caps, ...cap },
    room: { isFull: false },
  });
  const session = await keptSession();
  for (const text of ["1", "2", "3"]) await publish(text);
  expect(session.backlog).toMatchObject({ queued: 3, bytes: 6 });
  await publish("4");
  expect(sessions.find("c")).toBeUndefined();
  await settled();
  await settled();
  expect(store.sessions.all()).toEqual([]);
  expect(store.queue.sums().size).toBe(0);
});

test("through any mixture of publishing, acknowledging, leaving and restarting nothing is lost or doubled and the order stays", async () => {
  const count = fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 90 }));
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant("publish"), count }) },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant("acknowledge"), count }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom("settle", "publish-late"), count: fc.constant(1) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom("leave", "come", "restart"), count: fc.constant(0) }) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      store = openBrokerStore(":memory:", 0);
      open();
      let session = await keptSession();
      let line: FakeLine | undefined;
      let published = 0;
      const firsts: number[] = [];
      const seen = new Set<number>();
      let onThisLine = new Set<number>();
      const come = async () => {
        line = new FakeLine();
        onThisLine = new Set();
        sessions.attach(session, line);
        await settled();
      };
      /** Without giving a commit the chance to run in between. */
      const acknowledge = (count: number) => {
        for (let n = 0; n < count; n += 1) {
          const packet = line?.packets.shift();
          if (packet?.cmd !== "publish") return;
          const number = Number(packet.payload);
          expect(onThisLine.has(number)).toBe(false);
          onThisLine.add(number);
          if (!seen.has(number)) firsts.push(number);
          seen.add(number);
          session.acknowledge(packet.messageId ?? 0);
        }
      };
      const send = (also?: () => boolean) => {
        const message = { topic: "t", payload: Buffer.from(`${published++}`), qos: 1 } as const;
        router.publish({ message, retain: false, publisher, ...(also && { also }) }, (error) =>
          expect(error).toBeUndefined(),
        );
      };
      await come();
      for (const { kind, count } of steps) {
        if (kind === "publish") for (let n = 0; n < count; n += 1) send();
        else if (kind === "publish-late")
          send(() => true); // as QoS 2 and wills are: delivered after the commit only
        else if (kind === "acknowledge") acknowledge(count);
        else if (kind === "settle") await settled();
        else if (kind === "come") {
          if (line !== undefined) sessions.release(session, line);
          await come();
        } else if (line !== undefined && kind === "leave") {
          sessions.release(session, line);
          line = undefined;
        } else if (kind === "restart") {
          await settled();
          upkeep.stop();
          open();
          session = await sessions.resume("c", "", rights);
          line = undefined;
        }
      }
      await settled();
      await come();
      for (let rounds = 0; rounds <= published / limits.inFlightMax; rounds += 1) {
        acknowledge(published);
        await settled();
      }
      expect(firsts).toEqual(Array.from({ length: published }, (_, n) => n));
      await new Promise<void>((resolve) => upkeep.settle(resolve));
      expect(store.queue.sums().size).toBe(0);
      expect(session.backlog).toMatchObject({ queued: 0, bytes: 0 });
      upkeep.stop();
      store.close();
    }),
    { numRuns: 300 },
  );
});

test("an event that was taken from memory is not read from the store again", async () => {
  const session = await keptSession();
  const line = new FakeLine();
  sessions.attach(session, line);
  await settled();
  await publish("early");
  router.publish(
    { message: { topic: "t", payload: Buffer.from("late"), qos: 1 }, retain: false, publisher, also: () => true },
    () => {},
  );
  await settled();
  expect(line.sent().map(({ text }) => text)).toEqual(["early", "late"]);
});

test("a subscription that the disk refused is in the store once the client asks again", async () => {
  const session = await sessions.resume("c", "", rights);
  const granted = [{ filter: "t", qos: 1 }];
  const write = vi.spyOn(store.sessions, "subscribe").mockImplementation(() => {
    throw new Error("disk full");
  });
  await expect(sessions.subscribe(session, granted)).rejects.toThrow("disk full");
  write.mockRestore();
  await sessions.subscribe(session, granted);
  open();
  expect([...(sessions.find("c")?.filters ?? [])]).toEqual([["t", 1]]);
});
