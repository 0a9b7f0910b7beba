// Takes a message to everybody who subscribed to it, and says when it is kept.
import type { Clock, Log } from "../../protocol/host.ts";
import type { BrokerStore } from "../store/broker-store.ts";
import type { KeepOptions, Receiver } from "../store/event-queue.ts";
import { type Message, messageBytes, type Qos } from "../store/message.ts";
import { StoreFull, type StoreRoom } from "../store/store-room.ts";
import { filterMatches } from "../topic/topic-filter.ts";
import type { Backlog } from "./backlog.ts";
import type { Counters } from "./counters.ts";
import { encodePublish } from "./publish-packet.ts";
import { overflowOf, type QueueCaps } from "./queue-caps.ts";
import type { QueueUpkeep } from "./queue-upkeep.ts";
import type { Session } from "./session.ts";
import type { Sessions } from "./sessions.ts";

/** One source of messages, whose acknowledgements have to come in the order of its messages (MQTT 3.1.1 clause 4.6). */
export interface Publisher {
  /** Messages of it that wait for a commit. */
  pending: number;
}

export interface Publication {
  readonly message: Message;
  readonly retain: boolean;
  readonly publisher: Publisher;
  /** Written in the same transaction. False means that the message was taken before, and goes nowhere. */
  readonly also?: () => boolean;
}

export interface RouterOptions {
  readonly store: BrokerStore;
  readonly sessions: Sessions;
  readonly upkeep: QueueUpkeep;
  readonly counters: Counters;
  readonly clock: Clock;
  readonly log: Log;
  readonly caps: QueueCaps;
  readonly room: Pick<StoreRoom, "isFull">;
}

interface Targets {
  /** Sessions with a stored queue, and the row of each. */
  readonly kept: { readonly session: Session; readonly backlog: Backlog; readonly qos: Qos }[];
  readonly unkept: { readonly session: Session; readonly qos: Qos }[];
  readonly atQos0: Session[];
}

/** Writes that may wait while a message still is delivered before its commit: that commit then comes in this turn of the event loop, before any acknowledgement is read. Below the store's bound for one commit. */
const earlyDepthMax = 256;

export class Router {
  readonly #options: RouterOptions;
  /** Retained messages on their way into the store. */
  readonly #retaining = new Map<string, Message>();

  constructor(options: RouterOptions) {
    this.#options = options;
  }

