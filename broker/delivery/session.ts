// One client's subscriptions and queue, and the pump that sends what waits in it, in order, a window at a time.
import type { Rights } from "../access/rights.ts";
import type { Message, Qos } from "../store/message.ts";
import { type Backlog, backlogBatch } from "./backlog.ts";
import type { Counters } from "./counters.ts";
import { Fifo } from "./fifo.ts";
import { encodePublish, encodePubrel } from "./publish-packet.ts";

/** The way to a connected client. */
export interface Line {
  /** False when no more should be written until the session's `drained` is called. */
  write(packet: Buffer): boolean;
  unsentBytes(): number;
  end(): void;
}

export interface SessionLimits {
  readonly inFlightMax: number;
  readonly queuedUnkeptMax: number;
  readonly unsentBytesMax: number;
}

export interface SessionOptions {
  readonly clientId: string;
  /** Empty where the broker is open to everyone. */
  readonly user: string;
  readonly rights: Rights;
  /** The stored queue; undefined for a session that ends with its connection. */
  readonly backlog: Backlog | undefined;
  readonly limits: SessionLimits;
  readonly counters: Counters;
  /** Told of each message on a topic that the user may not read. */
  readonly onWithheld?: ((session: Session, topic: string) => void) | undefined;
}

interface Delivery {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: Qos;
  readonly retain: boolean;
  /** Number in the store; 0 for what was never stored. */
  readonly event: number;
  readonly copies: number;
  /** Of topic and payload; looked at only for what is stored. */
  readonly bytes: number;
  readonly messageId: number | null;
  released: boolean;
}

/** What was not sent yet. */
const unsent = { messageId: null, released: false };

/** How an event is kept for one session. */
export interface KeptAs {
  readonly qos: Qos;
  readonly retain: boolean;
  readonly event: number;
  /** For how many sessions it is kept. */
  readonly copies: number;
  /** Of topic and payload. */
  readonly bytes: number;
}

/**
 *   store ──(only while behind)───► waiting ──► in flight (at most a window) ──► line
 *   router ─(only while caught up)────▲
 *
 * A session whose client is away or slow is behind: its events stay in the store. Once it has read them all it is
 * caught up, and takes each further event from memory, while that is being written. A subscriber may so see a message
 * before it is kept; the publisher gets its PUBACK after, and else sends it again.
 */
export class Session {
  readonly clientId: string;
  readonly user: string;
  readonly backlog: Backlog | undefined;
  rights: Rights;
  /** Its client came back to it, or is about to. */
  isResumed = false;
  /** The connection whose will is stored under this client id. */
  willLine: Line | undefined;
  /** What it subscribed to, with the granted QoS. */
  readonly filters = new Map<string, number>();
  /** Those and the ones that were permitted just now. */
  readonly #permitted = new Set<string>();
  readonly #limits: SessionLimits;
  readonly #counters: Counters;
  readonly #onWithheld: SessionOptions["onWithheld"];
  readonly #waiting = new Fifo<Delivery>();
  readonly #inFlight = new Map<number, Delivery>();
  /** The line before the store is up to date, and after. */
  #coming: Line | undefined;
  #line: Line | undefined;
  #lineIsFull = false;
  #isBehind = true;
  #held = 0;
  #cursor = 0;
  #lastMessageId = 0;

  constructor({ clientId, user, rights, backlog, limits, counters, onWithheld }: SessionOptions) {
    this.clientId = clientId;
    this.user = user;
    this.rights = rights;
    this.backlog = backlog;
    this.#limits = limits;
    this.#counters = counters;
    this.#onWithheld = onWithheld;
  }

