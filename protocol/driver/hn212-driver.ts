// The conversation with a network chip reader of the HN-212 kind, one Socket.IO event a chunk (READERS chapter 9).
//
//   connected ──/info, or 3 s──► idle ──1──► reading ──2──► text ──4, or 5 s──► delivered ──► idle
//                                  └──────────2─────────────┘
//   3, 15 s without 2, or groups of another card: a failed reading is delivered; 1 drops what was begun
import { hn212Ids, hn212Names } from "../frame/socket-io/hn212-events.ts";
import { decodeSocketChunk, isJsonObject, type JsonObject } from "../frame/socket-io/socket-event.ts";
import type { Scan } from "../message/scan.ts";
import { failedReading } from "./chip-texts.ts";
import type { Discard } from "./discard.ts";
import type { Driver, DriverHost, ReaderSelfReport } from "./driver.ts";
import { type CardMessage, type ChipNumbers, cardMessage, chipNumbers, isSameCard } from "./hn212-reading.ts";
import type { Outcome } from "./outcome.ts";
import type { Profile } from "./profile.ts";

/** How long the reader may take to say who it is, to read a card, and to send the chip's groups after its texts. */
const selfMsMax = 3_000;
const textMsMax = 15_000;
const rawMsMax = 5_000;
/** As for any reader (READERS rule R2). */
const scanBytesMax = 8_192;
/** Characters of what a reader says of itself that are taken. */
const selfCharactersMax = 64;

type State =
  | { readonly kind: "connected" | "idle" }
  /** Groups that came before their texts are kept by their numbers. */
  | { readonly kind: "reading"; readonly numbers: ChipNumbers | undefined; readonly bytes: number }
  | { readonly kind: "text"; readonly texts: CardMessage; readonly bytes: number }
  | { readonly kind: "over" };

export interface Hn212Options {
  readonly profile: Profile;
  /** Whether ethnicity, religion, identifying marks, parents and spouse may leave the driver; off by default. */
  readonly optionalFields?: boolean;
}

export function hn212Driver(host: DriverHost, options: Hn212Options): Driver {
  return new Hn212Driver(host, options);
}

class Hn212Driver implements Driver {
  readonly #host: DriverHost;
  readonly #profile: Profile;
  readonly #optionalFields: boolean;
  #state: State = { kind: "connected" };
  #isArmed = false;
  /** A reader that once sent no groups is not waited for again, until it sends some. */
  #sendsRaw = true;

  constructor(host: DriverHost, { profile, optionalFields = false }: Hn212Options) {
    this.#host = host;
    this.#profile = profile;
    this.#optionalFields = optionalFields;
  }

  start(nowMs: number): void {
    this.#host.wakeAt(nowMs + selfMsMax);
  }

