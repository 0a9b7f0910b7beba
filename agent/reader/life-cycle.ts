// A reader's life as a pure state machine (states after UnifiedPOS); what must be done about a change comes out as effects.
import type { PortErrorCode } from "../../protocol/port.ts";

/**
 * absent: no device · present: there, being opened · claimed: ours, but scans are not taken (the spool can't keep them)
 * armed: scans are taken · error: can't be used now, tried again after a growing delay · stopped: nobody wants it
 */
export type ReaderState =
  | { readonly kind: "stopped" }
  | { readonly kind: "absent"; readonly failures: number }
  | { readonly kind: "present"; readonly failures: number }
  | { readonly kind: "claimed"; readonly failures: number }
  | { readonly kind: "armed"; readonly failures: number }
  | { readonly kind: "error"; readonly failures: number; readonly why: PortErrorCode };

export type ReaderInput =
  | { readonly kind: "start" | "stop" | "appeared" | "vanished" | "opened" | "delay-over" | "steady" }
  | { readonly kind: "spool"; readonly isWritable: boolean }
  | { readonly kind: "failed"; readonly why: PortErrorCode };

export type ReaderEffect =
  | { readonly kind: "watch" | "open" | "close" | "await-steady" }
  | { readonly kind: "wait"; readonly failures: number };

export interface ReaderStep {
  readonly state: ReaderState;
  readonly effects: readonly ReaderEffect[];
}

export const stopped: ReaderState = { kind: "stopped" };

/**
 * Answers the next state and what the runner must do. The runner watches for the device from `start` to `stop`; it opens,
 * closes and waits only when told. A port that opens after the reader was stopped or vanished is closed again.
 */
export function stepReader(state: ReaderState, input: ReaderInput, spoolIsWritable: boolean): ReaderStep {
  if (state.kind === "stopped") {
    if (input.kind === "start") return to({ kind: "absent", failures: 0 }, { kind: "watch" });
    return input.kind === "opened" ? to(stopped, { kind: "close" }) : to(state);
  }
  switch (input.kind) {
    case "start":
      return to(state);
    case "stop":
      return to(stopped, { kind: "close" });
    case "vanished":
      return state.kind === "absent" ? to(state) : to({ kind: "absent", failures: 0 }, { kind: "close" });
    case "appeared":
      return state.kind === "absent" ? open(state.failures) : to(state);
    case "delay-over":
      return state.kind === "error" ? open(state.failures) : to(state);
    case "opened":
      if (state.kind !== "present") return to(state, { kind: "close" });
      return to(ready(state.failures, spoolIsWritable), { kind: "await-steady" });
    case "failed":
      // Counted: a path that is there but leads to no device is tried at every look, and told once.
      if (input.why === "port-absent") return to({ kind: "absent", failures: state.failures + 1 }, { kind: "close" });
      return fail(state.failures + 1, input.why);
    case "steady":
      return isOpen(state) ? to({ ...state, failures: 0 }) : to(state);
    case "spool":
      return isOpen(state) ? to(ready(state.failures, input.isWritable)) : to(state);
  }
}

/** The port is open and ours. */
export function isOpen(state: ReaderState): state is ReaderState & { kind: "claimed" | "armed" } {
  return state.kind === "claimed" || state.kind === "armed";
}

function ready(failures: number, spoolIsWritable: boolean): ReaderState {
  return { kind: spoolIsWritable ? "armed" : "claimed", failures };
}

function open(failures: number): ReaderStep {
  return to({ kind: "present", failures }, { kind: "open" });
}

function fail(failures: number, why: PortErrorCode): ReaderStep {
  return to({ kind: "error", failures, why }, { kind: "close" }, { kind: "wait", failures });
}

function to(state: ReaderState, ...effects: ReaderEffect[]): ReaderStep {
  return { state, effects };
}
