// The publisher against a broker that is played by hand: order, window, losses, refusals and receipts.
import { beforeEach, describe, expect, test, vi } from "vitest";
import { Publisher, type Receipt } from "../../../../agent/publisher/publisher.ts";
import { openSpool, type Spool } from "../../../../agent/spool/spool.ts";
import { afterThisTest } from "../../../fixtures/clean-up.ts";
import { recordLog } from "../../../fixtures/recorded-log.ts";
import { type SetClock, setClock } from "../../../fixtures/set-clock.ts";
import { type FakeLink, fakeLink } from "./fake-link.ts";

let clock: SetClock;
let spool: Spool;
let parked: string[];
let log = recordLog();

beforeEach(() => {
  vi.useFakeTimers();
  clock = setClock();
  parked = [];
  log = recordLog();
  spool = openSpool(":memory:", { waitingMax: 10_000 }, clock.now).spool;
  afterThisTest(() => {
    spool.close();
    vi.useRealTimers();
  });
});

function makePublisher(receipt: Receipt = "puback", formats = 1): Publisher {
  return new Publisher(
    spool,
    {
      receipt,
      windowMax: 16,
      resultMsMax: 120_000,
      messagesOf: (entry) =>
        Array.from({ length: formats }, (_, format) => ({
          topic: `format ${format}`,
          payload: entry.id,
          retain: false,
        })),
      onParked: (entry) => parked.push(entry.id),
    },
    clock,
    log,
  );
}

/** Keeps events named by their sequence; each is offered once it is on the disk. */
function keep(publisher: Publisher, count: number): void {
  for (let index = 0; index < count; index += 1) {
    spool.append(
      "checkin",
      (sequence) => ({ id: `e${sequence}`, json: "{}" }),
      (kept) => {
        if (!(kept instanceof Error)) publisher.offer(kept);
      },
    );
  }
}
const names = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => `e${from + index}`);
/** The broker acknowledges; what that makes room for goes out with the next turn. */
function acknowledge(link: FakeLink, count = 1): void {
  link.acknowledge(count);
  vi.advanceTimersByTime(0);
}
/** Receipts are written after a short while. */
function settle(): void {
  vi.advanceTimersByTime(1_000);
  spool.flush();
}

describe("order and window", () => {
  test("what waits is sent from the oldest on, sixteen at a time", () => {
    const publisher = makePublisher();
    keep(publisher, 100);
    spool.flush();
    const link = fakeLink();
    publisher.onUp(link);
    expect(link.texts).toEqual(names(1, 16));
    acknowledge(link, 4);
    expect(link.texts).toEqual(names(1, 20));
    while (link.unacknowledged > 0) acknowledge(link);
    expect(link.texts).toEqual(names(1, 100));
    settle();
    expect(spool.waiting).toBe(0);
  });

  test("an event that is kept while connected goes out at once, and only once", () => {
    const publisher = makePublisher();
    const link = fakeLink();
    publisher.onUp(link);
    keep(publisher, 3);
    expect(link.texts).toEqual([]); // not before it is on the disk
    spool.flush();
    expect(link.texts).toEqual(names(1, 3));
    settle();
    keep(publisher, 200);
    spool.flush();
    while (link.unacknowledged > 0) acknowledge(link);
    expect(link.texts).toEqual(names(1, 203));
  });

  test("an event counts as acknowledged when all its formats are", () => {
    const publisher = makePublisher("puback", 2);
    keep(publisher, 1);
    spool.flush();
    const link = fakeLink();
    publisher.onUp(link);
    acknowledge(link);
    settle();
    expect(spool.waiting).toBe(1);
    acknowledge(link);
    settle();
    expect(spool.waiting).toBe(0);
  });

  test("events that are still being kept when the connection comes up keep their place", () => {
    const publisher = makePublisher();
    const first = fakeLink();
    publisher.onUp(first);
    keep(publisher, 40);
    spool.flush();
    expect(first.texts).toEqual(names(1, 16));
    publisher.onDown("lost");
    keep(publisher, 5); // not yet on the disk: onUp commits them
    const second = fakeLink();
    publisher.onUp(second);
    while (second.unacknowledged > 0) acknowledge(second);
    expect(second.texts).toEqual(names(1, 45));
  });
});

