// What the facility is told about a desk, in which order, and when no longer.
import { beforeEach, expect, test } from "vitest";
import { Presence } from "../../../../agent/publisher/presence.ts";
import { deskTopics } from "../../../../protocol/topics.ts";
import { type FakeLink, fakeLink } from "./fake-link.ts";

const topics = deskTopics("01234", "quay-01");
let word: "online" | "degraded";
let presence: Presence;
let link: FakeLink;

beforeEach(() => {
  word = "online";
  link = fakeLink();
  presence = new Presence(topics, {
    boot: "b7",
    stateWord: () => word,
    lastSequence: () => 12,
    now: () => Date.UTC(2026, 10, 21),
    info: () => ({ version: "1" }),
    health: () => ({ accepted: 12 }),
    readers: () => [{ id: "qr-1", state: "error", reason: "port-claimed", info: { profile: "m" } }],
  });
});

const sent = () => link.sent.map(({ topic, payload }) => ({ topic, ...JSON.parse(payload.toString()) }));
const offline = Buffer.from(JSON.stringify({ state: "offline", boot: "b6" }));

test("birth: starting, info, readers, health, then the true state, all retained", () => {
  presence.onUp(link);
  expect(link.sent.map(({ topic }) => topic)).toEqual([
    topics.state,
    topics.info,
    topics.readerInfo("qr-1"),
    topics.readerState("qr-1"),
    topics.health,
    topics.state,
  ]);
  expect(link.sent.every(({ retain }) => retain)).toBe(true);
  expect(sent()[0]).toMatchObject({
    state: "starting",
    boot: "b7",
    sequence: "0000000012",
    ts: "2026-11-21T00:00:00.000Z",
  });
  expect(sent()[3]).toMatchObject({ state: "error", reason: "port-claimed", boot: "b7" });
  expect(sent()[4]).toMatchObject({ accepted: 12, boot: "b7" });
  expect(sent()[5]).toMatchObject({ state: "online" });
});

test("birth comes again with every connection", () => {
  presence.onUp(link);
  presence.onDown();
  link = fakeLink();
  presence.onUp(link);
  expect(link.sent).toHaveLength(6);
});

test("the will says offline, retained, with the boot", () => {
  const will = presence.will();
  expect(will).toMatchObject({ topic: topics.state, retain: true });
  expect(JSON.parse(will.payload.toString())).toMatchObject({ state: "offline", boot: "b7" });
});

test("a state is told when it is news", () => {
  presence.onUp(link);
  const before = link.sent.length;
  presence.sendState();
  expect(link.sent).toHaveLength(before);
  word = "degraded";
  presence.sendState();
  presence.sendState();
  expect(sent().slice(before)).toMatchObject([{ topic: topics.state, state: "degraded" }]);
});

test("a stale offline on our own topic is corrected, anything else is left alone", () => {
  presence.onUp(link);
  const before = link.sent.length;
  presence.onOwnState(Buffer.from('{"state":"online"}'));
  presence.onOwnState(Buffer.from(""));
  presence.onOwnState(Buffer.from([0xff, 0xfe]));
  expect(link.sent).toHaveLength(before);
  presence.onOwnState(offline);
  presence.onOwnState(Buffer.from('{ "state" : "offline" }'));
  expect(sent().slice(before)).toMatchObject([{ state: "online" }, { state: "online" }]);
});

test("nothing follows the goodbye, not even the correction of our own offline", async () => {
  presence.onUp(link);
  const before = link.sent.length;
  const goodbye = presence.sayGoodbye();
  presence.onOwnState(offline);
  presence.sendHealth();
  presence.sendEvent("late");
  word = "degraded";
  presence.sendState();
  expect(sent().slice(before)).toMatchObject([{ topic: topics.state, state: "offline" }]);
  link.acknowledge(link.unacknowledged);
  await goodbye;
});

test("a goodbye without a connection is over at once", async () => {
  await presence.sayGoodbye();
});

test("an event goes out at once, not retained", () => {
  presence.onUp(link);
  presence.sendEvent("spool_full", { waiting: 5 });
  expect(link.sent.at(-1)).toMatchObject({ topic: topics.event, retain: false });
  expect(sent().at(-1)).toMatchObject({ kind: "spool_full", waiting: 5, boot: "b7" });
});

test("events of the time without a connection are told when it is back, the latest of them", () => {
  for (let event = 1; event <= 100; event += 1) presence.sendEvent("event_parked", { event });
  presence.onUp(link);
  const events = sent().filter(({ topic }) => topic === topics.event);
  expect(events.map(({ event }) => event)).toEqual(Array.from({ length: 32 }, (_, index) => 69 + index));
  presence.onDown();
  link = fakeLink();
  presence.onUp(link);
  expect(sent().filter(({ topic }) => topic === topics.event)).toEqual([]);
});
