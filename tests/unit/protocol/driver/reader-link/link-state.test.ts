// The life of a ReaderLink conversation as a table: each state, each input, what follows.
import { describe, expect, it, test } from "vitest";
import {
  closedLink,
  helloTriesMax,
  type LinkInput,
  type LinkState,
  stepLink,
} from "../../../../../protocol/driver/reader-link/link-state.ts";

const hello: LinkState = { kind: "hello", tries: 1, wasReady: false, mayArm: false };
const agreed: LinkState = { kind: "agreed", tries: 2, wasReady: false, mayArm: false };
const claimed: LinkState = { kind: "claimed", tries: 0, wasReady: true, mayArm: false };
const armed: LinkState = { kind: "armed", tries: 0, wasReady: true, mayArm: true };
const failed: LinkState = { kind: "failed", tries: 0, wasReady: true, mayArm: false };

test.each<readonly [LinkState, LinkInput["kind"], LinkState, readonly string[]]>([
  [closedLink, "opened", hello, ["end-frames", "send-hello"]],
  [closedLink, "hello", closedLink, []],
  [closedLink, "hello-due", closedLink, []],
  [hello, "hello", { ...agreed, tries: 1 }, []],
  [hello, "hello-again", { ...agreed, tries: 1 }, []],
  [hello, "hello-due", { ...hello, tries: 2 }, ["send-hello"]],
  [
    { ...hello, tries: helloTriesMax },
    "hello-due",
    { ...hello, tries: helloTriesMax, kind: "failed" },
    ["handshake-failed"],
  ],
  [hello, "capabilities", hello, []],
  [hello, "no-version", { ...hello, kind: "failed" }, ["version-unknown"]],
  [hello, "arm", { ...hello, mayArm: true }, []],
  [agreed, "hello", agreed, []],
  [agreed, "capabilities", claimed, ["send-disarm", "ready"]],
  [{ ...agreed, mayArm: true }, "capabilities", armed, ["send-arm", "ready"]],
  [{ ...agreed, wasReady: true }, "capabilities", claimed, ["send-disarm"]],
  [agreed, "hello-due", { ...agreed, tries: 3 }, ["send-hello"]],
  [claimed, "arm", armed, ["send-arm"]],
  [claimed, "disarm", claimed, []],
  [claimed, "capabilities", claimed, []],
  [claimed, "hello-due", claimed, []],
  [armed, "disarm", claimed, ["send-disarm"]],
  [armed, "arm", armed, []],
  [armed, "hello", { ...armed, kind: "agreed", tries: 1 }, ["send-hello"]],
  [armed, "hello-again", { ...armed, kind: "agreed", tries: 0 }, ["await-hello"]],
  [armed, "silence", { ...armed, kind: "failed" }, ["no-answer"]],
  [armed, "noise", { ...armed, kind: "failed" }, ["line-noise"]],
  [failed, "opened", failed, []],
  [failed, "silence", failed, []],
])("%j at %s", (before, kind, after, effects) => {
  const step = stepLink(before, { kind });
  expect(step.state).toEqual(after);
  expect(step.effects.map((effect) => (effect.kind === "fail" ? effect.why : effect.kind))).toEqual(effects);
});

describe("a reader that is disarmed while it restarts", () => {
  it("is not armed when it is back", () => {
    const inputs: readonly LinkInput["kind"][] = ["hello", "disarm", "capabilities"];
    const { state } = inputs.reduce((step, kind) => stepLink(step.state, { kind }), stepLink(armed, { kind: "arm" }));
    expect(state).toEqual(claimed);
  });
});
