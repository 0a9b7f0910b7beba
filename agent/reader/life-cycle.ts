// A reader's life as a pure state machine (states after UnifiedPOS); what must be done about a change comes out as effects.
import type { DriverFailure } from "../../protocol/driver/driver.ts";
import type { PortErrorCode } from "../../protocol/port.ts";

/** Two devices answer to the same description: until the configuration names a port, neither is opened. */
export type ReaderTrouble = PortErrorCode | DriverFailure | "ambiguous";

/**
 * absent: no device · present: there, being opened, or left alone because the registry refuses it
 * claimed: ours, and disarmed as far as it can be: it is being set up, or scans are not wanted or can't be kept
 * armed: scans are taken · busy: occupied with something longer, such as new firmware, and disarmed for it
 * error: can't be used now, tried again after a growing delay · stopped: nobody wants it
 */
export type ReaderState =
  | { readonly kind: "stopped" }
  | { readonly kind: "absent"; readonly failures: number }
  | { readonly kind: "present"; readonly failures: number; readonly isOpening: boolean }
  | { readonly kind: "claimed"; readonly failures: number; readonly isReady: boolean }
  | { readonly kind: "armed"; readonly failures: number }
  | { readonly kind: "busy"; readonly failures: number }
  | { readonly kind: "error"; readonly failures: number; readonly why: ReaderTrouble };

export type ReaderInput =
  | {
      readonly kind: "start" | "stop" | "appeared" | "vanished" | "ambiguous" | "opened" | "ready" | "delay-over";
    }
  | { readonly kind: "steady" | "conditions" | "restart" }
  | { readonly kind: "failed"; readonly why: PortErrorCode | DriverFailure };

/** How far the reader may go, whatever it could do: the spool, the registry and the people have their say. */
export interface Conditions {
  /** The registry's word: `present` means that it is not even opened. */
  readonly mayReach: "present" | "claimed" | "armed";
  /** IT has not switched it off. */
  readonly isEnabled: boolean;
  readonly spoolIsWritable: boolean;
  /** Nothing longer occupies it. */
  readonly isFree: boolean;
}

export type ReaderEffect =
  | { readonly kind: "watch" | "open" | "close" | "arm" | "disarm" | "await-steady" }
  | { readonly kind: "wait"; readonly failures: number };

export interface ReaderStep {
  readonly state: ReaderState;
  readonly effects: readonly ReaderEffect[];
}

export const stopped: ReaderState = { kind: "stopped" };

/**
 * Answers the next state and what the runner must do. The runner watches for the device from `start` to `stop`; it opens,
 * closes, arms and waits only when told. A port that opens after the reader was stopped or vanished is closed again.
 */
export function stepReader(state: ReaderState, input: ReaderInput, conditions: Conditions): ReaderStep {
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
    case "ambiguous":
      return isAmbiguous(state) ? to(state) : to({ kind: "error", failures: 0, why: "ambiguous" }, { kind: "close" });
    case "appeared":
      return state.kind === "absent" || isAmbiguous(state) ? appear(state.failures, conditions) : to(state);
    case "delay-over":
      return state.kind === "error" && !isAmbiguous(state) ? appear(state.failures, conditions) : to(state);
    case "opened":
      if (state.kind !== "present" || !state.isOpening) return to(state, { kind: "close" });
      return to({ kind: "claimed", failures: state.failures, isReady: false }, { kind: "await-steady" });
    case "ready":
      if (state.kind !== "claimed" || state.isReady) return to(state);
      return conform({ ...state, isReady: true }, conditions);
    case "failed":
      // Counted: a path that is there but leads to no device is tried at every look, and told once.
      if (input.why === "port-absent") return to({ kind: "absent", failures: state.failures + 1 }, { kind: "close" });
      return fail(state.failures + 1, input.why);
    case "steady":
      return isOpen(state) ? to({ ...state, failures: 0 }) : to(state);
    case "conditions":
      return conform(state, conditions);
    case "restart":
      if (state.kind === "absent" || isAmbiguous(state)) return to(state);
      return then({ kind: "close" }, appear(0, conditions));
  }
}

/** The port is open and ours. */
export function isOpen(state: ReaderState): state is ReaderState & { kind: "claimed" | "armed" | "busy" } {
  return state.kind === "claimed" || state.kind === "armed" || state.kind === "busy";
}

/** Takes an open or waiting reader as far as it may go now, and no further. */
function conform(state: ReaderState, conditions: Conditions): ReaderStep {
  switch (state.kind) {
    case "present":
      if (state.isOpening || conditions.mayReach === "present") return to(state);
      return appear(state.failures, conditions);
    case "claimed":
    case "armed":
    case "busy":
      if (conditions.mayReach === "present")
        return to({ kind: "present", failures: 0, isOpening: false }, { kind: "close" });
      return conformOpen(state, conditions);
    case "stopped":
    case "absent":
    case "error":
      return to(state);
  }
}

function conformOpen(state: ReaderState & { kind: "claimed" | "armed" | "busy" }, conditions: Conditions): ReaderStep {
  const { failures } = state;
  const isReady = state.kind !== "claimed" || state.isReady;
  const wanted = !conditions.isFree ? "busy" : mayArm(conditions) ? "armed" : "claimed";
  if (!isReady || state.kind === wanted) return to(state);
  const effects: ReaderEffect[] =
    wanted === "armed" ? [{ kind: "arm" }] : state.kind === "armed" ? [{ kind: "disarm" }] : [];
  return to(wanted === "claimed" ? { kind: wanted, failures, isReady } : { kind: wanted, failures }, ...effects);
}

const mayArm = ({ mayReach, isEnabled, spoolIsWritable }: Conditions): boolean =>
  mayReach === "armed" && isEnabled && spoolIsWritable;

const isAmbiguous = (state: ReaderState): state is ReaderState & { kind: "error" } =>
  state.kind === "error" && state.why === "ambiguous";

function appear(failures: number, { mayReach }: Conditions): ReaderStep {
  if (mayReach === "present") return to({ kind: "present", failures, isOpening: false });
  return to({ kind: "present", failures, isOpening: true }, { kind: "open" });
}

function fail(failures: number, why: ReaderTrouble): ReaderStep {
  return to({ kind: "error", failures, why }, { kind: "close" }, { kind: "wait", failures });
}

function then(first: ReaderEffect, { state, effects }: ReaderStep): ReaderStep {
  return { state, effects: [first, ...effects] };
}

function to(state: ReaderState, ...effects: ReaderEffect[]): ReaderStep {
  return { state, effects };
}