  receive(chunk: Uint8Array, nowMs: number): void {
    if (this.#state.kind === "over") return;
    const event = decodeSocketChunk(chunk);
    if (event === undefined) {
      this.#host.discarded("bad-frame", chunk.length);
      return;
    }
    if (event.kind === "dropped") {
      this.#host.discarded(event.why, event.bytes);
      // What was too large can only have been the groups, with a portrait.
      if (event.why === "overflow" && this.#state.kind === "text") this.#deliver(this.#state.texts);
      return;
    }
    if (event.name === hn212Names.self && this.#state.kind === "connected")
      this.#becomeReady(selfReport(event.argument));
    else if (event.name === hn212Names.reading) this.#takeEvent(event.argument, chunk.length, nowMs);
    else this.#host.discarded("not-a-scan", chunk.length);
  }

  wake(): void {
    const state = this.#state;
    switch (state.kind) {
      case "connected":
        this.#becomeReady({});
        return;
      case "reading":
        this.#fail("unfinished", state.bytes);
        return;
      case "text":
        this.#sendsRaw = false;
        this.#deliver(state.texts);
        return;
      case "idle":
      case "over":
        return;
    }
  }

  setArmed(isArmed: boolean): void {
    this.#isArmed = isArmed;
  }

  settle(_scan: Scan, outcome: Outcome): void {
    this.signal(outcome);
  }

  /** No event of the reader is known that makes it beep or light; a profile may know one. */
  signal(outcome: Outcome): void {
    if (this.#state.kind !== "over") for (const event of this.#profile.feedback[outcome]) this.#host.write(event);
  }

  /** Socket.IO asks by itself whether the other side is there. */
  checkHealth(): void {}

  close(): void {
    this.#dropUnfinished("closed");
    this.#enter({ kind: "over" });
  }

  #takeEvent(argument: unknown, bytes: number, nowMs: number): void {
    if (!isJsonObject(argument) || !Number.isInteger(argument["id"])) {
      this.#host.discarded("bad-frame", bytes);
      return;
    }
    // It reads cards, whoever it is.
    if (this.#state.kind === "connected") this.#becomeReady({});
    const { id, data } = argument;
    switch (id) {
      case hn212Ids.newCard:
        this.#dropUnfinished("unfinished");
        this.#enter({ kind: "reading", numbers: undefined, bytes }, nowMs + textMsMax);
        return;
      case hn212Ids.text:
        this.#takeText(data, bytes, nowMs);
        return;
      case hn212Ids.failure:
        this.#dropUnfinished("unfinished");
        this.#enter({ kind: "idle" });
        this.#scan(failedReading);
        return;
      case hn212Ids.raw:
        this.#takeRaw(data, bytes);
        return;
      default:
        this.#host.discarded("not-a-scan", bytes); // claims of the reader, answers to challenges, numbers not known
    }
  }

  #takeText(data: unknown, bytes: number, nowMs: number): void {
    if (!isJsonObject(data)) {
      this.#fail("bad-frame", bytes);
      return;
    }
    const before = this.#state;
    if (before.kind === "text") this.#dropUnfinished("unfinished");
    const texts = cardMessage(data, this.#optionalFields);
    if (texts.droppedCharacters > 0) this.#host.discarded("field-dropped", texts.droppedCharacters);
    if (before.kind === "reading" && before.numbers !== undefined) this.#compare(texts, before.numbers, bytes);
    else if (this.#sendsRaw) this.#enter({ kind: "text", texts, bytes }, nowMs + rawMsMax);
    else this.#deliver(texts);
  }

  #takeRaw(data: unknown, bytes: number): void {
    this.#sendsRaw = true;
    const state = this.#state;
    if (state.kind !== "reading" && state.kind !== "text") {
      this.#host.discarded("not-a-scan", bytes); // the groups of a reading that is over
      return;
    }
    const numbers = isJsonObject(data) ? chipNumbers(data) : undefined;
    if (numbers === undefined) this.#fail("bad-frame", state.bytes + bytes);
    else if (state.kind === "text") this.#compare(state.texts, numbers, state.bytes + bytes);
    else this.#state = { kind: "reading", numbers, bytes: state.bytes + bytes }; // its time runs on
  }

  #compare(texts: CardMessage, numbers: ChipNumbers, bytes: number): void {
    if (isSameCard(texts.number, numbers)) this.#deliver(texts);
    else this.#fail("mismatch", bytes);
  }

  #deliver({ message }: CardMessage): void {
    this.#enter({ kind: "idle" });
    if (message.length > scanBytesMax) this.#host.discarded("overflow", message.length);
    else this.#scan(message);
  }

  /** Nothing of the card goes on; that its reading failed does. */
  #fail(why: Discard, bytes: number): void {
    this.#enter({ kind: "idle" });
    this.#host.discarded(why, bytes);
    this.#scan(failedReading);
  }

  #scan(raw: Uint8Array): void {
    if (this.#isArmed) this.#host.scan({ raw, endedBy: "message" });
    else this.#host.discarded("not-armed", raw.length);
  }

  #dropUnfinished(why: Discard): void {
    const state = this.#state;
    if (state.kind === "reading" || state.kind === "text") this.#host.discarded(why, state.bytes);
  }

  #becomeReady(report: ReaderSelfReport): void {
    this.#enter({ kind: "idle" });
    this.#host.ready(report);
  }

  #enter(state: State, wakeAtMs?: number): void {
    this.#state = state;
    this.#host.wakeAt(wakeAtMs);
  }
}

/** Claims of the reader: `{version, serial_nfc, serial_device, date}`. */
function selfReport(argument: unknown): ReaderSelfReport {
  const { version, serial_device }: JsonObject = isJsonObject(argument) ? argument : {};
  return {
    ...(isSelfText(version) ? { firmware: version } : {}),
    ...(isSelfText(serial_device) ? { serial: serial_device } : {}),
  };
}

const isSelfText = (value: unknown): value is string =>
  typeof value === "string" && /^[\x21-\x7e][\x20-\x7e]*$/.test(value) && value.length <= selfCharactersMax;
