// Checks a chain of audit records: every hash, no gap, a start that a checkpoint vouches for, and the head that left the machine.
import { type AuditRecord, type ChainedRecord, genesis, type Head, hashAfter } from "./audit-record.ts";

export type ChainFault =
  /** The record's text or hash was changed, or it is no record. */
  | "record-changed"
  /** Records are missing before this one. */
  | "records-missing"
  /** The first records are gone, and no checkpoint says so. */
  | "start-missing"
  /** The chain ends before the head that was given, or has another record in its place. */
  | "end-missing"
  | "head-differs"
  /** The head that was given is older than what is kept: nothing can be said of it. */
  | "head-removed";

export type Verdict =
  | { readonly isWhole: true; readonly first: number; readonly head: Head }
  | { readonly isWhole: false; readonly sequence: number; readonly why: ChainFault };

/**
 * `startHash` answers what a checkpoint says about the hash of a record that was removed from the front; the checkpoint
 * itself lies in the chain and is checked with it.
 */
export function verifyChain(
  records: Iterable<ChainedRecord>,
  startHash: (sequence: number) => string | undefined,
  expected?: Head,
): Verdict {
  let before: Head | undefined;
  let first = 1;
  for (const { sequence, body, hash } of records) {
    if (before === undefined) {
      const start = sequence === 1 ? genesis : startOf(sequence, startHash);
      if (start === undefined) return { isWhole: false, sequence, why: "start-missing" };
      if (expected !== undefined && expected.sequence < start.sequence)
        return { isWhole: false, sequence: expected.sequence, why: "head-removed" };
      if (differs(start, expected)) return { isWhole: false, sequence: start.sequence, why: "head-differs" };
      before = start;
      first = sequence;
    }
    if (sequence !== before.sequence + 1)
      return { isWhole: false, sequence: before.sequence + 1, why: "records-missing" };
    if (sequenceIn(body) !== sequence || hashAfter(before.hash, body) !== hash)
      return { isWhole: false, sequence, why: "record-changed" };
    before = { sequence, hash };
    if (differs(before, expected)) return { isWhole: false, sequence, why: "head-differs" };
  }
  if (before === undefined) return { isWhole: false, sequence: 1, why: "records-missing" }; // a chain is never empty
  if (expected !== undefined && expected.sequence > before.sequence)
    return { isWhole: false, sequence: before.sequence + 1, why: "end-missing" };
  return { isWhole: true, first, head: before };
}

const differs = (found: Head, expected: Head | undefined): boolean =>
  expected !== undefined && expected.sequence === found.sequence && expected.hash !== found.hash;

function startOf(first: number, startHash: (sequence: number) => string | undefined): Head | undefined {
  const hash = startHash(first - 1);
  return hash === undefined ? undefined : { sequence: first - 1, hash };
}

function sequenceIn(body: string): number | undefined {
  try {
    return (JSON.parse(body) as Partial<AuditRecord> | null)?.sequence;
  } catch {
    return undefined;
  }
}