  /**
   * Calls `done` once the message is kept for everybody who must get it even after a power cut: after a commit, or at
   * once where nobody needs that. With an error nothing of it was kept; `StoreFull` where there is no room for it.
   */
  publish(publication: Publication, done: (error?: Error) => void): void {
    const { message, publisher, also } = publication;
    const { store, counters, upkeep, room } = this.#options;
    const targets = this.#targetsOf(message);
    const { kept } = targets;
    // A retained message of QoS 0 may be forgotten at any time (MQTT 3.1.1 clause 3.3.1.3).
    const retain = publication.retain && !(room.isFull && message.qos === 0);
    if (room.isFull && (kept.length > 0 || retain)) {
      done(new StoreFull());
      return;
    }
    if (also === undefined) this.#deliverUnkept(message, targets);
    if (kept.length === 0 && !retain && also === undefined && (publisher.pending === 0 || message.qos === 0)) {
      done();
      return;
    }
    const event = kept.length > 0 ? store.queue.newId() : 0;
    const bytes = messageBytes(message);
    const isEarly = also === undefined && store.commit.depth < earlyDepthMax;
    const held = kept.filter(({ session, qos }) => {
      return !isEarly || !session.offerEarly(message, { qos, retain: false, event, copies: kept.length, bytes });
    });
    for (const { session } of held) session.hold();
    if (retain) this.#retaining.set(message.topic, message);
    publisher.pending += 1;
    let isNew = true;
    store.commit.add(
      () => {
        isNew = also?.() ?? true;
        if (!isNew) return;
        if (kept.length > 0) store.queue.keep(event, message, kept.map(receiver), this.#keptAs(false));
        if (retain) store.retained.put(message);
      },
      (error) => {
        publisher.pending -= 1;
        if (this.#retaining.get(message.topic) === message) this.#retaining.delete(message.topic);
        const isKept = error === undefined && isNew;
        if (isKept && (kept.length > 0 || retain)) counters.kept += 1;
        done(error);
        if (isKept) for (const { backlog } of kept) backlog.grow(bytes);
        if (isKept && also !== undefined) this.#deliverUnkept(message, targets);
        for (const { session } of held) session.unhold();
      },
    );
    upkeep.ride();
  }

  /** Sends the retained messages of a new subscription. */
  sendRetained(session: Session, granted: readonly { filter: string; qos: number }[]): void {
    const { store, log } = this.#options;
    const { backlog } = session;
    const kept: { message: Message; event: number }[] = [];
    let isHeld = false;
    for (const { filter, qos } of granted) {
      for (const retained of this.#retainedMessages(filter)) {
        if (!session.rights.mayRead(retained.topic)) continue;
        const message: Message = { ...retained, qos: lower(retained.qos, qos) };
        if (backlog === undefined || message.qos === 0) {
          session.offer(message, message.qos, true);
          continue;
        }
        const event = store.queue.newId();
        kept.push({ message, event });
        const keptAs = { qos: message.qos, retain: true, event, copies: 1, bytes: messageBytes(message) };
        if (isHeld || (store.commit.depth < earlyDepthMax && session.offerEarly(message, keptAs))) continue;
        isHeld = true;
        session.hold();
      }
    }
    if (backlog === undefined || kept.length === 0) return;
    store.commit.add(
      () => {
        for (const { message, event } of kept) {
          store.queue.keep(event, message, [{ session: backlog.session, qos: message.qos }], this.#keptAs(true));
        }
      },
      (error) => {
        if (error === undefined) for (const { message } of kept) backlog.grow(messageBytes(message));
        else log.error({ error, clientId: session.clientId }, "Retained messages could not be kept for a subscriber");
        if (isHeld) session.unhold();
      },
    );
  }

  /** What the filter's topics retain, with what is only just being written. */
  *#retainedMessages(filter: string): Generator<Message> {
    for (const stored of this.#options.store.retained.match(filter)) {
      if (!this.#retaining.has(stored.topic)) yield stored;
    }
    for (const message of this.#retaining.values()) {
      if (message.payload.length > 0 && filterMatches(filter, message.topic)) yield message;
    }
  }

  #keptAs(retain: boolean): KeepOptions {
    const { clock } = this.#options;
    return { retain, keptAt: clock.isSynced() ? clock.now() : null };
  }

  #targetsOf(message: Message): Targets {
    const { sessions, caps } = this.#options;
    const targets: Targets = { kept: [], unkept: [], atQos0: [] };
    const bytes = messageBytes(message);
    for (const [session, granted] of sessions.tree.match(message.topic)) {
      const qos = lower(message.qos, granted);
      const { backlog } = session;
      if (!session.rights.mayRead(message.topic)) session.withhold(message.topic);
      else if (qos === 0) targets.atQos0.push(session);
      else if (backlog === undefined) targets.unkept.push({ session, qos });
      else {
        const overflow = overflowOf(backlog, bytes, caps);
        if (overflow === undefined) targets.kept.push({ session, backlog, qos });
        else sessions.end(session, overflow);
      }
    }
    return targets;
  }

  #deliverUnkept(message: Message, { unkept, atQos0 }: Targets): void {
    for (const { session, qos } of unkept) session.offer(message, qos, false);
    if (atQos0.length === 0) return;
    const packet = encodePublish({ ...message, qos: 0, retain: false, dup: false, messageId: 0 });
    for (const session of atQos0) session.sendNow(packet);
  }
}

const receiver = ({ backlog, qos }: { backlog: Backlog; qos: Qos }): Receiver => ({ session: backlog.session, qos });

function lower(qos: Qos, granted: number): Qos {
  return granted >= qos ? qos : granted === 1 ? 1 : 0;
}
