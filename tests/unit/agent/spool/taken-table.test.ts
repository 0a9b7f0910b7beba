// Scans that readers number themselves: known again after a restart, and forgotten only when nobody will send them again.
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { openSpool, type Spool } from "../../../../agent/spool/spool.ts";
import { Sqlite } from "../../../../store/sqlite.ts";
import { afterThisTest, temporaryDirectory } from "../../../fixtures/clean-up.ts";

let path: string;
let spool: Spool;

beforeEach(() => {
  path = join(temporaryDirectory(), "spool.db");
  reopen();
});

function reopen(): void {
  spool?.close();
  const opened = openSpool(path, { waitingMax: 10_000 }, () => 0).spool;
  afterThisTest(() => opened.close());
  spool = opened;
}

const take = (boot: string, seq: number, crc = seq * 3) => {
  spool.remember({ reader: "qr-1", boot, seq, crc }, (error) => expect(error).toBeUndefined());
  spool.flush();
};
const taken = () => spool.takenFrom("qr-1");

test("a number is known with its checksum as soon as it is on the disk, and after a restart", () => {
  expect(taken().crcOf("b1", 1)).toBeUndefined();
  expect(taken().last()).toBeUndefined();
  take("b1", 1);
  expect(taken().crcOf("b1", 1)).toBe(3);
  reopen();
  expect(taken().crcOf("b1", 1)).toBe(3);
  expect(taken().crcOf("b1", 2)).toBeUndefined();
  expect(taken().crcOf("b2", 1)).toBeUndefined();
  expect(spool.takenFrom("qr-2").crcOf("b1", 1)).toBeUndefined();
});

test("a number is written in the transaction of its event: both are there, or neither", () => {
  const told: boolean[] = [];
  const link = { reader: "qr-1", boot: "b1", seq: 5, crc: 9 };
  const fail = () => {
    throw new Error("no event");
  };
  spool.append("checkin", fail, (kept) => told.push(kept instanceof Error), link);
  spool.flush();
  expect(taken().crcOf("b1", 5)).toBeUndefined();
  spool.append(
    "checkin",
    (sequence) => ({ id: `e${sequence}`, json: "{}" }),
    (kept) => told.push(kept instanceof Error),
    link,
  );
  expect(taken().crcOf("b1", 5)).toBeUndefined();
  spool.flush();
  expect(taken().crcOf("b1", 5)).toBe(9);
  expect(told).toEqual([true, false]);
  reopen();
  expect(taken().crcOf("b1", 5)).toBe(9);
  expect(spool.waiting).toBe(1);
});

test("the highest number up to which all were taken is known, whatever order they came in", () => {
  for (const seq of [2, 1, 3, 5]) take("b1", seq);
  expect(taken().last()).toEqual({ boot: "b1", contiguousSeq: 3 });
  take("b1", 4);
  expect(taken().last()).toEqual({ boot: "b1", contiguousSeq: 5 });
  reopen();
  expect(taken().last()).toEqual({ boot: "b1", contiguousSeq: 5 });
});

test("one number far ahead makes none below it old, nor taken", () => {
  for (const seq of [1, 2, 3, 1_000_000]) take("b1", seq);
  expect(taken().crcOf("b1", 4)).toBeUndefined();
  expect(taken().last()).toEqual({ boot: "b1", contiguousSeq: 3 });
  for (let seq = 4; seq <= 400; seq += 1) take("b1", seq);
  expect(taken().last()).toEqual({ boot: "b1", contiguousSeq: 400 });
  reopen();
  expect(taken().crcOf("b1", 401)).toBeUndefined();
  expect(taken().last()).toEqual({ boot: "b1", contiguousSeq: 400 });
});

test("an old number that is taken again is known with its checksum", () => {
  for (let seq = 1; seq <= 300; seq += 1) take("b1", seq);
  expect(taken().crcOf("b1", 7)).toBe("old");
  take("b1", 7, 99);
  expect(taken().crcOf("b1", 7)).toBe(99);
  reopen();
  expect(taken().crcOf("b1", 7)).toBe(99);
});

test("256 numbers of a start are remembered with their checksum, older ones as old", () => {
  for (let seq = 1; seq <= 300; seq += 1) take("b1", seq);
  expect(taken().crcOf("b1", 300)).toBe(900);
  expect(taken().crcOf("b1", 45)).toBe(135);
  expect(taken().crcOf("b1", 44)).toBe("old");
  reopen();
  expect(taken().crcOf("b1", 45)).toBe(135);
  expect(taken().crcOf("b1", 44)).toBe("old");
  expect(taken().last()).toEqual({ boot: "b1", contiguousSeq: 300 });
});

test("numbers that are remembered no more are erased from the disk, whatever order they came in", () => {
  take("b1", 1_000_000);
  for (let seq = 1; seq <= 300; seq += 1) take("b1", seq);
  spool.close();
  const file = new Sqlite(path);
  afterThisTest(() => file.close());
  expect(file.prepare("SELECT count(*), min(seq), max(seq) FROM taken").raw().get()).toEqual([256, 45, 300]);
});

test("eight starts are remembered, the latest used last", () => {
  for (let boot = 1; boot <= 8; boot += 1) take(`b${boot}`, 1);
  take("b1", 2);
  take("b9", 1);
  expect(taken().crcOf("b2", 1)).toBeUndefined();
  expect(taken().crcOf("b1", 1)).toBe(3);
  reopen();
  expect(taken().crcOf("b2", 1)).toBeUndefined();
  expect(taken().crcOf("b1", 2)).toBe(6);
  expect(taken().last()).toEqual({ boot: "b9", contiguousSeq: 1 });
});

test("a reader that numbers nothing has its last scan remembered, and no other", () => {
  take("", 0, 11);
  take("", 0, 12);
  expect(taken().crcOf("", 0)).toBe(12);
  reopen();
  expect(taken().crcOf("", 0)).toBe(12);
});

test("a reader that is switched off stays off over a restart", () => {
  const failed: unknown[] = [];
  const done = (error: Error | undefined) => failed.push(error);
  spool.switchReader("qr-1", false, done);
  spool.switchReader("qr-1", false, done);
  spool.switchReader("qr-2", false, done);
  spool.switchReader("qr-2", true, done);
  spool.flush();
  reopen();
  expect(spool.switchedOff).toEqual(["qr-1"]);
  expect(failed).toEqual([undefined, undefined, undefined, undefined]);
});
