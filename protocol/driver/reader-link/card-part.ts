// The chip card on a ReaderLink reader: which one lies there, and one command to it at a time (READERS chapter 10, "APDU").
import {
  type ApduResponse,
  apduBytesMax,
  type Capabilities,
  type CardEvent,
  type KnownBody,
} from "../../frame/reader-link/messages.ts";
import { withinAnswer } from "./expected-length.ts";
import type { LinkLine, LinkPart } from "./link-part.ts";

/** A card that lies on the reader. `session` is another one after each insertion. */
export interface PresentCard {
  readonly session: number;
  readonly atr: Uint8Array;
  readonly kbitPerS: number;
}

/** How a command to the chip ended. `refused` names what the reader says; all others end the inspection. */
export type ApduOutcome =
  | { readonly kind: "answered"; readonly apdu: Uint8Array; readonly chipMs: number }
  | { readonly kind: "refused"; readonly status: Exclude<ApduResponse["status"], "ok"> }
  | { readonly kind: "no-answer" | "busy" | "no-card" | "too-long" | "closed" };

/** Time for the way there and back, beyond what the chip may take, in milliseconds. */
const wayMsMax = 500;

interface Exchange {
  readonly request: {
    readonly requestId: number;
    readonly session: number;
    readonly apdu: Uint8Array;
    readonly timeoutMs: number;
  };
  readonly done: (outcome: ApduOutcome) => void;
  untilMs: number;
  wasRepeated: boolean;
}

export class CardPart implements LinkPart {
  readonly #line: LinkLine;
  readonly #onCard: (card: PresentCard | undefined) => void;
  #card: PresentCard | undefined;
  #commandBytesMax = apduBytesMax;
  #answerBytesMax = apduBytesMax;
  #exchange: Exchange | undefined;

  constructor(line: LinkLine, onCard: (card: PresentCard | undefined) => void) {
    this.#line = line;
    this.#onCard = onCard;
  }

  get card(): PresentCard | undefined {
    return this.#card;
  }

  get untilMs(): number | undefined {
    return this.#exchange?.untilMs;
  }

  claimed({ maxCommand, maxResponse }: Capabilities, isNewStart: boolean): void {
    if (isNewStart) this.close();
    this.#commandBytesMax = within(maxCommand);
    this.#answerBytesMax = within(maxResponse);
  }

  /**
   * Sends a command to the card that lies on the reader, once; a repeat after silence has the same number, so that the chip
   * sees it at most once. `done` is called once, perhaps within this call.
   */
  exchange(apdu: Uint8Array, timeoutMs: number, nowMs: number, done: (outcome: ApduOutcome) => void): void {
    const kind = this.#obstacle(apdu);
    if (kind !== undefined) {
      done({ kind });
      return;
    }
    const session = this.#card?.session ?? 0;
    const command = withinAnswer(apdu, this.#answerBytesMax).slice();
    const request = { requestId: this.#line.nextRequestId(), session, apdu: command, timeoutMs };
    if (!this.#line.send({ kind: "apduRequest", ...request })) {
      done({ kind: "too-long" });
      return;
    }
    this.#exchange = { request, done, untilMs: nowMs + timeoutMs + wayMsMax, wasRepeated: false };
  }

  #obstacle(apdu: Uint8Array): "busy" | "no-card" | "too-long" | undefined {
    if (this.#exchange !== undefined) return "busy";
    if (this.#card === undefined) return "no-card";
    return apdu.length > this.#commandBytesMax ? "too-long" : undefined;
  }

  receive(body: KnownBody): void {
    if (body.kind === "cardEvent") this.#takeCard(body);
    else if (body.kind === "apduResponse") this.#takeAnswer(body);
  }

  /** The reader says it again with each Health: only what is new counts. */
  #takeCard({ session, state, atr, kbitPerS }: CardEvent): void {
    if (state === "present" && this.#card?.session !== session) this.#card = { session, atr: atr.slice(), kbitPerS };
    else if (state === "removed" && this.#card !== undefined) this.#card = undefined;
    else return;
    this.#onCard(this.#card);
  }

  #takeAnswer({ requestId, status, apdu, chipMs }: ApduResponse): void {
    if (requestId !== this.#exchange?.request.requestId) return; // the answer to a repeat, or to one given up
    this.#end(status === "ok" ? { kind: "answered", apdu: apdu.slice(), chipMs } : { kind: "refused", status });
  }

  wake(nowMs: number): void {
    const exchange = this.#exchange;
    if (exchange === undefined || nowMs < exchange.untilMs) return;
    if (exchange.wasRepeated) {
      this.#line.send({ kind: "control", requestId: this.#line.nextRequestId(), op: "card-reset" });
      this.#end({ kind: "no-answer" });
      return;
    }
    exchange.wasRepeated = true;
    exchange.untilMs = nowMs + exchange.request.timeoutMs + wayMsMax;
    this.#line.send({ kind: "apduRequest", ...exchange.request });
  }

  close(): void {
    this.#end({ kind: "closed" });
    if (this.#card === undefined) return;
    this.#card = undefined;
    this.#onCard(undefined);
  }

  #end(outcome: ApduOutcome): void {
    const exchange = this.#exchange;
    this.#exchange = undefined;
    exchange?.done(outcome);
  }
}

/** A reader that names no limit has the protocol's. */
const within = (bytes: number): number => (bytes === 0 ? apduBytesMax : Math.min(bytes, apduBytesMax));