  /** May the client subscribe to this valid filter? Remembered until it is dropped, so that one SUBSCRIBE is judged once. */
  permits(filter: string, filtersMax: number): boolean {
    if (!this.rights.maySubscribe(filter)) return false;
    if (!this.#permitted.has(filter) && this.#permitted.size >= filtersMax) return false;
    this.#permitted.add(filter);
    return true;
  }

  hasPermitted(filter: string): boolean {
    return this.#permitted.has(filter);
  }

  /** A message that its user may not read, though a filter asks for it, goes no further. */
  withhold(topic: string): void {
    this.#counters.denied.delivery += 1;
    this.#onWithheld?.(this, topic);
  }

  /** What it subscribed to, or was permitted to just now, and may subscribe to no longer. */
  closedFilters(): readonly string[] {
    return [...this.#permitted].filter((filter) => !this.rights.maySubscribe(filter));
  }

  addFilter(filter: string, qos: number): void {
    this.filters.set(filter, qos);
    this.#permitted.add(filter);
  }

  dropFilter(filter: string): void {
    this.filters.delete(filter);
    this.#permitted.delete(filter);
  }

  /** The client is here: what it has not acknowledged is sent again first, then the rest (MQTT 3.1.1 clause 4.4). */
  attach(line: Line): void {
    this.#reset();
    this.#coming = line;
    const begin = () => {
      if (this.#coming !== line) return;
      this.#line = line;
      this.#pump();
    };
    if (this.backlog === undefined) begin();
    else this.backlog.settle(begin);
  }

  /** The client is gone, unless another line came since. */
  detach(line: Line): void {
    if (this.#coming === line) this.#reset();
  }

  get line(): Line | undefined {
    return this.#coming;
  }

  /** A message for a session without a stored queue, or one that needs no keeping. */
  offer(message: Message, qos: Qos, retain: boolean): void {
    if (this.#line === undefined) return;
    if (!retain && this.#waiting.length >= this.#limits.queuedUnkeptMax) {
      this.#line.end();
      return;
    }
    const { topic, payload } = message;
    this.#waiting.push({ topic, payload, qos, retain, event: 0, copies: 0, bytes: 0, ...unsent });
    this.#pump();
  }

  /**
   * An event that is about to be kept for this session, in the order of the events. True when the session is caught up
   * and takes it from memory at once, which is safe as long as the commit comes before the next packet is read. If not,
   * `hold` has to be called, and `unhold` after the commit.
   */
  offerEarly(message: Message, { qos, retain, event, copies, bytes }: KeptAs): boolean {
    if (this.#line === undefined || this.#isBehind || this.#waiting.length >= backlogBatch) return false;
    this.#cursor = event;
    const { topic, payload } = message;
    this.#waiting.push({ topic, payload, qos, retain, event, copies, bytes, ...unsent });
    this.#pump();
    return true;
  }

  /** Something is on its way into the store: until it is there the session can't know that it has read all. */
  hold(): void {
    this.#held += 1;
    this.#isBehind = true;
  }

  /** It is there, or failed. */
  unhold(): void {
    this.#held -= 1;
    this.#pump();
  }

  /** A QoS 0 PUBLISH, already encoded: sent now or never. */
  sendNow(packet: Buffer): void {
    if (this.#line === undefined) return;
    if (this.#line.unsentBytes() > this.#limits.unsentBytesMax) {
      this.#counters.droppedUnkept += 1;
      return;
    }
    this.#counters.delivered += 1;
    this.#line.write(packet);
  }

  /** PUBACK, or PUBCOMP. */
  acknowledge(messageId: number): void {
    const delivery = this.#inFlight.get(messageId);
    if (delivery === undefined) return;
    this.#inFlight.delete(messageId);
    if (delivery.event > 0) this.backlog?.done(delivery);
    this.#pump();
  }

  /** PUBREC: the client has the message; from now on only PUBREL is repeated. */
  release(messageId: number): void {
    const delivery = this.#inFlight.get(messageId);
    if (delivery === undefined || delivery.released) return;
    delivery.released = true;
    if (delivery.event > 0) this.backlog?.released(delivery);
  }

  /** The line takes more. */
  drained(): void {
    this.#lineIsFull = false;
    this.#pump();
  }

  #reset(): void {
    this.#coming = undefined;
    this.#line = undefined;
    this.#lineIsFull = false;
    this.#waiting.clear();
    this.#inFlight.clear();
    this.#isBehind = this.backlog !== undefined;
    this.#cursor = 0;
  }

  #pump(): void {
    while (this.#line !== undefined && !this.#lineIsFull && this.#inFlight.size < this.#limits.inFlightMax) {
      const next = this.#waiting.shift() ?? this.#readBacklog();
      if (next === undefined) return;
      this.#send(next, this.#line);
    }
  }

  #readBacklog(): Delivery | undefined {
    if (!this.#isBehind || this.backlog === undefined) return undefined;
    const events = this.backlog.after(this.#cursor);
    this.#cursor = events.at(-1)?.event ?? this.#cursor;
    this.#isBehind = events.length === backlogBatch || this.#held > 0;
    for (const event of events) this.#waiting.push({ ...event });
    return this.#waiting.shift();
  }

  #send(delivery: Delivery, line: Line): void {
    if (!this.rights.mayRead(delivery.topic)) {
      this.withhold(delivery.topic); // the rights changed while it waited
      if (delivery.event > 0) this.backlog?.done(delivery);
      return;
    }
    if (delivery.qos === 0) {
      this.#write(line, encodePublish({ ...delivery, dup: false, messageId: 0 }));
      return;
    }
    const messageId = delivery.messageId ?? this.#freeMessageId();
    this.#inFlight.set(messageId, delivery);
    const wasNoted = delivery.messageId !== null;
    // QoS 2 is never sent without a note.
    const mayBeRepeated = delivery.event > 0 && delivery.event <= (this.backlog?.sentUnnotedUpTo ?? 0);
    const dup = wasNoted || (mayBeRepeated && delivery.qos === 1);
    const packet = delivery.released ? encodePubrel(messageId) : encodePublish({ ...delivery, dup, messageId });
    if (this.backlog === undefined || delivery.event === 0 || wasNoted) {
      this.#write(line, packet);
    } else if (delivery.qos === 2) {
      this.backlog.assign(delivery, messageId, () => {
        if (this.#line === line) this.#write(line, packet);
      });
    } else {
      this.backlog.sent(delivery, messageId);
      this.#write(line, packet);
    }
  }

  #write(line: Line, packet: Buffer): void {
    this.#counters.delivered += 1;
    if (!line.write(packet)) this.#lineIsFull = true;
  }

  /** 1 to 65535 in turn (clause 2.3.1); the window is far smaller, so there is always a free one. */
  #freeMessageId(): number {
    do this.#lastMessageId = (this.#lastMessageId % 65_535) + 1;
    while (this.#inFlight.has(this.#lastMessageId));
    return this.#lastMessageId;
  }
}
