// Every state of a reader against every input: what comes next and what must be done.
import { describe, expect, test } from "vitest";
import {
  type Conditions,
  isOpen,
  type ReaderInput,
  type ReaderState,
  stepReader,
  stopped,
} from "../../../../agent/reader/life-cycle.ts";

const allowed: Conditions = { mayReach: "armed", isEnabled: true, spoolIsWritable: true, isFree: true };
const failures = 2;

const states: Record<string, ReaderState> = {
  stopped,
  absent: { kind: "absent", failures },
  opening: { kind: "present", failures, isOpening: true },
  held: { kind: "present", failures, isOpening: false },
  "set-up": { kind: "claimed", failures, isReady: false },
  claimed: { kind: "claimed", failures, isReady: true },
  armed: { kind: "armed", failures },
  busy: { kind: "busy", failures },
  error: { kind: "error", failures, why: "port-failed" },
  ambiguous: { kind: "error", failures, why: "ambiguous" },
};
const inputs: Record<string, ReaderInput> = {
  start: { kind: "start" },
  stop: { kind: "stop" },
  appeared: { kind: "appeared" },
  vanished: { kind: "vanished" },
  ambiguous: { kind: "ambiguous" },
  opened: { kind: "opened" },
  ready: { kind: "ready" },
  "delay-over": { kind: "delay-over" },
  steady: { kind: "steady" },
  conditions: { kind: "conditions" },
  restart: { kind: "restart" },
  lost: { kind: "failed", why: "port-lost" },
  unplugged: { kind: "failed", why: "port-absent" },
};

/** Unchanged, and nothing to do. */
const same = "same";

/** For each input: what becomes of stopped, absent, opening, held, set-up, claimed, armed, busy, error, ambiguous, where everything is allowed. */
const table: Record<keyof typeof inputs, readonly string[]> = {
  start: ["absent 0 watch", same, same, same, same, same, same, same, same, same],
  stop: [same, ...Array(9).fill("stopped close")],
  appeared: [same, "present 2 open", same, same, same, same, same, same, same, "present 2 open"],
  vanished: [same, same, ...Array(8).fill("absent 0 close")],
  ambiguous: [same, ...Array(8).fill("error 0 close"), same],
  opened: [
    "stopped close",
    "absent 2 close",
    "claimed 2 await-steady",
    "present 2 close",
    "claimed 2 close",
    "claimed 2 close",
    "armed 2 close",
    "busy 2 close",
    "error 2 close",
    "error 2 close",
  ],
  ready: [same, same, same, same, "armed 2 arm", same, same, same, same, same],
  "delay-over": [same, same, same, same, same, same, same, same, "present 2 open", same],
  steady: [same, same, same, same, "claimed 0", "claimed 0", "armed 0", "busy 0", same, same],
  conditions: [same, same, same, "present 2 open", same, "armed 2 arm", same, "armed 2 arm", same, same],
  restart: [same, same, ...Array(7).fill("present 0 close open"), same],
  lost: [same, ...Array(9).fill("error 3 close wait3")],
  unplugged: [same, ...Array(9).fill("absent 3 close")],
};

const cells = Object.entries(table).flatMap(([input, row]) =>
  Object.keys(states).map((state, column) => ({ state, input, expected: row[column] })),
);

test.each(cells)("$state, $input: $expected", ({ state, input, expected }) => {
  const before = states[state] ?? stopped;
  const step = stepReader(before, inputs[input] ?? { kind: "start" }, allowed);
  const failuresNow = "failures" in step.state ? ` ${step.state.failures}` : "";
  const effects = step.effects
    .map((effect) => ` ${effect.kind}${"failures" in effect ? effect.failures : ""}`)
    .join("");
  if (expected === same) expect(step).toEqual({ state: before, effects: [] });
  else expect(`${step.state.kind}${failuresNow}${effects}`).toBe(expected);
});

describe("what is not allowed", () => {
  const held: [what: string, conditions: Partial<Conditions>][] = [
    ["the spool is full", { spoolIsWritable: false }],
    ["it is switched off", { isEnabled: false }],
    ["the registry lets it come so far only", { mayReach: "claimed" }],
  ];
  test.each(held)("a reader is not armed while %s, and disarmed when that begins", (_what, changed) => {
    const conditions = { ...allowed, ...changed };
    const ready = stepReader({ kind: "claimed", failures: 0, isReady: false }, { kind: "ready" }, conditions);
    expect(ready).toEqual({ state: { kind: "claimed", failures: 0, isReady: true }, effects: [] });
    const begun = stepReader({ kind: "armed", failures: 0 }, { kind: "conditions" }, conditions);
    expect(begun).toEqual({ state: ready.state, effects: [{ kind: "disarm" }] });
    expect(isOpen(begun.state)).toBe(true);
  });

  test("a reader that something longer occupies is busy and disarmed, and armed again after", () => {
    const occupied: Conditions = { ...allowed, isFree: false };
    const begun = stepReader({ kind: "armed", failures: 0 }, { kind: "conditions" }, occupied);
    expect(begun).toEqual({ state: { kind: "busy", failures: 0 }, effects: [{ kind: "disarm" }] });
    const again = stepReader({ kind: "claimed", failures: 0, isReady: false }, { kind: "ready" }, occupied);
    expect(again).toEqual({ state: { kind: "busy", failures: 0 }, effects: [] });
    const full = stepReader(begun.state, { kind: "conditions" }, { ...allowed, spoolIsWritable: false });
    expect(full).toEqual({ state: { kind: "claimed", failures: 0, isReady: true }, effects: [] });
  });

  test("a reader that the registry refuses is not opened, and closed when that begins", () => {
    const conditions: Conditions = { ...allowed, mayReach: "present" };
    const held: ReaderState = { kind: "present", failures: 0, isOpening: false };
    expect(stepReader({ kind: "absent", failures: 0 }, { kind: "appeared" }, conditions)).toEqual({
      state: held,
      effects: [],
    });
    for (const state of [states["armed"], states["busy"], states["claimed"], states["set-up"]]) {
      const step = stepReader(state ?? stopped, { kind: "conditions" }, conditions);
      expect(step).toEqual({ state: held, effects: [{ kind: "close" }] });
    }
  });
});

test("an error keeps its reason", () => {
  const opening: ReaderState = { kind: "present", failures: 0, isOpening: true };
  const { state } = stepReader(opening, { kind: "failed", why: "port-claimed" }, allowed);
  expect(state).toEqual({ kind: "error", failures: 1, why: "port-claimed" });
});
