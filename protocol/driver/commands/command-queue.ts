// Sends commands one at a time, waits for each answer, and keeps answers and scans apart.

import { AnswerSieve, type SieveOutlet } from "./answer-sieve.ts";
import type { AnswerForm, CommandLanguage } from "./command-language.ts";

export type CommandResult = "accepted" | "refused" | "silent";
/** `answer` is empty unless the command was accepted. Must not call the queue. */
export type WhenAnswered = (result: CommandResult, answer: Uint8Array, nowMs: number) => void;

export interface QueueOutlet extends SieveOutlet {
  write(bytes: Uint8Array): void;
  /** A frame with marks of its own is under way: whatever its bytes look like, they are no answer. */
  readonly isInsideFrame: boolean;
}

/** Commands that wait for their turn; a profile's set-up has fewer, and feedback beyond it is dropped. */
const waitingMax = 64;
/** A query that stays without an answer is sent this often in all (READERS chapter 7). */
const queryTries = 2;

const noBytes = new Uint8Array();

interface Waiting {
  readonly command: Uint8Array;
  readonly whenAnswered: WhenAnswered | undefined;
}

interface Outstanding extends Waiting {
  readonly form: AnswerForm;
  readonly sieve: AnswerSieve;
  readonly tries: number;
  readonly dueAt: number;
}

export class CommandQueue {
  readonly #language: CommandLanguage;
  readonly #outlet: QueueOutlet;
  readonly #waiting: Waiting[] = [];
  #outstanding: Outstanding | undefined;
  #deafUntil = Number.NEGATIVE_INFINITY;

  constructor(language: CommandLanguage, outlet: QueueOutlet) {
    this.#language = language;
    this.#outlet = outlet;
  }

  /** When `wake` has something to do. */
  get dueAt(): number | undefined {
    return this.#outstanding?.dueAt ?? (this.#waiting.length > 0 ? this.#deafUntil : undefined);
  }

  /** Every byte that arrives must go through `push`. */
  get isListening(): boolean {
    return this.#outstanding !== undefined;
  }

  get isIdle(): boolean {
    return this.#outstanding === undefined && this.#waiting.length === 0;
  }

  isDeaf(nowMs: number): boolean {
    return nowMs < this.#deafUntil;
  }

  /**
   * `whenAnswered` is told `accepted` at once of a command that has no answer, and of an empty one when its turn comes.
   * Dropped when too many wait.
   */
  send(command: Uint8Array, nowMs: number, whenAnswered?: WhenAnswered): void {
    if (this.#waiting.length >= waitingMax) return;
    this.#waiting.push({ command, whenAnswered });
    this.#sendNext(nowMs);
  }

  /** Only while `isListening`. */
  push(chunk: Uint8Array, nowMs: number): void {
    for (let at = 0; at < chunk.length; at += 1) {
      const outstanding = this.#outstanding;
      if (outstanding === undefined) {
        this.#outlet.release(chunk.subarray(at));
        return;
      }
      const byte = chunk[at] ?? 0;
      if (outstanding.sieve.isEmpty && this.#outlet.isInsideFrame) {
        this.#outlet.release(Uint8Array.of(byte));
        continue;
      }
      const progress = outstanding.sieve.push(byte);
      if (progress !== "more") this.#finish(outstanding, progress, nowMs);
    }
  }

  wake(nowMs: number): void {
    const outstanding = this.#outstanding;
    if (outstanding === undefined || nowMs < outstanding.dueAt) {
      this.#sendNext(nowMs);
      return;
    }
    if (outstanding.form.isQuery && outstanding.tries < queryTries) {
      outstanding.sieve.end(false);
      this.#begin(outstanding, outstanding.form, outstanding.tries + 1, nowMs);
    } else this.#finish(outstanding, "silent", nowMs);
  }

  /** The line is gone: what an answer might have been goes back to the scans, to be counted with them. */
  close(): void {
    this.#waiting.length = 0;
    this.#outstanding?.sieve.end(false);
    this.#outstanding = undefined;
  }

  #finish({ sieve, whenAnswered }: Outstanding, result: CommandResult, nowMs: number): void {
    this.#outstanding = undefined;
    const answer = result === "accepted" ? sieve.answer() : noBytes;
    sieve.end(result !== "silent");
    whenAnswered?.(result, answer, nowMs);
    this.#sendNext(nowMs);
  }

  #sendNext(nowMs: number): void {
    while (this.#outstanding === undefined && !this.isDeaf(nowMs)) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      const form = this.#language.answerTo(next.command);
      const deafMs = this.#language.deafMsAfter(next.command);
      if (deafMs > 0) this.#deafUntil = nowMs + deafMs;
      if (form !== undefined) this.#begin(next, form, 1, nowMs);
      else {
        if (next.command.length > 0) this.#outlet.write(next.command);
        next.whenAnswered?.("accepted", noBytes, nowMs);
      }
    }
  }

  #begin({ command, whenAnswered }: Waiting, form: AnswerForm, tries: number, nowMs: number): void {
    const sieve = new AnswerSieve(form, this.#outlet);
    this.#outstanding = { command, whenAnswered, form, sieve, tries, dueAt: nowMs + form.timeoutMs };
    this.#outlet.write(command);
  }
}
