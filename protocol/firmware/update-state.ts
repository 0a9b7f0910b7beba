// The update of one reader's firmware as a pure state machine; the reader's `next_offset` rules (READERS chapter 10).
//
//   waiting ──► sending ──► verifying ──► testing ──► proving ──► confirming ──► done
//      ▲            └─ line lost: waiting, and on from where the reader stands
//      └──────────────────────────────────────┴─ reader came back with the old firmware: failed, reverted
import { bytesAreEqual } from "../bytes/bytes-are-equal.ts";
import type { FirmwareStatus } from "../frame/reader-link/messages.ts";
import { type FirmwareImage, type FirmwareRefusal, judgeImage, type RunningFirmware } from "./firmware-image.ts";

/** waiting: no reader is on the line, or it has not said what runs. `tested`: the test start was asked for, so the reader must come back with the image. */
type UnderWay =
  | { readonly kind: "waiting"; readonly tested: boolean; readonly untilMs: number }
  | { readonly kind: "sending"; readonly offset: number; readonly tries: number; readonly untilMs: number }
  | { readonly kind: "verifying"; readonly untilMs: number }
  | { readonly kind: "testing"; readonly tries: number; readonly untilMs: number }
  | { readonly kind: "proving"; readonly sinceMs: number; readonly healths: number; readonly untilMs: number }
  | { readonly kind: "confirming"; readonly tries: number; readonly untilMs: number };

export type UpdateState =
  | UnderWay
  | { readonly kind: "done" }
  | { readonly kind: "failed"; readonly why: FirmwareRefusal; readonly detail: string };

export type UpdateInput =
  /** A handshake is over with a reader that has told what runs; undefined: it told nothing, or takes no updates. */
  | { readonly kind: "claimed"; readonly running: RunningFirmware | undefined }
  | { readonly kind: "status"; readonly status: Pick<FirmwareStatus, "state" | "nextOffset" | "error"> }
  | { readonly kind: "health" | "lost" | "due" };

export type UpdateEffect =
  /** `header`: with total, hash, version and signature. */
  | { readonly kind: "send-chunk"; readonly offset: number; readonly header: boolean }
  | { readonly kind: "send-test" | "send-confirm" | "send-abort" };

export interface UpdateStep {
  readonly state: UpdateState;
  readonly effects: readonly UpdateEffect[];
}

/** Time for the answer to a chunk: writing flash takes tens of milliseconds. */
const answerMs = 2_000;
/** Sendings of one message before its silence is a failure. */
const triesMax = 5;
/** Time for hashing and checking the whole image on a small controller. */
const verifyMs = 30_000;
/** A reader that stays away so long before its image was started is not updated: the order for it may be out of date. */
const awayMsMax = 24 * 3_600_000;
/** Time from the order to start the image to the reader's next Hello. */
const returnMs = 120_000;
/** The image runs this long, and tells its health so often, before it is confirmed. */
const proveMs = 60_000;
const healthsMin = 8;
/** A reader that says nothing while its image is proved has reset or hangs: its boot loader goes back by itself. */
const proveMsMax = 180_000;

export function newUpdate(nowMs: number): UpdateState {
  return { kind: "waiting", tested: false, untilMs: nowMs + awayMsMax };
}

/** Answers the next state and what must be sent. Nothing happens after `done` and `failed`. */
export function stepUpdate(state: UpdateState, input: UpdateInput, image: FirmwareImage, nowMs: number): UpdateStep {
  if (state.kind === "done" || state.kind === "failed") return to(state);
  switch (input.kind) {
    case "claimed":
      return claimed(state, input.running, image, nowMs);
    case "lost":
      return lost(state, nowMs);
    case "status":
      return told(state, input.status, image, nowMs);
    case "health":
      return healthy(state, nowMs);
    case "due":
      return due(state, nowMs);
  }
}

/** The image is being tried, or was ordered to be. */
const wasTested = (state: UpdateState): boolean =>
  state.kind === "testing" ||
  state.kind === "proving" ||
  state.kind === "confirming" ||
  (state.kind === "waiting" && state.tested);

