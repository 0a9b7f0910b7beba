// Takes a message to everybody who subscribed to it: kept first, then acknowledged, then delivered.
import type { Log } from "../../protocol/host.ts";
import type { BrokerStore } from "../store/broker-store.ts";
import type { Receiver } from "../store/event-queue.ts";
import type { Message, Qos } from "../store/message.ts";
import type { Counters } from "./counters.ts";
import { encodePublish } from "./publish-packet.ts";
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
  readonly log: Log;
  readonly queuedMessagesMax: number;
}

interface Targets {
  /** Sessions with a stored queue, and their rows. */
  readonly kept: Session[];
  readonly receivers: Receiver[];
  readonly unkept: { session: Session; qos: Qos }[];
  readonly atQos0: Session[];
}

export class Router {
  readonly #options: RouterOptions;

  constructor(options: RouterOptions) {
    this.#options = options;
  }

  /**
   * Calls `done` once the message is kept for everybody who must get it even after a power cut: after a commit, or at
   * once where nobody needs that. With an error nothing of it was kept, and nobody gets it.
   */
  publish(publication: Publication, done: (error?: Error) => void): void {
    const { message, retain, publisher, also } = publication;
    const { store, upkeep, counters } = this.#options;
    counters.received += 1;
    const targets = this.#targetsOf(message);
    const isToBeKept = targets.receivers.length > 0 || retain || also !== undefined;
    if (!isToBeKept && (publisher.pending === 0 || message.qos === 0)) {
      done();
      this.#deliver(message, targets, 0);
      return;
    }
    if (message.qos === 0 && also === undefined) {
      this.#deliver(message, targets, 0); // the retained copy follows: nobody is promised it
      this.#keepRetained(message, done);
      return;
    }
    publisher.pending += 1;
    upkeep.ride();
    let event = 0;
    let isNew = true;
    store.commit.add(
      () => {
        isNew = also?.() ?? true;
        if (!isNew) return;
        if (targets.receivers.length > 0) event = store.queue.keep(message, false, targets.receivers);
        if (retain) store.retained.put(message);
      },
      (error) => {
        publisher.pending -= 1;
        if (isToBeKept) counters.kept += 1;
        done(error);
        if (error === undefined && isNew) this.#deliver(message, targets, event);
      },
    );
  }

  /** Sends the retained messages of a new subscription, behind every write that was asked for before. */
  sendRetained(session: Session, granted: readonly { filter: string; qos: number }[]): void {
    const { store, log } = this.#options;
    let found: { message: Message; event: number }[] = [];
    store.commit.add(
      () => {
        found = [];
        for (const { filter, qos } of granted) {
          for (const row of store.retained.match(filter)) {
            if (!session.rights.mayRead(row.topic)) continue;
            const message: Message = { ...row, qos: lower(row.qos, qos) };
            const event = session.backlog === undefined || message.qos === 0 ? 0 : this.#keepFor(session, message);
            found.push({ message, event });
          }
        }
      },
      (error) => {
        if (error !== undefined) return log.error({ error }, "Retained messages could not be sent");
        for (const { message, event } of found) session.offer(message, message.qos, true, event, 1);
      },
    );
  }

  #keepFor(session: Session, message: Message): number {
    const receiver = { session: session.backlog?.session ?? 0, qos: message.qos };
    return this.#options.store.queue.keep(message, true, [receiver]);
  }

  #keepRetained(message: Message, done: () => void): void {
    const { store, log } = this.#options;
    store.commit.add(
      () => store.retained.put(message),
      (error) => {
        if (error !== undefined) log.error({ error }, "A retained message could not be written");
      },
    );
    done();
  }

  #targetsOf(message: Message): Targets {
    const { sessions, counters, queuedMessagesMax } = this.#options;
    const targets: Targets = { kept: [], receivers: [], unkept: [], atQos0: [] };
    for (const [session, granted] of sessions.tree.match(message.topic)) {
      const qos = lower(message.qos, granted);
      if (!session.rights.mayRead(message.topic)) counters.denied += 1;
      else if (qos === 0) targets.atQos0.push(session);
      else if (session.backlog === undefined) targets.unkept.push({ session, qos });
      else if (session.backlog.queued >= queuedMessagesMax) sessions.end(session, "queue-full");
      else {
        targets.kept.push(session);
        targets.receivers.push({ session: session.backlog.session, qos });
      }
    }
    return targets;
  }

  #deliver(message: Message, { kept, receivers, unkept, atQos0 }: Targets, event: number): void {
    for (const [index, session] of kept.entries()) {
      session.offer(message, receivers[index]?.qos ?? 0, false, event, receivers.length);
    }
    for (const { session, qos } of unkept) session.offer(message, qos, false, 0, 0);
    if (atQos0.length === 0) return;
    const packet = encodePublish({ ...message, qos: 0, retain: false, dup: false, messageId: 0 });
    for (const session of atQos0) session.sendNow(packet);
  }
}

function lower(qos: Qos, granted: number): Qos {
  return granted >= qos ? qos : granted === 1 ? 1 : 0;
}
