// What a person may watch while a scan is read: which rule decided what. Reading never depends on anybody watching.
import type { CleaningRule } from "./cleaning-rules.ts";
import type { DispatchRow } from "./dispatch.ts";
import type { Draft } from "./draft.ts";
import type { RejectReason } from "./reject-reasons.ts";

/** One line of a field table in words for people, Vietnamese first: what the field is, and what may stand in it. */
export interface FieldLine {
  readonly title: string;
  readonly rule: string;
}

/** Told of each decision in the order in which they fall. A `reason` ends the reading. */
export interface ReadingObserver {
  /** A rule of cleaning changed the text, or refused it. */
  cleaned(rule: CleaningRule, reason: RejectReason | undefined): void;
  /** The row of the dispatch table that fits. */
  dispatched(row: DispatchRow): void;
  /** A field was read into `draft`, which goes on to change: what is of interest must be copied. */
  fieldRead(line: FieldLine, draft: Draft, reason: RejectReason | undefined): void;
}