describe("losses", () => {
  test("what was not acknowledged is sent again over the next connection, from the oldest", () => {
    const publisher = makePublisher();
    keep(publisher, 20);
    spool.flush();
    const first = fakeLink();
    publisher.onUp(first);
    acknowledge(first, 2);
    publisher.onDown("lost");
    const second = fakeLink();
    publisher.onUp(second);
    expect(second.texts).toEqual(["e3"]); // one at a time until the broker has taken one
    acknowledge(second);
    while (second.unacknowledged > 0) acknowledge(second);
    expect(second.texts).toEqual(names(3, 20));
  });

  test("an acknowledgement out of a past connection counts for nothing", () => {
    const publisher = makePublisher();
    keep(publisher, 2);
    spool.flush();
    const first = fakeLink();
    publisher.onUp(first);
    publisher.onDown("lost");
    const second = fakeLink();
    publisher.onUp(second);
    acknowledge(first, 2);
    settle();
    expect(spool.waiting).toBe(2);
  });

  test("a broker that acknowledges nothing for more than 30 s is stuck; an idle one never", () => {
    const publisher = makePublisher();
    const link = fakeLink();
    publisher.onUp(link);
    clock.pass(3_600_000);
    expect(publisher.isStuck()).toBe(false);
    keep(publisher, 2);
    spool.flush();
    clock.pass(30_000);
    expect(publisher.isStuck()).toBe(false);
    acknowledge(link);
    clock.pass(30_000);
    expect(publisher.isStuck()).toBe(false);
    clock.pass(1);
    expect(publisher.isStuck()).toBe(true);
    publisher.onDown("lost");
    expect(publisher.isStuck()).toBe(false);
  });

  test("receipts that the disk could not take are written as soon as it can", () => {
    const publisher = makePublisher();
    keep(publisher, 3);
    spool.flush();
    const link = fakeLink();
    publisher.onUp(link);
    const receipts = vi.spyOn(spool, "receipts").mockImplementation((_positions, done) => done(new Error("disk full")));
    acknowledge(link, 3);
    settle();
    expect(spool.waiting).toBe(3);
    receipts.mockRestore();
    publisher.flush();
    settle();
    expect(spool.waiting).toBe(0);
    expect(link.sent).toHaveLength(3);
  });
});

describe("refusals", () => {
  /** Connects and lets the broker close the connection as soon as it sees this event; others are acknowledged. */
  function connectAndRefuse(publisher: Publisher, poison: string): string[] {
    const link = fakeLink();
    publisher.onUp(link);
    for (let seen = 0; seen < link.sent.length && link.texts[seen] !== poison; seen += 1) acknowledge(link);
    publisher.onDown("lost");
    return [...link.texts];
  }

  /** Refuses the event until it is set aside once more; answers after how many connections. */
  function refuseUntilParked(publisher: Publisher, poison: string): number {
    const before = parked.length;
    let rounds = 0;
    while (parked.length === before && rounds < 20) {
      connectAndRefuse(publisher, poison);
      rounds += 1;
    }
    return rounds;
  }

  /** What one connection sends to a broker that takes everything, until it sees the poison. */
  async function connectAndTakeAll(publisher: Publisher, poison = ""): Promise<readonly string[]> {
    const link = fakeLink();
    publisher.onUp(link);
    for (let turn = 0; turn < 5; turn += 1) {
      while (link.unacknowledged > 0 && link.texts.at(-1) !== poison) acknowledge(link);
      settle();
      await Promise.resolve(); // events that are put back into the queue are sent when that is written
    }
    publisher.onDown("lost");
    return [...link.texts];
  }

  test("an event at which the broker closes five times is parked, reported, and the others pass; then it has another chance", async () => {
    const publisher = makePublisher();
    keep(publisher, 30);
    spool.flush();
    expect(refuseUntilParked(publisher, "e3")).toBe(6); // once among others, then five times alone
    expect(parked).toEqual(["e3"]);
    expect(log.has("error", "the broker refuses this event")).toBe(true);
    settle();
    expect(spool.status()).toMatchObject({ parked: 1 });
    expect(await connectAndTakeAll(publisher, "e3")).toEqual([...names(4, 30), "e3"]); // behind all others
    expect(refuseUntilParked(publisher, "e3")).toBe(5);
    expect(await connectAndTakeAll(publisher)).toEqual([]);
    expect(parked).toEqual(["e3", "e3"]);
    expect(spool.status()).toMatchObject({ waiting: 0, parked: 1, kept: 29 }); // no third chance before the next hour
  });

  test("a broker without room refuses whatever comes: once it takes an event, those that were set aside follow", async () => {
    const publisher = makePublisher();
    keep(publisher, 4);
    spool.flush();
    for (const event of ["e1", "e2", "e3"]) refuseUntilParked(publisher, event);
    expect(parked).toEqual(["e1", "e2", "e3"]);
    expect(await connectAndTakeAll(publisher)).toEqual(["e4", "e1", "e2", "e3"]);
    expect(spool.status()).toMatchObject({ waiting: 0, parked: 0, kept: 4 });
  });

  test("connections that are lost with nothing under way blame nobody", () => {
    const publisher = makePublisher();
    keep(publisher, 1);
    spool.flush();
    for (let round = 0; round < 20; round += 1) {
      const link = fakeLink();
      publisher.onUp(link);
      acknowledge(link);
      publisher.onDown("lost");
    }
    expect(parked).toEqual([]);
  });

  test("a broker that is deaf to everything refuses nothing: giving it up blames no event", () => {
    const publisher = makePublisher();
    keep(publisher, 5);
    spool.flush();
    for (let round = 0; round < 20; round += 1) {
      publisher.onUp(fakeLink());
      publisher.onDown("abandoned");
    }
    expect(parked).toEqual([]);
    expect(spool.status()).toMatchObject({ waiting: 5, parked: 0 });
  });
});

