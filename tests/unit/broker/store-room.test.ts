// The room that is left for the store, and what is said and refused when it runs out.
import { expect, test } from "vitest";
import { StoreRoom } from "../../../broker/store/store-room.ts";

const limits = { storeBytesMax: 1_000, diskFreeBytesMin: 100 };

function setUp() {
  const now = { used: 0, reusable: 0, free: 10_000 as number | Error };
  const said: string[] = [];
  const note = (level: string) => (_facts: object, sentence: string) => said.push(`${level}: ${sentence}`);
  const room = new StoreRoom({
    store: { usedBytes: () => now.used, reusableBytes: () => now.reusable },
    storePath: "/somewhere/broker.db",
    limits,
    log: { debug: note("debug"), info: note("info"), warn: note("warn"), error: note("error") },
    diskFree: () => {
      if (now.free instanceof Error) throw now.free;
      return now.free;
    },
  });
  const see = (seen: Partial<typeof now>) => {
    Object.assign(now, seen);
    room.look();
    return room.isFull;
  };
  return { room, said, see };
}

test("a store that fills up is told of in steps, is full at its bound, and opens again a little below it", () => {
  const { room, said, see } = setUp();
  const seen = [400, 500, 600, 800, 950, 999, 1_000, 1_100, 980, 969, 999].map((used) => see({ used }));
  expect(seen).toEqual([false, false, false, false, false, false, true, true, true, false, false]);
  expect(room.facts).toEqual({ storeBytes: 999, diskFreeBytes: 10_000, share: 0.999, isFull: false });
  const warned = "warn: The room for the store runs out";
  expect(said).toEqual([
    ...[warned, warned, warned],
    "error: The store has no room left: messages that need keeping are refused, desks keep them",
    "info: The store has room again: messages are taken",
  ]);
});

test("a disk that fills up counts as well, and one that says nothing does not", () => {
  const { said, see } = setUp();
  expect([300, 200, 101, 100, 50, 102, 200].map((free) => see({ free }))).toEqual([
    ...[false, false, false],
    ...[true, true, true],
    false,
  ]);
  expect(said.map((line) => line.slice(0, 5))).toEqual(["warn:", "warn:", "error", "info:"]);
  expect(see({ free: new Error("no answer") })).toBe(false);
});

test("a drained file takes messages on a full disk as long as it has room inside", () => {
  const { see } = setUp();
  expect(see({ free: 50 })).toBe(true);
  expect(see({ reusable: 60 })).toBe(false);
  expect(see({ reusable: 50 })).toBe(true);
  expect(see({ free: 0, reusable: 500 })).toBe(false);
});

test("a bound of nothing takes all there is", () => {
  const room = new StoreRoom({
    store: { usedBytes: () => 1, reusableBytes: () => 0 },
    storePath: "/somewhere/broker.db",
    limits: { ...limits, diskFreeBytesMin: 0 },
    log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
    diskFree: () => 0,
  });
  room.look();
  expect(room.isFull).toBe(false);
});
