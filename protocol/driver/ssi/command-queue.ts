// Sends commands to an SSI decoder one at a time, again when no answer comes, and says what became of each (READERS chapter 6).
import { nakCause, opcode } from "../../frame/ssi/opcodes.ts";
import { markRetransmit, type Packet } from "../../frame/ssi/packet.ts";

export interface Command {
  /** A whole packet. */
  readonly packet: Uint8Array;
  /** The opcode that answers it: CMD_ACK, or the answer that stands for one. */
  readonly answeredBy: number;
  /** Called once; never when the decoder stays silent. The packet is lent. */
  readonly done?: (answer: Packet | "refused") => void;
}

/** The decoder's own limit for an answer of ours; we grant it the same (parameter 9B). */
const answerMsMax = 2_000;
/** Once, and again twice. */
const attemptsMax = 3;
/** Waiting commands: a set-up, one arming, one feedback. More are refused. */
const waitingMax = 32;

export class CommandQueue {
  readonly #write: (packet: Uint8Array) => void;
  readonly #waiting: Command[] = [];
  #current: { readonly command: Command; attempts: number; untilMs: number } | undefined;

  constructor(write: (packet: Uint8Array) => void) {
    this.#write = write;
  }

  /** When the answer to the command on the line is overdue. */
  get untilMs(): number | undefined {
    return this.#current?.untilMs;
  }

  /** Nothing is under way, and nothing waits. */
  get isIdle(): boolean {
    return this.#current === undefined && this.#waiting.length === 0;
  }

  /** Answers whether there was room. Nothing is sent before `proceed`. */
  add(command: Command): boolean {
    if (this.#waiting.length >= waitingMax) return false;
    this.#waiting.push(command);
    return true;
  }

  /** Sends the next command if none is on the line. */
  proceed(nowMs: number): void {
    if (this.#current !== undefined) return;
    const command = this.#waiting.shift();
    if (command === undefined) return;
    this.#current = { command, attempts: 1, untilMs: nowMs + answerMsMax };
    this.#write(command.packet);
  }

  /** Takes an ACK, a NAK or a direct answer of the decoder; answers whether a command was waiting for it. */
  answered(answer: Packet, nowMs: number): boolean {
    const current = this.#current;
    if (current === undefined) return false;
    if (answer.opcode === opcode.CMD_NAK) {
      // The third time it is left to the clock, which then finds the attempts used up.
      if (answer.data[0] === nakCause.RESEND && current.attempts < attemptsMax) this.#sendAgain(current, nowMs);
      else if (answer.data[0] !== nakCause.RESEND) this.#finish(current.command, "refused");
      return true;
    }
    if (answer.opcode !== current.command.answeredBy) return false;
    this.#finish(current.command, answer);
    return true;
  }

  /** Sends an overdue command again; answers false when the decoder stays silent for good. */
  wake(nowMs: number): boolean {
    const current = this.#current;
    if (current === undefined || nowMs < current.untilMs) return true;
    if (current.attempts >= attemptsMax) return false;
    this.#sendAgain(current, nowMs);
    return true;
  }

  #sendAgain(current: { readonly command: Command; attempts: number; untilMs: number }, nowMs: number): void {
    current.attempts += 1;
    current.untilMs = nowMs + answerMsMax;
    this.#write(markRetransmit(current.command.packet));
  }

  #finish(command: Command, answer: Packet | "refused"): void {
    this.#current = undefined;
    command.done?.(answer);
  }
}