describe("receipt by result", () => {
  test("an event waits for the hospital's answer, whatever the broker acknowledges", () => {
    const publisher = makePublisher("result");
    keep(publisher, 2);
    spool.flush();
    const link = fakeLink();
    publisher.onUp(link);
    acknowledge(link, 2);
    settle();
    expect(spool.waiting).toBe(2);
    publisher.onResult("e1");
    publisher.onResult("e1");
    publisher.onResult("somebody else's");
    settle();
    expect(spool.waiting).toBe(1);
  });

  test("results mean nothing where the broker's acknowledgement is the receipt", () => {
    const publisher = makePublisher("puback");
    keep(publisher, 1);
    spool.flush();
    publisher.onUp(fakeLink());
    publisher.onResult("e1");
    settle();
    expect(spool.waiting).toBe(1);
  });

  test("what is answered too late is sent again, once, and the answered is not", () => {
    const publisher = makePublisher("result");
    keep(publisher, 3);
    spool.flush();
    const link = fakeLink();
    publisher.onUp(link);
    acknowledge(link, 3);
    publisher.onResult("e2"); // its receipt is not yet written
    clock.pass(120_001);
    publisher.sendOverdue();
    publisher.sendOverdue();
    expect(link.texts).toEqual(["e1", "e2", "e3", "e1", "e3"]);
  });

  test("overdue events are sent again even if others are under way at that moment", () => {
    const publisher = makePublisher("result");
    keep(publisher, 1);
    spool.flush();
    const link = fakeLink();
    publisher.onUp(link);
    acknowledge(link);
    clock.pass(120_001);
    keep(publisher, 2);
    spool.flush();
    publisher.sendOverdue();
    acknowledge(link, 2);
    publisher.sendOverdue();
    expect(link.texts).toEqual(["e1", "e2", "e3", "e1"]);
  });

  test("an answer that overtakes the broker's acknowledgement is an answer", () => {
    const publisher = makePublisher("result");
    keep(publisher, 1);
    spool.flush();
    const link = fakeLink();
    publisher.onUp(link);
    publisher.onResult("e1");
    acknowledge(link);
    settle();
    expect(spool.waiting).toBe(0);
    clock.pass(120_001);
    publisher.sendOverdue();
    expect(log.lines).toEqual([]);
    expect(link.sent).toHaveLength(1);
  });

  test("a new connection does not repeat what was acknowledged and still waits for its answer", () => {
    const publisher = makePublisher("result");
    keep(publisher, 300);
    spool.flush();
    const first = fakeLink();
    publisher.onUp(first);
    while (first.unacknowledged > 0) acknowledge(first);
    publisher.onDown("lost");
    keep(publisher, 1);
    const second = fakeLink();
    publisher.onUp(second);
    expect(second.texts).toEqual(["e301"]);
  });
});

test("the receipts that wait are handed over at the end", () => {
  const publisher = makePublisher();
  keep(publisher, 5);
  spool.flush();
  const link = fakeLink();
  publisher.onUp(link);
  acknowledge(link, 5);
  publisher.flush();
  spool.flush();
  expect(spool.waiting).toBe(0);
});
