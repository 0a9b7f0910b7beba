// Who is locked out after wrong passwords, for how long, and who is not.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Attempt, LockOut } from "../../../broker/access/lock-out.ts";
import { lockOutConfigSchema } from "../../../broker/access/lock-out-config.ts";

const limits = lockOutConfigSchema.parse({});
const minute = 60_000;
const desk: Attempt = { user: "desk1", network: "10.0.0.7", isKnown: true };
const guess = (user: string, network: string): Attempt => ({ user, network, isKnown: false });
const fail = (lockOut: LockOut, attempt: Attempt, times: number, now: number) =>
  Array.from({ length: times }, () => lockOut.wrong(attempt, now)).flat();

test("a pair that was right before waits a minute after five wrong ones, then twice as long, at most 15 minutes", () => {
  const lockOut = new LockOut(limits);
  const waits: number[] = [];
  let now = 0;
  for (let round = 0; round < 6; round += 1) {
    expect(fail(lockOut, desk, 4, now)).toEqual([]);
    expect(lockOut.isLocked(desk, now)).toBe(false);
    const [lock] = fail(lockOut, desk, 1, now);
    expect(lock?.of).toBe("place");
    waits.push(lock?.minutes ?? 0);
    now += (lock?.minutes ?? 0) * minute;
    expect(lockOut.isLocked(desk, now - 1)).toBe(true);
    expect(lockOut.isLocked(desk, now)).toBe(false);
  }
  expect(waits).toEqual([1, 2, 4, 8, 15, 15]);
  lockOut.right(desk);
  expect(fail(lockOut, desk, 5, now)).toEqual([{ of: "place", minutes: 1 }]);
});

test("wrong passwords that are a quarter of an hour apart never add up", () => {
  const lockOut = new LockOut(limits);
  for (let n = 0; n < 100; n += 1) expect(lockOut.wrong(desk, n * 15 * minute)).toEqual([]);
});

test("a guesser elsewhere spends no good desk's budget: neither of its user, nor behind its own router", () => {
  const lockOut = new LockOut(limits);
  expect(fail(lockOut, guess("desk1", "203.0.113.9"), 10, 0)).toEqual([{ of: "user", minutes: 15 }]);
  expect(lockOut.isLocked(guess("desk1", "198.51.100.1"), 1)).toBe(true);
  expect(lockOut.isLocked(desk, 1)).toBe(false);
  for (let n = 0; n < 30; n += 1) lockOut.wrong(guess(`name-${n}`, desk.network), 2);
  expect(lockOut.isLocked(guess("anybody", desk.network), 3)).toBe(true);
  expect(lockOut.isLocked(desk, 3)).toBe(false);
  expect(lockOut.isLocked(guess("anybody", desk.network), 15 * minute + 2)).toBe(false);
});

test("names that are nobody's share a budget when they are too long to be anybody's, and all else is counted alike", () => {
  const lockOut = new LockOut(limits);
  for (let n = 0; n < 10; n += 1) lockOut.wrong(guess("x".repeat(65 + n), `10.0.0.${n}`), 0);
  expect(lockOut.isLocked(guess("y".repeat(30_000), "10.0.1.1"), 1)).toBe(true);
});

test("a changed password takes the locks of its user along, and no others", () => {
  const lockOut = new LockOut(limits);
  fail(lockOut, desk, 5, 0);
  fail(lockOut, { ...desk, user: "sk1" }, 5, 0);
  fail(lockOut, guess("desk1", "203.0.113.9"), 10, 0);
  lockOut.forget("desk1");
  expect(lockOut.isLocked(desk, 1)).toBe(false);
  expect(lockOut.isLocked(guess("desk1", "203.0.113.9"), 1)).toBe(false);
  expect(lockOut.isLocked({ ...desk, user: "sk1" }, 1)).toBe(true);
});

test("however guesses are mixed, no more are looked at than the budgets allow", () => {
  const step = fc.record({
    user: fc.constantFrom("desk1", "desk2", "nobody"),
    network: fc.constantFrom("a", "b", "c"),
    afterMs: fc.integer({ min: 0, max: 5 * minute }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
      const lockOut = new LockOut(limits);
      const looked: { user: string; network: string; at: number }[] = [];
      let now = 0;
      for (const { user, network, afterMs } of steps) {
        now += afterMs;
        if (lockOut.isLocked(guess(user, network), now)) continue;
        lockOut.wrong(guess(user, network), now);
        looked.push({ user, network, at: now });
      }
      for (const { at, user, network } of looked) {
        const recent = looked.filter((other) => other.at > at - 15 * minute && other.at <= at);
        // A window may begin anew in the middle of this one.
        expect(recent.filter((other) => other.user === user).length).toBeLessThan(2 * limits.newPlaceWrongMax);
        expect(recent.filter((other) => other.network === network).length).toBeLessThan(2 * limits.networkWrongMax);
      }
    }),
  );
});

test("a million names from ten thousand networks don't grow it without end", () => {
  const lockOut = new LockOut(limits);
  setFlagsFromString("--expose-gc");
  const collect: () => void = runInNewContext("gc");
  const before = process.memoryUsage().heapUsed;
  for (let n = 0; n < 1_000_000; n += 1) lockOut.wrong(guess(`name-${n}`, `net-${n % 10_000}`), n);
  collect();
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(64 * 1024 * 1024);
});
