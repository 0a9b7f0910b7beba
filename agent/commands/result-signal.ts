// What a reader is told when the hospital's answer to a check-in arrives (DESK chapter b: one beep, or two that ask for a look).
import type { Outcome } from "../../protocol/driver/outcome.ts";

/** Answers that need the receptionist's eyes; every patient is received all the same. */
const needAttention: ReadonlySet<string> = new Set(["not_found", "expired", "ended", "mismatch", "bad_number"]);

export interface Result {
  /** The event that it answers. */
  readonly subject: string;
  readonly signal: Outcome;
}

/** Undefined when the payload is no JSON object or names no event. The outcome may stand at the top or in `data`. */
export function readResult(payload: Uint8Array): Result | undefined {
  try {
    const result: unknown = JSON.parse(Buffer.from(payload).toString("utf8"));
    if (typeof result !== "object" || result === null) return undefined;
    const subject = "subject" in result ? result.subject : undefined;
    if (typeof subject !== "string") return undefined;
    const data = "data" in result && typeof result.data === "object" && result.data !== null ? result.data : result;
    const outcome = "outcome" in data ? data.outcome : undefined;
    const isForEyes = typeof outcome === "string" && needAttention.has(outcome);
    return { subject, signal: isForEyes ? "attention" : "result" };
  } catch {
    return undefined;
  }
}
