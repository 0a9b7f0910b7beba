// One record of the audit log, its canonical form, and the chain of hashes that joins each to all before it.
import { createHash } from "node:crypto";
import type { AuditEntry } from "./audit.ts";

export interface AuditRecord extends AuditEntry {
  /** 1 for the first, without gaps. */
  readonly sequence: number;
  /** RFC 3339, UTC, milliseconds. */
  readonly time: string;
  /** How often it came, and when for the last time, where several became one record. */
  readonly count?: number | undefined;
  readonly until?: string | undefined;
}

/** A record as it is kept. */
export interface ChainedRecord {
  readonly sequence: number;
  /** The canonical form. */
  readonly body: string;
  /** SHA-256 of the hash before, a line feed and the body; hexadecimal. */
  readonly hash: string;
}

/** The end of a chain: everything before it is fixed by it. */
export interface Head {
  readonly sequence: number;
  readonly hash: string;
}

/** Before the first record. */
export const genesis: Head = { sequence: 0, hash: "0".repeat(64) };

const members = [
  ...["sequence", "time", "until", "count", "action", "result"],
  ...["account", "address", "port", "client", "object", "why"],
] as const satisfies readonly (keyof AuditRecord)[];

/** JSON with the members in one order, those that are absent or empty left out. */
export function canonical(record: AuditRecord): string {
  const present = members.flatMap((member) => ((record[member] ?? "") === "" ? [] : [[member, record[member]]]));
  return JSON.stringify(Object.fromEntries(present));
}

export const hashAfter = (before: string, body: string): string =>
  createHash("sha256").update(`${before}\n${body}`).digest("hex");

export function chain(before: Head, entry: Omit<AuditRecord, "sequence">): ChainedRecord {
  const sequence = before.sequence + 1;
  const body = canonical({ ...entry, sequence });
  return { sequence, body, hash: hashAfter(before.hash, body) };
}

/** `SEQUENCE:HASH`, as it stands in the service log. */
export const writeHead = ({ sequence, hash }: Head): string => `${sequence}:${hash}`;

/** Undefined for what is no head. */
export function readHead(text: string): Head | undefined {
  const [, sequence, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? [];
  return hash === undefined ? undefined : { sequence: Number(sequence), hash };
}
