// The faults of a simulated line: each does what its name says, by one seed.
import { describe, expect, it } from "vitest";
import { FaultLayer, type FaultName, type FaultStep, faults, parseFault } from "../../../simulators/faults.ts";
import { SeededRandom } from "../../../simulators/seeded-random.ts";

const payload = Uint8Array.from({ length: 100 }, (_, index) => index);

const strike = (name: FaultName, way: "to-host" | "to-reader" = "to-host", seed = 1): FaultStep[] =>
  new FaultLayer([{ name, share: 1 }], new SeededRandom(seed)).apply(payload, way);

const bytesOf = (steps: readonly FaultStep[]): number[] =>
  steps.flatMap((step) => (step.kind === "bytes" ? [...step.bytes] : []));
const differences = (bytes: readonly number[]): number => bytes.filter((byte, index) => byte !== payload[index]).length;

describe("on the way to the host", () => {
  it("split keeps every byte, in pieces", () => {
    const steps = strike("split");
    expect(bytesOf(steps)).toEqual([...payload]);
    expect(steps.filter(({ kind }) => kind === "bytes").length).toBeGreaterThan(1);
  });

  it.each(["merge", "delay", "stall"] as const)("%s keeps every byte, and takes time", (name) => {
    const steps = strike(name);
    expect(bytesOf(steps)).toEqual([...payload]);
    expect(steps.some(({ kind }) => kind === "wait" || kind === "gather")).toBe(true);
  });

  it("corrupt turns one bit, and leaves the sender's bytes as they are", () => {
    expect(differences(bytesOf(strike("corrupt")))).toBe(1);
    expect(payload[99]).toBe(99);
  });

  it("wrong-checksum turns one bit of the last byte but one", () => {
    const bytes = bytesOf(strike("wrong-checksum"));
    expect(differences(bytes)).toBe(1);
    expect(bytes[98]).not.toBe(98);
  });

  it("drop loses all, repeat sends all twice", () => {
    expect(bytesOf(strike("drop"))).toEqual([]);
    expect(bytesOf(strike("repeat"))).toEqual([...payload, ...payload]);
  });

  it("unplug ends in the middle", () => {
    const steps = strike("unplug");
    expect(bytesOf(steps).length).toBeLessThan(payload.length);
    expect(bytesOf(steps).length).toBeGreaterThan(0);
    expect(steps.at(-1)?.kind).toBe("unplug");
  });

  it("never-acknowledging lets all through, and nothing the other way", () => {
    expect(bytesOf(strike("never-acknowledging"))).toEqual([...payload]);
    expect(strike("never-acknowledging", "to-reader")).toEqual([]);
  });
});

it("strikes by its share and its seed alone, and counts", () => {
  const run = (seed: number) => {
    const layer = new FaultLayer([{ name: "drop", share: 0.5 }], new SeededRandom(seed));
    const lost = Array.from({ length: 200 }, () => layer.apply(payload, "to-host").length === 0);
    return { lost, struck: layer.struck.get("drop") ?? 0 };
  };
  expect(run(7)).toEqual(run(7));
  expect(run(7).lost).not.toEqual(run(8).lost);
  expect(run(7).struck).toBe(run(7).lost.filter(Boolean).length);
  expect(run(7).struck).toBeGreaterThan(70);
  expect(run(7).struck).toBeLessThan(130);
});

it.each([
  ["split", { name: "split", share: faults.split.share }],
  ["unplug:0.5", { name: "unplug", share: 0.5 }],
  ["unplug:2", undefined],
  ["unplug:", undefined],
  ["unplug:0.5:1", undefined],
  ["sunspots", undefined],
  ["toString", undefined],
])("reads %s", (text, fault) => {
  expect(parseFault(text)).toEqual(fault);
});
