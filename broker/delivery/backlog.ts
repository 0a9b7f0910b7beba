// One session's stored queue, as the session sees it.
import type { BrokerStore } from "../store/broker-store.ts";
import type { QueuedEvent } from "../store/event-queue.ts";
import type { QueueUpkeep, StoredCopy } from "./queue-upkeep.ts";

/** Events read from the store at a time: keeps memory small while a long queue drains. */
export const backlogBatch = 64;

export class Backlog {
  readonly session: number;
  readonly #store: BrokerStore;
  readonly #upkeep: QueueUpkeep;
  #queued: number;

  constructor(session: number, queued: number, store: BrokerStore, upkeep: QueueUpkeep) {
    this.session = session;
    this.#queued = queued;
    this.#store = store;
    this.#upkeep = upkeep;
  }

  /** How many events are stored for the session; acknowledged ones are counted until the store has forgotten them. */
  get queued(): number {
    return this.#queued;
  }

  /** So many more events were kept for this session; fewer, if negative. */
  grow(events: number): void {
    this.#queued += events;
  }

  /** The next events behind `cursor`; fewer than a batch means that there are no more. */
  after(cursor: number): readonly QueuedEvent[] {
    return this.#store.queue.after(this.session, cursor, backlogBatch);
  }

  sent(copy: StoredCopy, messageId: number): void {
    this.#upkeep.sent(this.session, copy, messageId);
  }

  /**
   * Writes the message id before the packet is sent. Only for QoS 2, which has to come back under the same id even
   * after a kill, or the subscriber takes it for another message (MQTT 3.1.1 clause 4.3.3).
   */
  assign(copy: StoredCopy, messageId: number, send: () => void): void {
    this.#store.commit.add(
      () => this.#store.queue.assign(this.session, copy.event, messageId),
      (error) => {
        if (error === undefined) send();
      },
    );
  }

  released(copy: StoredCopy): void {
    this.#upkeep.released(this.session, copy);
  }

  done(copy: StoredCopy): void {
    this.#upkeep.acknowledged(this, copy);
  }

  /** Calls back when `after` tells the whole truth about what was sent and acknowledged. */
  settle(done: () => void): void {
    this.#upkeep.settle(done);
  }
}
