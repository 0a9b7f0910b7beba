// What a running broker counts about the messages that pass through it, since its start.

export interface Counters {
  /** Messages taken from publishers, wills included. */
  received: number;
  /** Messages written to disk before their PUBACK. */
  kept: number;
  /** PUBLISH packets sent to subscribers, repetitions included. */
  delivered: number;
  /** Publishes, subscriptions, wills and connections refused, and deliveries withheld, for want of rights. */
  denied: number;
  /** Clients that came under the id of one that was connected, whether they took over or were refused. */
  takeOvers: number;
  /** QoS 0 messages dropped for subscribers that don't read. */
  droppedUnkept: number;
  /** Sessions ended because their client stayed away too long, or their queue was full. */
  sessionsEnded: number;
}

export const newCounters = (): Counters => ({
  received: 0,
  kept: 0,
  delivered: 0,
  denied: 0,
  takeOvers: 0,
  droppedUnkept: 0,
  sessionsEnded: 0,
});
