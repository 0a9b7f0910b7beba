// The durable queue: order, sequence without gaps, receipts, parking, wiping, limits, and a disk that is full.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readEvents, type Stream, spoolFileName } from "../../../../agent/spool/read-spool.ts";
import { openSpool, Spool, type SpoolEntry, SpoolFull, spoolMigrations } from "../../../../agent/spool/spool.ts";
import { readSqliteFile } from "../../../../store/read-sqlite-file.ts";
import { isDiskTrouble } from "../../../../store/sqlite.ts";
import { openSqliteFile } from "../../../../store/sqlite-file.ts";
import { afterThisTest, temporaryDirectory } from "../../../fixtures/clean-up.ts";

let now = 1_000;
const limits = { waitingMax: 1_000 };

function open(path: string, waitingMax = limits.waitingMax) {
  const { spool, opened } = openSpool(path, { waitingMax }, () => now);
  afterThisTest(() => spool.close());
  return { spool, ...opened };
}
const newFile = () => join(temporaryDirectory(), spoolFileName);
const inMemory = (waitingMax?: number) => open(":memory:", waitingMax).spool;

function append(spool: Spool, count: number, stream: Stream = "checkin"): (SpoolEntry | Error)[] {
  const kept: (SpoolEntry | Error)[] = [];
  for (let index = 0; index < count; index += 1) {
    spool.append(
      stream,
      (sequence) => ({ id: `${stream} ${sequence}`, json: `{"sequence":${sequence}}` }),
      (entry) => kept.push(entry),
    );
  }
  spool.flush();
  return kept;
}
function receive(spool: Spool, positions: readonly number[]): void {
  spool.receipts(positions, (error) => expect(error).toBeUndefined());
  spool.flush();
}
const ids = (entries: readonly (SpoolEntry | Error)[]) =>
  entries.map((entry) => (entry instanceof Error ? entry.name : entry.id));

test("nothing is told before the commit; then each is, in order, with a sequence of its stream", () => {
  const spool = inMemory();
  let isTold = false;
  spool.append(
    "checkin",
    () => ({ id: "first", json: "{}" }),
    () => {
      isTold = true;
    },
  );
  expect(isTold).toBe(false);
  spool.flush();
  expect(isTold).toBe(true);
  expect(ids(append(spool, 2))).toEqual(["checkin 2", "checkin 3"]);
  expect(ids(append(spool, 2, "rejected"))).toEqual(["rejected 1", "rejected 2"]);
  expect(ids(append(spool, 1))).toEqual(["checkin 4"]);
  expect(spool.lastCheckIn).toBe(4);
  expect(ids(spool.next(0, 100))).toEqual(["first", "checkin 2", "checkin 3", "rejected 1", "rejected 2", "checkin 4"]);
});

test("an event that can't be made spends no sequence number and no place", () => {
  const spool = inMemory();
  append(spool, 1);
  const told: (SpoolEntry | Error)[] = [];
  const tell = (entry: SpoolEntry | Error) => told.push(entry);
  spool.append("checkin", (sequence) => ({ id: `e${sequence}`, json: "{}" }), tell);
  spool.append(
    "checkin",
    () => {
      throw new Error("no");
    },
    tell,
  );
  spool.append("checkin", (sequence) => ({ id: `e${sequence}`, json: "{}" }), tell);
  spool.flush();
  expect(ids(told)).toEqual(["e2", "Error", "e3"]);
  expect(spool.waiting).toBe(3);
});

test("everything is as it was after reopening, and counting goes on", () => {
  const path = newFile();
  const first = open(path).spool;
  const kept = append(first, 5);
  append(first, 1, "rejected");
  receive(first, [1, 2]);
  first.close();
  const again = open(path).spool;
  expect(again.waiting).toBe(4);
  expect(ids(again.next(0, 100))).toEqual([...ids(kept).slice(2), "rejected 1"]);
  expect(ids(append(again, 1))).toEqual(["checkin 6"]);
});

test("positions are never reused, even when everything was wiped", async () => {
  const path = newFile();
  const first = open(path).spool;
  append(first, 3);
  receive(first, [1, 2, 3]);
  const wiped = first.wipe(now + 1);
  first.flush();
  expect(await wiped).toBe(3);
  first.close();
  const [entry] = append(open(path).spool, 1);
  expect(entry).toMatchObject({ position: 4, id: "checkin 4" });
});

