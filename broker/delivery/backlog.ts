// One session's stored queue, as the session sees it.
import type { BrokerStore } from "../store/broker-store.ts";
import type { QueuedEvent, QueueSum } from "../store/event-queue.ts";
import type { QueueUpkeep, StoredCopy } from "./queue-upkeep.ts";

/** Events read from the store at a time: keeps memory small while a long queue drains. */
export const backlogBatch = 64;

export class Backlog {
  readonly session: number;
  readonly #store: BrokerStore;
  readonly #upkeep: QueueUpkeep;
  #queued: number;
  #bytes: number;

  constructor(session: number, { queued, bytes }: QueueSum, store: BrokerStore, upkeep: QueueUpkeep) {
    this.session = session;
    this.#queued = queued;
    this.#bytes = bytes;
    this.#store = store;
    this.#upkeep = upkeep;
  }

  /** How many events are stored for the session; acknowledged ones are counted until the store has forgotten them. */
  get queued(): number {
    return this.#queued;
  }

  /** Their topics and payloads. */
  get bytes(): number {
    return this.#bytes;
  }

  /** When the first of them was kept, milliseconds since 1970; undefined without one, or where that is not known. */
  get oldestKeptAt(): number | undefined {
    return this.#queued > 0 ? this.#store.queue.oldestKeptAt(this.session) : undefined;
  }

  /** One more event of so many bytes was kept for this session. */
  grow(bytes: number): void {
    this.#queued += 1;
    this.#bytes += bytes;
  }

  /** The store has forgotten one. */
  shrink(bytes: number): void {
    this.#queued -= 1;
    this.#bytes -= bytes;
  }

  /** Up to which event an earlier run may have sent some without noting it: such a one is repeated with DUP (MQTT 3.1.1 clause 3.3.1.1). */
  sentUnnotedUpTo = 0;

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
