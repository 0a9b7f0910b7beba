// Every state of a reader against every input: what comes next and what must be done.
import { expect, test } from "vitest";
import {
  isOpen,
  type ReaderInput,
  type ReaderState,
  stepReader,
  stopped,
} from "../../../../agent/reader/life-cycle.ts";

const states: Record<string, ReaderState> = {
  stopped,
  absent: { kind: "absent", failures: 2 },
  present: { kind: "present", failures: 2 },
  claimed: { kind: "claimed", failures: 2 },
  armed: { kind: "armed", failures: 2 },
  error: { kind: "error", failures: 2, why: "port-failed" },
};
const inputs: Record<string, ReaderInput> = {
  start: { kind: "start" },
  stop: { kind: "stop" },
  appeared: { kind: "appeared" },
  vanished: { kind: "vanished" },
  opened: { kind: "opened" },
  "delay-over": { kind: "delay-over" },
  steady: { kind: "steady" },
  full: { kind: "spool", isWritable: false },
  writable: { kind: "spool", isWritable: true },
  lost: { kind: "failed", why: "port-lost" },
  unplugged: { kind: "failed", why: "port-absent" },
};

/** For each input: the next state of stopped, absent, present, claimed, armed, error, with its failures, and the effects. */
const table: Record<keyof typeof inputs, readonly string[]> = {
  start: ["absent 0 watch", "absent 2", "present 2", "claimed 2", "armed 2", "error 2"],
  stop: ["stopped", "stopped close", "stopped close", "stopped close", "stopped close", "stopped close"],
  appeared: ["stopped", "present 2 open", "present 2", "claimed 2", "armed 2", "error 2"],
  vanished: ["stopped", "absent 2", "absent 0 close", "absent 0 close", "absent 0 close", "absent 0 close"],
  opened: [
    "stopped close",
    "absent 2 close",
    "armed 2 await-steady",
    "claimed 2 close",
    "armed 2 close",
    "error 2 close",
  ],
  "delay-over": ["stopped", "absent 2", "present 2", "claimed 2", "armed 2", "present 2 open"],
  steady: ["stopped", "absent 2", "present 2", "claimed 0", "armed 0", "error 2"],
  full: ["stopped", "absent 2", "present 2", "claimed 2", "claimed 2", "error 2"],
  writable: ["stopped", "absent 2", "present 2", "armed 2", "armed 2", "error 2"],
  lost: [
    "stopped",
    "error 3 close wait3",
    "error 3 close wait3",
    "error 3 close wait3",
    "error 3 close wait3",
    "error 3 close wait3",
  ],
  unplugged: ["stopped", "absent 3 close", "absent 3 close", "absent 3 close", "absent 3 close", "absent 3 close"],
};

const cells = Object.entries(table).flatMap(([input, row]) =>
  Object.keys(states).map((state, column) => ({ state, input, expected: row[column] })),
);

test.each(cells)("$state, $input: $expected", ({ state, input, expected }) => {
  const before = states[state] ?? stopped;
  const step = stepReader(before, inputs[input] ?? { kind: "start" }, true);
  const failures = "failures" in step.state ? ` ${step.state.failures}` : "";
  const effects = step.effects
    .map((effect) => ` ${effect.kind}${"failures" in effect ? effect.failures : ""}`)
    .join("");
  expect(`${step.state.kind}${failures}${effects}`).toBe(expected);
});

test("a port that opens while nothing can be kept is claimed, not armed", () => {
  const { state } = stepReader({ kind: "present", failures: 0 }, { kind: "opened" }, false);
  expect(state.kind).toBe("claimed");
  expect(isOpen(state)).toBe(true);
});

test("an error keeps its reason", () => {
  const { state } = stepReader({ kind: "present", failures: 0 }, { kind: "failed", why: "port-claimed" }, true);
  expect(state).toEqual({ kind: "error", failures: 1, why: "port-claimed" });
});
