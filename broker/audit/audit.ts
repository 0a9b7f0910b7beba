// What the parts of the broker tell the audit log: who did or tried what, and what came of it.

/** Acts of commands. Each is written by itself. */
export const administrativeActions = [
  ...["user-add", "user-password", "user-remove", "user-enable"],
  ...["ca-init", "ca-issue", "ca-revoke", "ca-token"],
  ...["broker-import", "broker-export", "broker-backup", "broker-restore"],
] as const;
/** Acts of the broker itself, which nobody can bring about in numbers. */
export const ownActions = ["chain-begin", "checkpoint", "broker-start", "broker-stop", "tls-reload"] as const;
/** What others bring about: repetitions within a minute become one record with a count. */
export const networkActions = [
  ...["connect", "disconnect", "publish", "subscribe", "will", "deliver"],
  ...["take-over", "lock-out", "account-change", "enrol"],
] as const;

export type AuditAction =
  | (typeof administrativeActions)[number]
  | (typeof ownActions)[number]
  | (typeof networkActions)[number];

export interface AuditEntry {
  readonly action: AuditAction;
  readonly result: "ok" | "refused" | "alarm";
  /** A user that the broker knows, `CN=` and the name of a certified desk, or who ran a command. Never an unknown name. */
  readonly account?: string | undefined;
  /** Where it came from. */
  readonly address?: string | undefined;
  readonly port?: number | undefined;
  /** The client id, as `shownClient` has it. */
  readonly client?: string | undefined;
  /** What was acted on: a topic as `shownTopic` has it, a certificate's name, a digest. */
  readonly object?: string | undefined;
  /** A stable code. */
  readonly why?: string | undefined;
}

/** Never throws and never waits: what can't be written is told elsewhere. */
export interface Audit {
  note(entry: AuditEntry): void;
}
