// A queue of invented patients can be repeated, has nobody twice, and holds what its name says.
import { expect, test } from "vitest";
import { type ScanMix, simulateScans } from "../../../simulators/simulated-scans.ts";
import { SimulationFailure } from "../../../simulators/simulation-failure.ts";

function take(count: number, mix: ScanMix, seed: number) {
  const scans = simulateScans(mix, seed, "2026-12-01");
  return Array.from({ length: count }, () => scans.next().value);
}
const texts = (scans: { payload: Uint8Array }[]) => scans.map((scan) => Buffer.from(scan.payload).toString("hex"));

test("one seed gives one queue, another seed another", () => {
  expect(texts(take(50, "mixed", 7))).toEqual(texts(take(50, "mixed", 7)));
  expect(texts(take(50, "mixed", 7))).not.toEqual(texts(take(50, "mixed", 8)));
});

test("ten thousand patients have ten thousand numbers", () => {
  const numbers = take(10_000, "valid", 1).map((scan) => scan.card.number);
  expect(new Set(numbers).size).toBe(10_000);
});

test("a valid queue warns of nothing, a mixed one holds every kind", () => {
  const warnings = take(500, "valid", 1).flatMap<string>((scan) =>
    scan.expect.kind === "document" ? scan.expect.warnings : ["rejected"],
  );
  expect(warnings).toEqual([]);
  expect(new Set(take(2_000, "mixed", 1).map((scan) => scan.kind)).size).toBe(8);
});

test("a day before the cards existed is refused", () => {
  for (const today of ["1970-01-01", "2024-12-31", "soon", ""]) {
    expect(() => simulateScans("valid", 1, today).next()).toThrow(SimulationFailure);
  }
});
