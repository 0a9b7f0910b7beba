// A reader that stays away is told once, and so is its return; a short unplugging is not.
import { beforeEach, expect, test, vi } from "vitest";
import { MissingWatch } from "../../../../agent/reader/missing-watch.ts";
import type { Reader } from "../../../../agent/reader/reader.ts";
import { afterThisTest } from "../../../fixtures/clean-up.ts";

let told: string[];
let watch: MissingWatch;
const reader = { state: { kind: "absent" } } as unknown as { state: { kind: string } } & Reader;

const become = (kind: string) => {
  reader.state.kind = kind as never;
  watch.look(reader);
};

beforeEach(() => {
  vi.useFakeTimers();
  afterThisTest(() => vi.useRealTimers());
  told = [];
  watch = new MissingWatch((news) => told.push(news));
});

test("a reader that is away for five seconds is missing, once, and added when it is back", () => {
  become("absent");
  become("absent");
  vi.advanceTimersByTime(4_999);
  expect(told).toEqual([]);
  vi.advanceTimersByTime(60_000);
  expect(told).toEqual(["reader_missing"]);
  become("present");
  become("armed");
  expect(told).toEqual(["reader_missing", "reader_added"]);
});

test("a reader that is back within five seconds is no news", () => {
  become("absent");
  vi.advanceTimersByTime(4_000);
  become("present");
  vi.advanceTimersByTime(60_000);
  expect(told).toEqual([]);
  become("absent");
  vi.advanceTimersByTime(5_000);
  expect(told).toEqual(["reader_missing"]);
});

test("after the end nothing is told, and no timer is left", () => {
  become("absent");
  watch.stop();
  expect(vi.getTimerCount()).toBe(0);
  vi.advanceTimersByTime(60_000);
  expect(told).toEqual([]);
});
