// Time as Vietnam writes it.
import { expect, it } from "vitest";
import { vietnamTime } from "../../../../protocol/check-in/vietnam-time.ts";

it.each([
  [0, "1970-01-01T07:00:00.000+07:00"],
  [Date.UTC(2026, 11, 31, 16, 59, 59, 999), "2026-12-31T23:59:59.999+07:00"],
  [Date.UTC(2026, 11, 31, 17), "2027-01-01T00:00:00.000+07:00"],
  [Date.UTC(2028, 1, 28, 17), "2028-02-29T00:00:00.000+07:00"],
])("%d is %s", (timeMs, text) => {
  expect(vietnamTime(timeMs)).toBe(text);
  expect(Date.parse(text)).toBe(timeMs);
});
