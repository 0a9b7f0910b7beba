// Tells the facility that this desk is here: birth, retained state, info and health, and the will that says it is gone.
import type { DeskTopics } from "../../protocol/topics.ts";
import type { Message, MqttLink } from "./mqtt-link.ts";

export type DeskStateWord = "starting" | "online" | "degraded" | "offline";

/** What the retained topics say, asked for whenever they are sent. No member may hold personal data. */
export interface PresenceFacts {
  readonly boot: string;
  readonly stateWord: () => Exclude<DeskStateWord, "offline" | "starting">;
  readonly lastSequence: () => number;
  readonly now: () => number;
  readonly info: () => object;
  readonly health: () => object;
  readonly readers: () => readonly ReaderNews[];
}

/** One reader, for its two retained topics. `state` is a word of its life cycle, `reason` why it is not armed. */
export interface ReaderNews {
  readonly id: string;
  readonly state: string;
  readonly reason: string | undefined;
  readonly info: object;
}

/** Events that are kept for the next connection: the latest tell enough, and a broker may be away for days. */
const unsentEventsMax = 32;

/** Digits of a sequence as text, so that it sorts in order (CloudEvents extension `sequence`). */
const sequenceDigits = 10;

export class Presence {
  readonly #topics: DeskTopics;
  readonly #facts: PresenceFacts;
  #link: MqttLink | undefined;
  #lastWord: DeskStateWord | undefined;
  /** What happened while there was no connection. */
  #unsentEvents: Message[] = [];

  constructor(topics: DeskTopics, facts: PresenceFacts) {
    this.#topics = topics;
    this.#facts = facts;
  }

  /** The last will of every connection; it carries the boot, so that a consumer can ignore the will of an older start. */
  will(): Message {
    return this.#retained(this.#topics.state, this.#state("offline"));
  }

  /** Birth: every retained topic again on every connect, since a broker may have kept an old "offline". */
  onUp(link: MqttLink): void {
    this.#link = link;
    this.#sendWord("starting");
    this.#send(this.#topics.info, { boot: this.#facts.boot, ...this.#facts.info() });
    for (const reader of this.#facts.readers()) this.sendReader(reader);
    this.sendHealth();
    this.sendState();
    for (const event of this.#unsentEvents) link.publish(event, () => undefined);
    this.#unsentEvents = [];
  }

  onDown(): void {
    this.#link = undefined;
  }

  /** Somebody, most likely a late will, says on our own state topic that we are offline: we say that we are not. */
  onOwnState(payload: Uint8Array): void {
    if (/"state"\s*:\s*"offline"/.test(Buffer.from(payload).toString("latin1")))
      this.#sendWord(this.#facts.stateWord());
  }

  /** Says how the desk is, if that is news. */
  sendState(): void {
    const word = this.#facts.stateWord();
    if (word !== this.#lastWord) this.#sendWord(word);
  }

  sendHealth(): void {
    this.#send(this.#topics.health, { boot: this.#facts.boot, ts: this.#timestamp(), ...this.#facts.health() });
  }

  sendReader({ id, state, reason, info }: ReaderNews): void {
    this.#send(this.#topics.readerInfo(id), info);
    this.#send(this.#topics.readerState(id), { state, reason, boot: this.#facts.boot, ts: this.#timestamp() });
  }

  /** The answer to a command; not retained, and lost with the connection: whoever asked asks again. */
  respond(command: string, payload: string): void {
    this.#link?.publish({ topic: this.#topics.response(command), payload, retain: false }, () => undefined);
  }

  /** Says "offline" ourselves, for an orderly end: the broker publishes no will after a goodbye. */
  sayGoodbye(): Promise<void> {
    const link = this.#link;
    this.#link = undefined; // nothing may follow the goodbye, not even the correction of our own "offline"
    if (link === undefined) return Promise.resolve();
    return new Promise((resolve) => link.publish(this.will(), resolve));
  }

  /** Something happened that IT should see: not retained, no personal data. Told with the next connection where there is none. */
  sendEvent(kind: string, facts: object = {}): void {
    const payload = JSON.stringify({ kind, boot: this.#facts.boot, ts: this.#timestamp(), ...facts });
    const event = { topic: this.#topics.event, payload, retain: false };
    if (this.#link !== undefined) this.#link.publish(event, () => undefined);
    else this.#unsentEvents = [...this.#unsentEvents, event].slice(-unsentEventsMax);
  }

  #sendWord(word: DeskStateWord): void {
    this.#lastWord = word;
    this.#send(this.#topics.state, this.#state(word));
  }

  #state(state: DeskStateWord): object {
    const sequence = String(this.#facts.lastSequence()).padStart(sequenceDigits, "0");
    return { state, boot: this.#facts.boot, sequence, ts: this.#timestamp() };
  }

  #timestamp(): string {
    return new Date(this.#facts.now()).toISOString();
  }

  #send(topic: string, facts: object): void {
    this.#link?.publish(this.#retained(topic, facts), () => undefined);
  }

  #retained(topic: string, facts: object): Message {
    return { topic, payload: JSON.stringify(facts), retain: true };
  }
}
