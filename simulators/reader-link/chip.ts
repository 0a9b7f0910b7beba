// The chip side of a simulated ReaderLink reader: executes each command once, and answers a repeated one from memory.
import type { ApduRequest, ApduResponse, KnownBody } from "../../protocol/frame/reader-link/messages.ts";
import type { DeviceLine, DevicePart } from "./device-part.ts";

type Answer = Pick<ApduResponse, "status"> & Partial<Pick<ApduResponse, "apdu" | "chipMs">>;

/** Success, behind the data (ISO/IEC 7816-4, clause 5.6). */
const success = [0x90, 0x00] as const;
/** A CardEvent may be lost: it is said again as long as the card lies there. */
const repeatMs = 5_000;
const kbitPerS = 106;

/** Answers each command with the command itself and 90 00. */
export class Chip implements DevicePart {
  readonly #line: DeviceLine;
  readonly #answerBytesMax: number;
  #session = 0;
  #isPresent = false;
  #last: { readonly requestId: number; readonly answer: Answer } | undefined;
  #untilMs: number | undefined;
  /** Commands that the chip itself has seen. */
  executed = 0;

  constructor(line: DeviceLine, answerBytesMax: number) {
    this.#line = line;
    this.#answerBytesMax = answerBytesMax;
  }

  get untilMs(): number | undefined {
    return this.#untilMs;
  }

  /** A card is laid on the reader, or taken away. */
  lay(isPresent: boolean, nowMs: number): void {
    if (isPresent) this.#session += 1;
    this.#isPresent = isPresent;
    this.#tell(nowMs);
  }

  /** The host counts its requests anew with each of its starts. */
  greeted(isNewHost: boolean, nowMs: number): void {
    if (isNewHost) this.#last = undefined;
    if (this.#isPresent) this.#untilMs = nowMs;
  }

  receive(body: KnownBody): void {
    if (body.kind !== "apduRequest") return;
    const { requestId, session } = body;
    const last = this.#last;
    if (last !== undefined && requestId < last.requestId) return;
    const answer = requestId === last?.requestId ? last.answer : this.#execute(body);
    this.#last = { requestId, answer };
    this.#line.send({ kind: "apduResponse", requestId, session, ...answer });
  }

  wake(nowMs: number): void {
    if (this.#untilMs !== undefined && nowMs >= this.#untilMs) this.#tell(nowMs);
  }

  #tell(nowMs: number): void {
    this.#untilMs = this.#isPresent ? nowMs + repeatMs : undefined;
    const state = this.#isPresent ? "present" : "removed";
    this.#line.send({ kind: "cardEvent", session: this.#session, state, kbitPerS });
  }

  #execute({ session, apdu }: ApduRequest): Answer {
    if (!this.#isPresent) return { status: "no-card" };
    if (session !== this.#session) return { status: "bad-session" };
    if (apdu.length + success.length > this.#answerBytesMax) return { status: "too-long" };
    this.executed += 1;
    return { status: "ok", apdu: Uint8Array.of(...apdu, ...success), chipMs: 3 };
  }
}