test("a receipt ends the wait once, in whatever order receipts come", () => {
  const spool = inMemory();
  append(spool, 10);
  receive(spool, [7, 3, 4, 4, 99]);
  receive(spool, [3]);
  expect(spool.waiting).toBe(7);
  expect(spool.next(0, 100).map(({ position }) => position)).toEqual([1, 2, 5, 6, 8, 9, 10]);
  expect(spool.status()).toMatchObject({ waiting: 7, kept: 3, parked: 0 });
});

test("reading goes on after a position, in portions", () => {
  const spool = inMemory();
  append(spool, 10);
  expect(spool.next(3, 4).map(({ position }) => position)).toEqual([4, 5, 6, 7]);
  expect(spool.next(10, 4)).toEqual([]);
});

test("a parked event blocks nobody and waits for another chance", async () => {
  const spool = inMemory();
  append(spool, 3);
  spool.park(2);
  spool.park(2);
  spool.flush();
  expect(spool.next(0, 100).map(({ position }) => position)).toEqual([1, 3]);
  expect(spool.status()).toMatchObject({ waiting: 2, parked: 1 });
  expect(spool.waiting).toBe(2);
  const unparked = spool.unpark();
  spool.flush();
  expect(await unparked).toBe(1);
  expect(spool.waiting).toBe(3);
  expect(spool.next(0, 100)).toHaveLength(3);
});

test("a receipt for a parked event ends it without being counted twice", () => {
  const spool = inMemory();
  append(spool, 3);
  spool.park(2);
  receive(spool, [1, 2]);
  expect(spool.waiting).toBe(1);
  expect(spool.status()).toMatchObject({ waiting: 1, parked: 0, kept: 2 });
});

test("wiping erases what was taken long ago and has its receipt, nothing else, a bounded number at a time", async () => {
  const spool = inMemory();
  now = 1_000;
  append(spool, 700);
  now = 5_000;
  append(spool, 1);
  receive(
    spool,
    Array.from({ length: 701 }, (_, index) => index + 1).filter((position) => position !== 10),
  );
  const wipe = async (before: number) => {
    const wiped = spool.wipe(before);
    spool.flush();
    return await wiped;
  };
  expect([await wipe(2_000), await wipe(2_000), await wipe(2_000)]).toEqual([500, 199, 0]);
  expect(spool.status()).toMatchObject({ waiting: 1, kept: 1, oldestWaitingAtMs: 1_000 });
});

test("wiped events leave no readable trace in the file", async () => {
  const path = newFile();
  const { spool } = open(path);
  spool.append(
    "checkin",
    () => ({ id: "x", json: "a word that must go" }),
    () => undefined,
  );
  spool.flush();
  receive(spool, [1]);
  const wiped = spool.wipe(now + 1);
  spool.flush();
  await wiped;
  spool.close();
  expect(readFileSync(path).includes("a word that must go")).toBe(false);
});

test("the beginning of a scan that a reader never finishes is erased after a minute, and leaves no trace", async () => {
  const path = newFile();
  const startedAt = now;
  afterThisTest(() => {
    now = startedAt;
  });
  const { spool } = open(path);
  const keep = (reader: string, words: string) => spool.scanPartsOf(reader).keep(Buffer.from(words), () => undefined);
  const isKept = (reader: string) => spool.scanPartsOf(reader).read() !== undefined;
  const wipe = async () => {
    const wiped = spool.wipe(0);
    spool.flush();
    await wiped;
  };
  keep("unplugged", "half of a name");
  spool.flush();
  now += 59_000;
  keep("sending", "another half");
  await wipe();
  expect([isKept("unplugged"), isKept("sending")]).toEqual([true, true]);
  now += 2_000;
  await wipe();
  expect([isKept("unplugged"), isKept("sending")]).toEqual([false, true]);
  now -= 10_000_000; // the clock was ahead, and is right now
  await wipe();
  expect(isKept("sending")).toBe(false);
  spool.close();
  expect(readFileSync(path).includes("half of a name")).toBe(false);
});

