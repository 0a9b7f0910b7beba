// Sends the spool to the broker in order, a small window at a time, until each event has its receipt.
import type { Clock, Log } from "../../protocol/host.ts";
import type { Spool, SpoolEntry } from "../spool/spool.ts";
import type { Ending } from "./connection.ts";
import type { Message, MqttLink } from "./mqtt-link.ts";

/** What ends an event's life in the spool: the broker's PUBACK, or the hospital's answer that names the event. */
export type Receipt = "puback" | "result";

export interface PublisherOptions {
  readonly receipt: Receipt;
  /** Events that may be unacknowledged at once. */
  readonly windowMax: number;
  /** Receipt `result`: how long an acknowledged event may stay without its answer before it is sent again. */
  readonly resultMsMax: number;
  /** The messages that carry one event, in the formats that were configured. */
  readonly messagesOf: (entry: SpoolEntry) => readonly Message[];
  readonly onParked: (entry: SpoolEntry) => void;
}

/** Entries read ahead from the spool, so that the window never waits for a query; more would only fill memory. */
const readAheadMax = 256;
/** Receipts gathered into one write; one at a time would cost a sync of the disk each. */
const receiptsPerWrite = 100;
/** How long a receipt may wait for company. */
const receiptDelayMs = 20;
/** An event that alone makes the broker close the connection this often is refused, not unlucky. */
const refusalsMax = 5;
/** A broker that acknowledges nothing for this long is dead, whatever its socket says. */
const ackMsMax = 30_000;

interface InFlight {
  readonly entry: SpoolEntry;
  unacknowledged: number;
  /** Receipt `result`: the hospital's answer overtook the broker's acknowledgement. */
  isAnswered: boolean;
}

/** An acknowledged event without its answer: where it stands in the spool, and since when it waits (monotonic, ms). */
interface Awaited {
  readonly position: number;
  readonly sinceMs: number;
}

export class Publisher {
  readonly #spool: Spool;
  readonly #options: PublisherOptions;
  readonly #clock: Clock;
  readonly #log: Log;
  #link: MqttLink | undefined;
  /** Waiting entries after those in flight, oldest first. */
  #ahead: SpoolEntry[] = [];
  /** Everything up to here was taken from the spool into `#ahead`. */
  #readTo = 0;
  /** The spool may hold more than `#ahead`. */
  #isBehind = true;
  readonly #inFlight = new Map<number, InFlight>();
  #received: number[] = [];
  #receiptTimer: NodeJS.Timeout | undefined;
  #refill: NodeJS.Immediate | undefined;
  /** Receipts that the disk did not take. */
  #unwritten: number[] = [];
  #lastAckAtMs = 0;
  /** After a loss with events in flight: one at a time, until the broker has taken one. */
  #probing = false;
  readonly #refusals = new Map<number, number>();
  /** Events that were set aside, until the broker takes them. */
  readonly #setAside = new Set<number>();
  /** Some of them were not tried again yet. A broker without room refuses whatever comes, so each gets another chance once it takes events again. */
  #isChanceDue = false;
  /** The queue is to be read again from its oldest event, once nothing is under way. */
  #isRewindDue = false;
  /** Receipt `result`: the events, by id, that wait for their answer; the longest waiting first. */
  readonly #awaiting = new Map<string, Awaited>();

  constructor(spool: Spool, options: PublisherOptions, clock: Clock, log: Log) {
    this.#spool = spool;
    this.#options = options;
    this.#clock = clock;
    this.#log = log;
  }

