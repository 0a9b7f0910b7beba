// The life of a ReaderLink conversation as a pure state machine, from the host's side (READERS chapter 10).

/**
 * closed: no line · hello: our Hello is out · agreed: the reader's Hello came and a version is agreed; its Capabilities are
 * still to come · claimed: ours, and disarmed · armed: it may read codes · failed: the line must be closed
 */
export interface LinkState {
  readonly kind: "closed" | "hello" | "agreed" | "claimed" | "armed" | "failed";
  /** Hellos sent since somebody last answered one. */
  readonly tries: number;
  /** The handshake was over once: scans are taken from then on, also while a restarted reader shakes hands again. */
  readonly wasReady: boolean;
  /** Whether the reader is to be armed as soon as it is ours. */
  readonly mayArm: boolean;
}

/** `hello-again`: of the same start as the last one; an answer that came late, or a reader that draws no new boot id. */
export type LinkInput =
  | { readonly kind: "opened" | "hello" | "hello-again" | "no-version" | "capabilities" | "hello-due" }
  | { readonly kind: "arm" | "disarm" | "silence" | "noise" };

export type LinkFailure = "handshake-failed" | "no-answer" | "line-noise" | "version-unknown";

export type LinkEffect =
  | { readonly kind: "end-frames" | "send-hello" | "await-hello" | "ready" | "send-arm" | "send-disarm" }
  | { readonly kind: "fail"; readonly why: LinkFailure };

export interface LinkStep {
  readonly state: LinkState;
  readonly effects: readonly LinkEffect[];
}

/** Hellos without an answer before the line is given up; one a second. */
export const helloTriesMax = 5;

export const closedLink: LinkState = { kind: "closed", tries: 0, wasReady: false, mayArm: false };

/** Answers the next state and what the driver must do. `send-hello` and `await-hello` set the time of the next `hello-due`. */
export function stepLink(state: LinkState, input: LinkInput): LinkStep {
  if (state.kind === "failed") return to(state);
  switch (input.kind) {
    case "opened":
      return to({ ...state, kind: "hello", tries: 1 }, { kind: "end-frames" }, { kind: "send-hello" });
    case "hello":
      return greeted(state, "send-hello");
    case "hello-again":
      return greeted(state, "await-hello");
    case "no-version":
      return fail(state, "version-unknown");
    case "capabilities":
      return state.kind === "agreed" ? claim(state) : to(state);
    case "hello-due":
      return isGreeting(state) ? helloDue(state) : to(state);
    case "arm":
      if (state.kind === "claimed") return to({ ...state, kind: "armed", mayArm: true }, { kind: "send-arm" });
      return to({ ...state, mayArm: true });
    case "disarm":
      if (state.kind === "armed") return to({ ...state, kind: "claimed", mayArm: false }, { kind: "send-disarm" });
      return to({ ...state, mayArm: false });
    case "silence":
      return fail(state, "no-answer");
    case "noise":
      return fail(state, "line-noise");
  }
}

/** The reader's Hello may come at any time: then it has started anew, and needs ours. */
function greeted(state: LinkState, answer: "send-hello" | "await-hello"): LinkStep {
  if (state.kind === "closed") return to(state);
  // While we are greeting, ours is on the way already: another would be answered, and so on for ever.
  if (isGreeting(state)) return to({ ...state, kind: "agreed" });
  return to({ ...state, kind: "agreed", tries: answer === "send-hello" ? 1 : 0 }, { kind: answer });
}

/** A reader that was armed before its restart is armed again; any other is told to be still, whatever it was before us. */
function claim(state: LinkState): LinkStep {
  const ready: readonly LinkEffect[] = state.wasReady ? [] : [{ kind: "ready" }];
  const isArmed = state.mayArm;
  const claimed: LinkState = { ...state, kind: isArmed ? "armed" : "claimed", tries: 0, wasReady: true };
  return to(claimed, { kind: isArmed ? "send-arm" : "send-disarm" }, ...ready);
}

function helloDue(state: LinkState): LinkStep {
  if (state.tries >= helloTriesMax) return fail(state, "handshake-failed");
  return to({ ...state, tries: state.tries + 1 }, { kind: "send-hello" });
}

const isGreeting = ({ kind }: LinkState): boolean => kind === "hello" || kind === "agreed";

const fail = (state: LinkState, why: LinkFailure): LinkStep => to({ ...state, kind: "failed" }, { kind: "fail", why });

const to = (state: LinkState, ...effects: LinkEffect[]): LinkStep => ({ state, effects });
