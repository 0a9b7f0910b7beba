// What became of sent messages, written with the next commit that somebody else waits for: nobody waits for this.
import type { Log } from "../../protocol/host.ts";
import type { BrokerStore } from "../store/broker-store.ts";

/** One session's copy of a stored event. */
export interface StoredCopy {
  readonly event: number;
  readonly copies: number;
  readonly bytes: number;
}

/** The queue that a copy was in. */
interface CountedQueue {
  readonly session: number;
  shrink(bytes: number): void;
}

interface Receipt {
  readonly queue: CountedQueue;
  readonly copy: StoredCopy;
}

interface Release {
  readonly session: number;
  readonly copy: StoredCopy;
}

interface Notes {
  readonly acknowledged: readonly Receipt[];
  readonly released: readonly Release[];
  readonly sent: ReadonlyMap<StoredCopy, SentAs>;
}

interface SentAs {
  readonly session: number;
  readonly messageId: number;
}

/** Longest wait for somebody else's commit, in milliseconds. After a kill that much is sent twice. */
const waitMsMax = 250;
/** Notes that are written at once at the latest: bounds memory and one commit while a long queue drains. */
const notesMax = 512;

/** How many events of a session may have been sent of which the store knows nothing after a kill: those in its window, and those acknowledged since the last commit. */
export const unnotedMax = (inFlightMax: number): number => 2 * inFlightMax + notesMax;

/**
 * Losing a note does no harm: the message is sent again, which QoS 1 allows. So acknowledged copies go with the next
 * commit. The message id of a copy is only written when it has not been acknowledged for a while: most never need it.
 */
export class QueueUpkeep {
  readonly #store: BrokerStore;
  readonly #log: Log;
  #acknowledged: Receipt[] = [];
  #released: Release[] = [];
  #sent = new Map<StoredCopy, SentAs>();
  #timer: NodeJS.Timeout | undefined;
  #rides = false;

  constructor(store: BrokerStore, log: Log) {
    this.#store = store;
    this.#log = log;
  }

  sent(session: number, copy: StoredCopy, messageId: number): void {
    this.#sent.set(copy, { session, messageId });
    this.#arm();
  }

  released(session: number, copy: StoredCopy): void {
    this.#released.push({ session, copy });
    this.#arm();
  }

  acknowledged(queue: CountedQueue, copy: StoredCopy): void {
    this.#sent.delete(copy);
    const { event, copies, bytes } = copy;
    this.#acknowledged.push({ queue, copy: { event, copies, bytes } }); // its payload is not needed any more
    if (this.#acknowledged.length >= notesMax) this.ride();
    else this.#arm();
  }

  /** Joins the commit that somebody is about to ask for. */
  ride(): void {
    if (this.#rides || this.#acknowledged.length === 0) return;
    this.#rides = true;
    this.#write(false, () => {
      this.#rides = false;
    });
  }

  /** Writes everything; `done` is called when the store is up to date, or the disk refused. */
  settle(done: () => void): void {
    this.#write(true, done);
  }

  /** No more writing by the clock; for closing down. */
  stop(): void {
    clearTimeout(this.#timer);
  }

  #arm(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#write(true, () => {});
    }, waitMsMax);
  }

  #write(withMessageIds: boolean, done: () => void): void {
    let taken: Notes | undefined;
    let removed: Receipt[] = [];
    this.#store.commit.add(
      () => {
        taken ??= this.#takeNotes(withMessageIds);
        const { queue } = this.#store;
        removed = [];
        for (const receipt of taken.acknowledged) {
          const { event, copies } = receipt.copy;
          if (queue.remove(receipt.queue.session, event, copies)) removed.push(receipt);
        }
        for (const { session, copy } of taken.released) queue.release(session, copy.event);
        for (const [copy, { session, messageId }] of taken.sent) queue.assign(session, copy.event, messageId);
      },
      (error) => {
        if (error !== undefined && taken !== undefined) {
          this.#log.error({ error }, "Receipts of subscribers could not be written; they are tried again");
          this.#giveBack(taken);
        } else for (const { queue, copy } of removed) queue.shrink(copy.bytes);
        done();
      },
    );
  }

  #takeNotes(withMessageIds: boolean): Notes {
    const taken: Notes = {
      acknowledged: this.#acknowledged,
      released: this.#released,
      sent: withMessageIds ? this.#sent : new Map<StoredCopy, SentAs>(),
    };
    this.#acknowledged = [];
    this.#released = [];
    if (withMessageIds) this.#sent = new Map();
    return taken;
  }

  #giveBack(taken: Notes): void {
    this.#acknowledged = [...taken.acknowledged, ...this.#acknowledged];
    this.#released = [...taken.released, ...this.#released];
    this.#sent = new Map([...taken.sent, ...this.#sent]);
    this.#arm();
  }
}