  /** An event was just kept. Taken from memory when nothing older waits; otherwise it will be read in its turn. */
  offer(entry: SpoolEntry): void {
    if (entry.position <= this.#readTo) return; // a query has already brought it
    if (this.#link !== undefined && !this.#isBehind && this.#ahead.length < readAheadMax) {
      this.#ahead.push(entry);
      this.#readTo = entry.position;
      this.#send();
    } else {
      this.#isBehind = true;
      this.#send();
    }
  }

  /** A new connection: everything without a receipt is sent from the oldest on. */
  onUp(link: MqttLink): void {
    this.#lastAckAtMs = this.#clock.monotonic();
    this.#rewind(link);
  }

  /** A connection that was abandoned says nothing about the event under way: a broker that is deaf to everything refuses nothing. */
  onDown(how: Ending): void {
    this.#link = undefined;
    this.#writeReceipts();
    if (how === "lost" && this.#probing && this.#inFlight.size === 1) {
      for (const { entry } of this.#inFlight.values()) this.#blame(entry);
    }
    this.#probing = this.#inFlight.size > 0;
    this.#inFlight.clear();
  }

  /**
   * The hospital answered for this event (receipt `result`). An answer to an event that this process has not sent is
   * ignored: the event will be sent, and answered again.
   */
  onResult(eventId: string): void {
    const awaited = this.#awaiting.get(eventId);
    if (awaited !== undefined) {
      this.#awaiting.delete(eventId);
      this.#receive(awaited.position);
    } else if (this.#options.receipt === "result") {
      for (const flight of this.#inFlight.values()) if (flight.entry.id === eventId) this.#answeredEarly(flight);
    }
  }

  /** Whether the broker owes an acknowledgement for longer than it may; then the connection is worth nothing. */
  isStuck(): boolean {
    return (
      this.#link !== undefined && this.#inFlight.size > 0 && this.#clock.monotonic() - this.#lastAckAtMs > ackMsMax
    );
  }

  /** Sends again what has waited too long for its answer. Called now and then. */
  sendOverdue(): void {
    const limit = this.#clock.monotonic() - this.#options.resultMsMax;
    let events = 0;
    for (const [id, { sinceMs }] of this.#awaiting) {
      if (sinceMs >= limit) break;
      this.#awaiting.delete(id);
      events += 1;
    }
    if (events === 0) return;
    this.#log.warn({ events }, "no answer from the hospital system; sending again");
    this.startOver();
  }

  /** Sends what has no receipt from the oldest on, once nothing is under way: nothing goes out twice over one connection. */
  startOver(): void {
    this.#isRewindDue = true;
    if (this.#link !== undefined && this.#inFlight.size === 0) this.#rewind(this.#link);
  }

  /** Hands the spool every receipt that is still in memory, also those that the disk did not take before. Called now and then. */
  flush(): void {
    this.#received = this.#unwritten.concat(this.#received);
    this.#unwritten = [];
    this.#writeReceipts();
  }

  #rewind(link: MqttLink): void {
    this.#link = undefined; // an event that the flush keeps must not overtake the older ones
    this.#writeReceipts();
    this.#spool.flush(); // so that the query sees every receipt
    this.#inFlight.clear();
    this.#ahead = [];
    this.#readTo = 0;
    this.#isBehind = true;
    this.#isRewindDue = false;
    this.#link = link;
    this.#send();
  }

  #send(): void {
    if (this.#isRewindDue) return;
    const windowMax = this.#probing ? 1 : this.#options.windowMax;
    while (this.#link !== undefined && this.#inFlight.size < windowMax) {
      const entry = this.#take();
      if (entry === undefined) return;
      this.#publish(this.#link, entry);
    }
  }

  #take(): SpoolEntry | undefined {
    while (this.#ahead.length === 0 && this.#isBehind) {
      const entries = this.#spool.next(this.#readTo, readAheadMax);
      this.#readTo = entries.at(-1)?.position ?? this.#readTo;
      this.#isBehind = entries.length === readAheadMax;
      this.#ahead = entries.filter(({ id }) => !this.#awaiting.has(id));
    }
    return this.#ahead.shift();
  }

  #publish(link: MqttLink, entry: SpoolEntry): void {
    const messages = this.#options.messagesOf(entry);
    const flight: InFlight = { entry, unacknowledged: messages.length, isAnswered: false };
    if (this.#inFlight.size === 0) this.#lastAckAtMs = this.#clock.monotonic(); // the broker's time starts now
    this.#inFlight.set(entry.position, flight);
    for (const message of messages) {
      link.publish(message, () => {
        if (link !== this.#link) return; // an acknowledgement out of a past connection
        flight.unacknowledged -= 1;
        if (flight.unacknowledged === 0) this.#acknowledged(flight);
      });
    }
  }

  #acknowledged({ entry, isAnswered }: InFlight): void {
    this.#inFlight.delete(entry.position);
    this.#refusals.delete(entry.position);
    this.#setAside.delete(entry.position);
    this.#lastAckAtMs = this.#clock.monotonic();
    this.#probing = false;
    if (this.#options.receipt === "puback") this.#receive(entry.position);
    else if (!isAnswered) this.#awaiting.set(entry.id, { position: entry.position, sinceMs: this.#lastAckAtMs });
    const isAllSent = this.#inFlight.size === 0 && this.#ahead.length === 0 && !this.#isBehind;
    if (this.#isChanceDue && isAllSent) this.#giveChance(); // behind the others: it may be refused again
    if (this.#isRewindDue) this.startOver();
    else this.#refill ??= setImmediate(this.#sendRefill);
  }

  /** Acknowledgements come in bunches: what they make room for goes out together, in one write to the socket. */
  readonly #sendRefill = (): void => {
    this.#refill = undefined;
    this.#send();
  };

  #answeredEarly(flight: InFlight): void {
    if (flight.isAnswered) return;
    flight.isAnswered = true;
    this.#receive(flight.entry.position);
  }

  #receive(position: number): void {
    this.#received.push(position);
    if (this.#received.length >= receiptsPerWrite) this.#writeReceipts();
    else this.#receiptTimer ??= setTimeout(() => this.#writeReceipts(), receiptDelayMs);
  }

  #writeReceipts(): void {
    clearTimeout(this.#receiptTimer);
    this.#receiptTimer = undefined;
    if (this.#received.length === 0) return;
    const positions = this.#received;
    this.#received = [];
    this.#spool.receipts(positions, (error) => {
      if (error !== undefined) this.#unwritten = this.#unwritten.concat(positions);
    });
  }

  #blame(entry: SpoolEntry): void {
    const refusals = (this.#refusals.get(entry.position) ?? 0) + 1;
    this.#refusals.set(entry.position, refusals);
    if (refusals < refusalsMax) return;
    this.#refusals.delete(entry.position);
    this.#spool.park(entry.position);
    if (!this.#setAside.has(entry.position)) this.#isChanceDue = true;
    this.#setAside.add(entry.position);
    this.#log.error(
      { event: entry.id, refusals },
      "the broker refuses this event; it is set aside so that others pass",
    );
    this.#options.onParked(entry);
  }

  #giveChance(): void {
    this.#isChanceDue = false;
    this.#spool.unpark().then(
      (events) => {
        if (events > 0) this.startOver();
      },
      () => {
        this.#isChanceDue = true; // the disk did not take it
      },
    );
  }
}
