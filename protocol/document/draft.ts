// A document while it is being read: what is known so far, and how reading ends.
import type { CardFacts, DocumentFormat, Insurance, Person, Reading } from "./patient-document.ts";
import type { RejectReason } from "./reject-reasons.ts";
import type { WarningCode } from "./warnings.ts";

export interface Draft {
  readonly person: Person;
  readonly insurance: Insurance;
  readonly document: CardFacts;
  readonly warnings: WarningCode[];
}

export const emptyDraft = (): Draft => ({ person: {}, insurance: {}, document: {}, warnings: [] });

/** Adds a warning once. */
export function warn(warnings: WarningCode[], code: WarningCode): void {
  if (!warnings.includes(code)) warnings.push(code);
}

/** Ends reading with a document. The draft must not be used afterwards. */
export function accepted(format: DocumentFormat, draft: Draft): Reading {
  const { person, insurance, document, warnings } = draft;
  if (warnings.length > 1) warnings.sort();
  return { kind: "document", document: { format, person, insurance, document, warnings } };
}

/** Ends reading with a refusal. */
export function rejected(reason: RejectReason, resembles: DocumentFormat | "none"): Reading {
  return { kind: "rejected", reason, resembles };
}
