// What a running broker counts about the messages that pass through it, since its start.
import { Spread } from "./spread.ts";

/** What was refused for want of rights, or because it is over a limit of its user. */
export const deniedActions = ["connect", "publish", "will", "subscribe", "delivery"] as const;
export type DeniedAction = (typeof deniedActions)[number];

export interface Counters {
  /** Messages taken from publishers, wills included. */
  received: number;
  /** Messages written to disk before their PUBACK. */
  kept: number;
  /** PUBLISH packets sent to subscribers, repetitions included. */
  delivered: number;
  /** By what was denied; connects for any reason that the gatekeeper has. */
  readonly denied: Record<DeniedAction, number>;
  /** Clients that were not let in, by the reason that the gatekeeper had. */
  readonly refusedClients: Map<string, number>;
  /** Times that a user or a network was locked out after wrong passwords. */
  lockedOut: number;
  /** Clients that came under the id of one that was connected, whether they took over or were refused. */
  takeOvers: number;
  /** Fights of two clients for one id. */
  disputes: number;
  /** QoS 0 messages dropped for subscribers that don't read. */
  droppedUnkept: number;
  /** From a PUBLISH's arrival until it may be acknowledged, in seconds. */
  readonly publishSeconds: Spread;
  /** Sessions ended because their client stayed away too long, or their queue was full. */
  sessionsEnded: number;
  /** When what people have to hear of came last, in monotonic milliseconds. */
  readonly lastAtMs: Partial<Record<Incident, number>>;
}

/** `loss`: a session was ended with messages in its queue. */
export type Incident = "dispute" | "lock-out" | "loss";

/** A commit takes half a millisecond on an SSD and tens on a memory card. */
const publishSecondsBounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

export const newCounters = (): Counters => ({
  received: 0,
  kept: 0,
  delivered: 0,
  denied: { connect: 0, publish: 0, will: 0, subscribe: 0, delivery: 0 },
  refusedClients: new Map(),
  publishSeconds: new Spread(publishSecondsBounds),
  lockedOut: 0,
  takeOvers: 0,
  disputes: 0,
  droppedUnkept: 0,
  sessionsEnded: 0,
  lastAtMs: {},
});

/** What fits in one line for people: how many were denied in all, without the spread. */
export type CounterTotals = Omit<Counters, "denied" | "refusedClients" | "publishSeconds" | "lastAtMs"> & {
  readonly denied: number;
};

export function totalsOf(counters: Counters): CounterTotals {
  const { denied, refusedClients: _clients, publishSeconds: _seconds, lastAtMs: _at, ...totals } = counters;
  return { ...totals, denied: Object.values(denied).reduce((sum, count) => sum + count, 0) };
}
