// Takes the answer to one command out of a stream, and lets every byte of a scan through.
import type { AnswerForm } from "./command-language.ts";

/** Longest line `name: value` before an answer, and how many bytes of such lines are kept. */
const textLineBytesMax = 128;
const textBytesMax = 1_024;

export interface SieveOutlet {
  /** Bytes that belong to no answer, in order. */
  release(bytes: Uint8Array): void;
  /** Whether what was released so far ends where a scan could begin. */
  readonly isBetweenScans: boolean;
}

/**
 * Single use: for one command. After `accepted` or `refused`, or after `end`, nothing more may be pushed. Keeps at most one
 * answer, one line and `textBytesMax` of text.
 */
export class AnswerSieve {
  readonly #form: AnswerForm;
  readonly #outlet: SieveOutlet;
  readonly #held: Uint8Array;
  #length = 0;
  #line: number[] = [];
  readonly #text: number[] = [];

  constructor(form: AnswerForm, outlet: SieveOutlet) {
    this.#form = form;
    this.#outlet = outlet;
    this.#held = new Uint8Array(form.bytesMax);
  }

  /** Nothing is held back: every byte so far was a scan's. */
  get isEmpty(): boolean {
    return this.#length + this.#line.length + this.#text.length === 0;
  }

  push(byte: number): "more" | "accepted" | "refused" {
    if (this.#form.isBareText && this.#length === 0 && !this.#outlet.isBetweenScans) {
      this.#passOn(byte);
      return "more";
    }
    this.#held[this.#length] = byte;
    this.#length += 1;
    const progress = this.#form.progress(this.#held, this.#length);
    if (progress === "accepted" || progress === "refused") return progress;
    if (progress === "no" || this.#length === this.#held.length) this.#giveUp();
    return "more";
  }

  /** What the answer says, with the lines before it. Only after `accepted` or `refused`. */
  answer(): Uint8Array {
    return Uint8Array.from([...this.#text, ...this.#form.value(this.#held, this.#length)]);
  }

  /** The answer is there, or does not come: what it did not use up is released. */
  end(isAnswered: boolean): void {
    const rest = isAnswered ? this.#line : [...this.#text, ...this.#line, ...this.#held.subarray(0, this.#length)];
    this.#length = 0;
    if (rest.length > 0) this.#outlet.release(Uint8Array.from(rest));
  }

  /** What is held is no answer: passes it on up to the next byte with which one could begin. */
  #giveUp(): void {
    const failed = this.#held.slice(0, this.#length);
    this.#length = 0;
    const from = this.#form.isBareText ? failed.length : this.#nextStart(failed);
    for (const byte of failed.subarray(0, from)) this.#passOn(byte);
    this.#held.set(failed.subarray(from));
    this.#length = failed.length - from;
  }

  #nextStart(failed: Uint8Array): number {
    for (let from = 1; from < failed.length; from += 1) {
      const rest = failed.subarray(from);
      let length = 1;
      while (length <= rest.length && this.#form.progress(rest, length) === "more") length += 1;
      if (length > rest.length) return from;
    }
    return failed.length;
  }

  #passOn(byte: number): void {
    const mayBeText = this.#form.followsText && (this.#line.length > 0 || this.#outlet.isBetweenScans);
    if (!mayBeText) {
      this.#outlet.release(Uint8Array.of(byte));
      return;
    }
    this.#line.push(byte);
    const isWhole = byte === 0x0d || byte === 0x0a;
    if (!isWhole && this.#line.length < textLineBytesMax) return;
    const line = this.#line;
    this.#line = [];
    if (isWhole && isText(line) && this.#text.length + line.length <= textBytesMax) this.#text.push(...line);
    else this.#outlet.release(Uint8Array.from(line));
  }
}

/** `Name: value` in ASCII, as version texts have it and no card does, or an empty line. */
function isText(line: readonly number[]): boolean {
  if (line.length === 1) return true;
  const end = line.length - 1;
  const isPrintable = line.every((byte, index) => index === end || (byte >= 0x20 && byte < 0x7f));
  return isPrintable && /^[A-Z][A-Za-z ]{2,}: /.test(String.fromCharCode(...line)) && !line.includes(0x7c);
}
