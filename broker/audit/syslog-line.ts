// An audit record as a line of syslog (RFC 5424), for the central log of a hospital.
import type { AuditRecord } from "./audit-record.ts";

/** "log audit" (clause 6.2.1, table 1). */
const facility = 13;
/** Informational, warning, alert (table 2). */
const severities = { ok: 6, refused: 4, alarm: 1 } as const;
/** The number that RFC 5612 keeps for examples: we have none of our own. */
const structuredDataId = "tiepdon@32473";
const parameters = [
  "sequence",
  "until",
  "count",
  "result",
  "account",
  "address",
  "port",
  "client",
  "object",
  "why",
] as const;

/** `hash` is the record's own, so that a central log can vouch for the chain. */
export function syslogLine(record: AuditRecord, hash: string, host: string): string {
  const priority = facility * 8 + severities[record.result];
  const present = parameters.flatMap((name) => {
    const value = record[name];
    return value === undefined ? [] : [`${name}="${escaped(String(value))}"`];
  });
  const data = [structuredDataId, ...present, `hash="${hash}"`].join(" ");
  return `<${priority}>1 ${record.time} ${host} tiepdon - ${record.action} [${data}]`;
}

/** Clause 6.3.3: a quote, a backslash and a closing bracket. A control character would begin a line of somebody's making. */
const escaped = (value: string): string => value.replace(/["\\\]]/g, "\\$&").replace(/\p{Cc}/gu, "?");
