// Writes down which rule decided what while one scan is read, for a person who asks why.
import { type CleaningRule, cleaningRules } from "./cleaning-rules.ts";
import type { DispatchRow } from "./dispatch.ts";
import type { Draft } from "./draft.ts";
import type { CardFacts, Insurance, Person } from "./patient-document.ts";
import type { FieldLine, ReadingObserver } from "./reading-observer.ts";
import type { RejectReason } from "./reject-reasons.ts";
import type { WarningCode } from "./warnings.ts";

export type DocumentMember = keyof Person | keyof Insurance | keyof CardFacts;

/** One decision. All words are Vietnamese first, English beside. */
export interface Decision {
  readonly stage: "cleaning" | "dispatch" | "field";
  /** A rule of cleaning (P1 to P6), a row of the dispatch table, or what the field is. */
  readonly title: string;
  readonly rule: string;
  /** Members of the document that the decision has filled. */
  readonly members: readonly (readonly [DocumentMember, string])[];
  readonly warnings: readonly WarningCode[];
  /** Why it ended the reading, if it did. */
  readonly reason: RejectReason | undefined;
}

/** Watches one reading. */
export class DecisionLog implements ReadingObserver {
  readonly decisions: Decision[] = [];
  readonly #membersSeen = new Set<string>();
  readonly #warningsSeen = new Set<WarningCode>();

  cleaned(rule: CleaningRule, reason: RejectReason | undefined): void {
    this.#add("cleaning", rule, cleaningRules[rule], reason);
  }

  dispatched({ row, words, destination }: DispatchRow): void {
    this.#add("dispatch", row, words, destination.kind === "refused" ? destination.reason : undefined);
  }

  fieldRead({ title, rule }: FieldLine, draft: Draft, reason: RejectReason | undefined): void {
    const all = Object.entries({ ...draft.person, ...draft.insurance, ...draft.document });
    const members = all.filter(([name]) => !this.#membersSeen.has(name)) as [DocumentMember, string][];
    const warnings = draft.warnings.filter((code) => !this.#warningsSeen.has(code));
    for (const [name] of members) this.#membersSeen.add(name);
    for (const code of warnings) this.#warningsSeen.add(code);
    this.decisions.push({ stage: "field", title, rule, members, warnings, reason });
  }

  #add(stage: "cleaning" | "dispatch", title: string, rule: string, reason: RejectReason | undefined): void {
    this.decisions.push({ stage, title, rule, members: [], warnings: [], reason });
  }
}
