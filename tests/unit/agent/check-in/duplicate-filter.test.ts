// One window per code: a card held before the reader is one visit, another card passes at once.
import { expect, test } from "vitest";
import { DuplicateFilter } from "../../../../agent/check-in/duplicate-filter.ts";

test("the same code within the window is a repeat, after it a new visit", () => {
  const filter = new DuplicateFilter(1_500);
  expect(filter.isRepeat("A", 0)).toBe(false);
  expect(filter.isRepeat("A", 1_499)).toBe(true);
  expect(filter.isRepeat("A", 1_499 + 1_500)).toBe(false);
});

test("a card that is held prolongs its window", () => {
  const filter = new DuplicateFilter(1_500);
  expect(filter.isRepeat("A", 0)).toBe(false);
  for (let at = 1_000; at <= 10_000; at += 1_000) expect(filter.isRepeat("A", at)).toBe(true);
  expect(filter.isRepeat("A", 11_500)).toBe(false);
});

test("another code passes at once and does not end the window of the first", () => {
  const filter = new DuplicateFilter(1_500);
  expect(filter.isRepeat("A", 0)).toBe(false);
  expect(filter.isRepeat("B", 1)).toBe(false);
  expect(filter.isRepeat("A", 2)).toBe(true);
  expect(filter.isRepeat("B", 3)).toBe(true);
});

test("a window of zero lets everything pass", () => {
  const filter = new DuplicateFilter(0);
  expect(filter.isRepeat("A", 0)).toBe(false);
  expect(filter.isRepeat("A", 0)).toBe(false);
});

test("a code that could not be kept counts when it is scanned again", () => {
  const filter = new DuplicateFilter(1_500);
  filter.isRepeat("A", 0);
  filter.forget("A");
  expect(filter.isRepeat("A", 1)).toBe(false);
});

test("beyond a thousand codes in one window the oldest are forgotten", () => {
  const filter = new DuplicateFilter(600_000);
  for (let code = 0; code < 5_000; code += 1) expect(filter.isRepeat(`code ${code}`, code)).toBe(false);
  expect(filter.isRepeat("code 4999", 5_000)).toBe(true);
  expect(filter.isRepeat("code 0", 5_000)).toBe(false);
});