function claimed(
  state: UpdateState,
  running: RunningFirmware | undefined,
  image: FirmwareImage,
  nowMs: number,
): UpdateStep {
  if (running === undefined) return fail("not-supported");
  const runsImage = running.version === image.version && bytesAreEqual(running.sha256, image.sha256);
  if (runsImage && running.confirmed) return to({ kind: "done" });
  if (runsImage) return to({ kind: "proving", sinceMs: nowMs, healths: 0, untilMs: nowMs + proveMsMax });
  if (wasTested(state)) return fail("reverted");
  const refusal = judgeImage(image, running);
  return refusal === undefined ? send(0, 1, nowMs) : fail(refusal);
}

/** A reader in the middle of an update keeps what it has; one that was told to test comes back with it, or without. */
function lost(state: UpdateState, nowMs: number): UpdateStep {
  const tested = wasTested(state);
  return to({ kind: "waiting", tested, untilMs: nowMs + (tested ? returnMs : awayMsMax) });
}

function told(
  state: UpdateState,
  status: Pick<FirmwareStatus, "state" | "nextOffset" | "error">,
  image: FirmwareImage,
  nowMs: number,
): UpdateStep {
  switch (status.state) {
    case "unspecified":
      return to(state);
    case "receiving":
      if (state.kind !== "sending" && state.kind !== "verifying") return to(state);
      if (status.nextOffset >= image.data.length) return to({ kind: "verifying", untilMs: nowMs + verifyMs });
      return send(status.nextOffset, 1, nowMs);
    case "verifying":
      return state.kind === "sending" ? to({ kind: "verifying", untilMs: nowMs + verifyMs }) : to(state);
    case "ready":
      if (state.kind !== "sending" && state.kind !== "verifying") return to(state);
      return to({ kind: "testing", tries: 1, untilMs: nowMs + answerMs }, { kind: "send-test" });
    case "testing":
      return state.kind === "testing" ? to({ ...state, tries: triesMax, untilMs: nowMs + returnMs }) : to(state);
    case "confirmed":
      return state.kind === "confirming" ? to({ kind: "done" }) : to(state);
    case "reverted":
      return wasTested(state) ? fail("reverted", status.error) : to(state);
    case "failed":
      return fail("refused-by-reader", status.error);
  }
}

function healthy(state: UpdateState, nowMs: number): UpdateStep {
  if (state.kind !== "proving") return to(state);
  const healths = state.healths + 1;
  if (healths < healthsMin || nowMs - state.sinceMs < proveMs) return to({ ...state, healths });
  return to({ kind: "confirming", tries: 1, untilMs: nowMs + answerMs }, { kind: "send-confirm" });
}

function due(state: UnderWay, nowMs: number): UpdateStep {
  if (nowMs < state.untilMs) return to(state);
  switch (state.kind) {
    case "waiting":
      return fail("did-not-return");
    case "sending":
      return state.tries < triesMax ? send(state.offset, state.tries + 1, nowMs) : fail("no-progress");
    case "verifying":
      return fail("no-progress");
    case "testing":
      if (state.tries >= triesMax) return fail("did-not-return");
      return to({ kind: "testing", tries: state.tries + 1, untilMs: nowMs + answerMs }, { kind: "send-test" });
    case "proving":
      return fail("did-not-return");
    case "confirming":
      if (state.tries >= triesMax) return fail("no-progress");
      return to({ kind: "confirming", tries: state.tries + 1, untilMs: nowMs + answerMs }, { kind: "send-confirm" });
  }
}

function send(offset: number, tries: number, nowMs: number): UpdateStep {
  const chunk = { kind: "send-chunk", offset, header: offset === 0 } as const;
  return to({ kind: "sending", offset, tries, untilMs: nowMs + answerMs }, chunk);
}

function fail(why: FirmwareRefusal, detail = ""): UpdateStep {
  const isOfReader = why === "refused-by-reader" || why === "reverted" || why === "not-supported";
  return to({ kind: "failed", why, detail }, ...(isOfReader ? [] : [{ kind: "send-abort" } as const]));
}

function to(state: UpdateState, ...effects: UpdateEffect[]): UpdateStep {
  return { state, effects };
}