test("beyond the limit nothing is kept, and one burst can't overrun it", () => {
  const spool = inMemory(10);
  const kept = append(spool, 15);
  expect(kept.filter((entry) => entry instanceof SpoolFull)).toHaveLength(5);
  expect(spool.waiting).toBe(10);
  receive(spool, [1]);
  expect(ids(append(spool, 1))).toEqual(["checkin 11"]);
  expect(ids(append(spool, 1))).toEqual(["SpoolFull"]);
});

test("a disk that is full refuses, keeps what it has, and goes on without a gap when there is room", () => {
  const path = newFile();
  open(path).spool.close();
  const { db } = openSqliteFile(path, { migrations: spoolMigrations, now });
  const spool = new Spool(db, limits, () => now);
  afterThisTest(() => spool.close());
  append(spool, 3);
  const limitPages = (pages: number) => db.pragma(`max_page_count = ${pages}`);
  limitPages(Number(db.pragma("page_count", { simple: true })));
  const kept: (SpoolEntry | Error)[] = [];
  for (let index = 0; index < 100; index += 1) {
    const json = "x".repeat(1_000);
    spool.append(
      "checkin",
      (sequence) => ({ id: `checkin ${sequence}`, json }),
      (entry) => kept.push(entry),
    );
  }
  spool.flush();
  const refused = kept.filter((entry) => isDiskTrouble(entry));
  const accepted = kept.filter((entry) => !isDiskTrouble(entry));
  expect(refused.length).toBeGreaterThan(50);
  expect(spool.waiting).toBe(3 + accepted.length);
  limitPages(1_000_000);
  const [next] = append(spool, 1);
  expect(next).toMatchObject({ id: `checkin ${3 + accepted.length + 1}` });
  expect(spool.next(0, 1_000).map(({ id }) => id)).toEqual(
    Array.from({ length: spool.waiting }, (_, index) => `checkin ${index + 1}`),
  );
});

test("a damaged file is set aside, wherever the damage lies, and what is sound of it goes on to the broker", () => {
  const path = newFile();
  const { spool } = open(path);
  append(spool, 900);
  spool.close();
  const bytes = readFileSync(path);
  bytes.fill(0x5a, 4_096 * 5, 4_096 * 9);
  writeFileSync(path, bytes);
  const again = open(path);
  const saved = ids(again.spool.next(0, 1_000));
  expect(saved.length).toBeGreaterThan(700);
  expect(again.salvaged).toMatchObject({ event: saved.length, lost: 900 - saved.length, again: 0 });
  expect(saved.at(-1)).toBe("checkin 900");
  expect(again.spool.waiting).toBe(saved.length);
  expect(again.setAside).toContain(".damaged-");
  expect(readdirSync(join(path, ".."))).toContain(`${spoolFileName}.damaged-${now}`);
  expect(ids(append(again.spool, 1))).toEqual(["checkin 901"]);
});

test("where the receipts can't be read any more, what was kept is sent again rather than lost", () => {
  const path = newFile();
  const { spool, db } = open(path);
  append(spool, 300);
  receive(spool, [1, 2, 3]);
  const page = db.prepare<[], number>("SELECT rootpage FROM sqlite_schema WHERE name = 'waiting'").pluck().get() ?? 0;
  spool.close();
  const bytes = readFileSync(path);
  bytes.fill(0x5a, 4_096 * (page - 1), 4_096 * page);
  writeFileSync(path, bytes);
  const again = open(path);
  expect(again.salvaged).toMatchObject({ event: 300, waiting: 0, lost: 0, again: 300 });
  expect(again.spool.next(0, 1_000)).toHaveLength(300);
});

test("a reader beside the agent sees each event with its state, in order", () => {
  const path = newFile();
  const { spool } = open(path);
  append(spool, 4);
  spool.park(2);
  receive(spool, [1]);
  const db = readSqliteFile(path);
  afterThisTest(() => db.close());
  expect([...readEvents(db, "all")].map(({ state }) => state)).toEqual(["kept", "parked", "waiting", "waiting"]);
  expect([...readEvents(db, "unsent")].map(({ position }) => position)).toEqual([2, 3, 4]);
});

test("a probe tells whether the disk takes a write", () => {
  const spool = inMemory();
  let answer: Error | undefined | "none" = "none";
  spool.probe((error) => {
    answer = error;
  });
  spool.flush();
  expect(answer).toBeUndefined();
});
