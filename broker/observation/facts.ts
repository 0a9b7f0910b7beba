// What is observed of a running broker at one moment; figures only, nothing that names a client, a user or a patient.

import type { CommitFigures } from "../../store/group-commit.ts";
import type { EnrolmentFacts } from "../authority/enrolment-server.ts";
import type { DeniedAction, Incident } from "../delivery/counters.ts";
import type { SpreadFigures } from "../delivery/spread.ts";
import type { ListenerFigures } from "../listeners.ts";

/** Counts are since the start, unless they are of things that are there now. */
export interface Facts {
  readonly version: string;
  readonly uptimeSeconds: number;
  readonly connections: ListenerFigures;
  /** Every reason there is, the ones that never came too. */
  readonly refused: Readonly<Record<string, number>>;
  readonly denied: Readonly<Record<DeniedAction, number>>;
  readonly messages: {
    readonly received: number;
    readonly kept: number;
    readonly delivered: number;
    readonly dropped: number;
  };
  readonly publishSeconds: SpreadFigures;
  readonly commits: CommitFigures;
  readonly sessions: SessionFacts;
  readonly queues: QueueFigures;
  readonly retained: number;
  readonly store: StoreFacts;
  readonly takeOvers: number;
  readonly disputes: number;
  readonly lockOuts: number;
  /** Since each last came; none where it never did. */
  readonly secondsSince: Readonly<Partial<Record<Incident, number>>>;
  readonly users: { readonly count: number; readonly isStale: boolean };
  readonly audit: AuditFigures;
  readonly tls: TlsFigures | undefined;
  readonly enrolment: EnrolmentFacts | undefined;
  readonly process: ProcessFacts;
}

export interface SessionFacts {
  /** Clients that are connected, with a kept session or without. */
  readonly connected: number;
  /** Kept sessions whose clients are here, and away. */
  readonly keptPresent: number;
  readonly keptAbsent: number;
  readonly subscriptions: number;
  /** Ended because their client stayed away too long, or their queue was full. */
  readonly ended: number;
}

/** Over all kept sessions. */
export interface QueueFigures {
  readonly messages: number;
  /** Topics and payloads. */
  readonly bytes: number;
  /** Of the session with the most. */
  readonly messagesLongest: number;
  readonly bytesLargest: number;
  /** Since the oldest message was kept; 0 without one. */
  readonly oldestSeconds: number;
  /** How much of its nearest bound the fullest queue has used up: at 1 that session ends. */
  readonly fullest: number;
  /** The alarm step that this share stands on, 0 below the first; one that wavers around a step stays on it. */
  readonly alarmStep: number;
}

/** Sizes on the disk; what could not be read is undefined. */
export interface StoreFacts {
  readonly bytes: number | undefined;
  /** Of these, in use: what deleted messages left behind is used again. */
  readonly usedBytes: number;
  readonly walBytes: number | undefined;
  readonly diskFreeBytes: number | undefined;
  /** How much of the nearest bound is used up (storeBytesMax, diskFreeBytesMin), and the alarm step it stands on. */
  readonly fill: number;
  readonly alarmStep: number;
  /** Messages that need keeping are refused. */
  readonly isFull: boolean;
}

export interface AuditFigures {
  readonly written: number;
  /** Attempts to write that failed. */
  readonly failures: number;
  /** Records given up because too many waited. */
  readonly lost: number;
  /** False from a failed attempt until one succeeds. */
  readonly isWritable: boolean;
}

export interface TlsFigures {
  /** What is left, in seconds; negative when it is over. */
  readonly certificateSeconds: number;
  readonly authoritySeconds: number;
  readonly listSeconds: number | undefined;
  readonly refused: number;
  readonly ended: number;
  readonly reloadFailures: number;
  /** The changed files can't be used. */
  readonly isStale: boolean;
}

export interface ProcessFacts {
  /** Seconds since 1970. */
  readonly startSeconds: number;
  readonly residentBytes: number;
  readonly heapBytes: number;
  readonly cpuSeconds: number;
  /** Longest wait of the event loop within the last minute. */
  readonly loopLagSecondsMax: number;
}
