// The hospital's answer: which event it names, and whether the receptionist should look.
import { expect, test } from "vitest";
import { RecentArrivals } from "../../../../agent/commands/recent-arrivals.ts";
import { readResult } from "../../../../agent/commands/result-signal.ts";

const read = (result: unknown) => readResult(Buffer.from(JSON.stringify(result)));

test.each([
  ["eligible", "result"],
  ["unverified", "result"],
  ["child_no_card", "result"],
  ["not_found", "attention"],
  ["expired", "attention"],
  ["ended", "attention"],
  ["mismatch", "attention"],
  ["bad_number", "attention"],
])("outcome %s is told as %s, at the top or in data", (outcome, signal) => {
  expect(read({ subject: "e1", outcome })).toEqual({ subject: "e1", signal });
  expect(read({ subject: "e1", data: { outcome } })).toEqual({ subject: "e1", signal });
});

test("an answer without an outcome is news all the same", () => {
  expect(read({ subject: "e1" })).toEqual({ subject: "e1", signal: "result" });
});

test.each([null, 1, "text", {}, { subject: 5 }, { outcome: "eligible" }])("%j names no event", (result) => {
  expect(read(result)).toBeUndefined();
});

test("an arrival is answered to its reader once, and the latest 256 are known", () => {
  const arrivals = new RecentArrivals();
  for (let event = 0; event < 300; event += 1) arrivals.add(`e${event}`, `qr-${event % 2}`);
  expect(arrivals.take("e299")).toBe("qr-1");
  expect(arrivals.take("e299")).toBeUndefined();
  expect(arrivals.take("e44")).toBe("qr-0");
  expect(arrivals.take("e43")).toBeUndefined();
});
