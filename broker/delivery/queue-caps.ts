// The bounds of one kept session's queue, and how near to them it is.

export interface QueueCaps {
  readonly queuedMessagesMax: number;
  /** Topics and payloads. */
  readonly queuedBytesMax: number;
  readonly queuedHoursMax: number;
  readonly sessionHours: number;
}

/** What is to be known of one kept session's queue. */
export interface QueueFacts {
  readonly clientId: string;
  readonly queued: number;
  readonly bytes: number;
  /** Since the oldest message was kept; undefined without one, or where the clock could not be trusted then. */
  readonly oldestMs: number | undefined;
  /** Since its client left; undefined while it is connected. */
  readonly awayMs: number | undefined;
  /** Of the bound that is nearest: at 1 the session ends. 0 while nothing is queued. */
  readonly share: number;
}

/** Why a session is ended, as the only alternative to losing single messages of it in silence. */
export type SessionEnd = "queue-full" | "queue-too-large" | "queue-too-old" | "away-too-long";

const hourMs = 3_600_000;

/** Why a queue can't take one more message of so many bytes; undefined if it can. */
export function overflowOf(
  { queued, bytes }: Pick<QueueFacts, "queued" | "bytes">,
  messageBytes: number,
  caps: QueueCaps,
): SessionEnd | undefined {
  if (queued >= caps.queuedMessagesMax) return "queue-full";
  return bytes + messageBytes > caps.queuedBytesMax ? "queue-too-large" : undefined;
}

export function isTooOld({ oldestMs = 0 }: Pick<QueueFacts, "oldestMs">, caps: QueueCaps): boolean {
  return oldestMs > caps.queuedHoursMax * hourMs;
}

export function isAwayTooLong({ awayMs = 0 }: Pick<QueueFacts, "awayMs">, caps: QueueCaps): boolean {
  return awayMs > caps.sessionHours * hourMs;
}

/** How much of its nearest bound a queue has used up. An empty queue has nothing to lose, however long its client is away. */
export function shareOf(
  { queued, bytes, oldestMs = 0, awayMs = 0 }: Omit<QueueFacts, "share">,
  caps: QueueCaps,
): number {
  if (queued === 0) return 0;
  return Math.max(
    queued / caps.queuedMessagesMax,
    bytes / caps.queuedBytesMax,
    oldestMs / (caps.queuedHoursMax * hourMs),
    awayMs / (caps.sessionHours * hourMs),
  );
}
