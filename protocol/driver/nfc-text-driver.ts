// The conversation with a serial chip reader that speaks lines of text (READERS chapter 9, 6C).
//
//   start ──PING──► PONG ──DG2:OFF──► [OK] ──SOD:ON──► [OK] ──► ready
//   NFC_DETECTED ──► lines of JSON, blocks ──► SUCCESS or SCAN_DONE: delivered once
//                └── 15 s, CARD_REMOVED, FAIL ──► a failed reading is delivered
import { LineCutter } from "../frame/line-cutter.ts";
import { nfcCommands, readNfcLine } from "../frame/nfc-text/nfc-line.ts";
import type { Scan } from "../message/scan.ts";
import { failedReading } from "./chip-texts.ts";
import type { Discard } from "./discard.ts";
import type { Driver, DriverFailure, DriverHost } from "./driver.ts";
import { NfcReading } from "./nfc-text-reading.ts";
import type { Outcome } from "./outcome.ts";
import type { Profile } from "./profile.ts";
import { RecentFaults } from "./recent-faults.ts";

/** A whole DG13 in one line has less than 2 KiB; a portrait in one line has more than this, and is not wanted. */
const lineBytesMax = 8_192;
/** As for any reader (READERS rule R2). */
const scanBytesMax = 8_192;
/** An inspection without a portrait (READERS chapter 8). */
const readingMsMax = 15_000;
/** How long a command may stay without its answer, and how often it is sent (READERS chapter 7). */
const answerMsMax = 1_000;
const attemptsMax = 2;

/** What is asked, in this order, before the reader is ready; then PING, when its health is asked for. */
const setUp = [
  { purpose: "handshake", bytes: nfcCommands.ping, answer: "pong" },
  { purpose: "set-up", bytes: nfcCommands.withoutPortrait, answer: "ok" },
  { purpose: "set-up", bytes: nfcCommands.withSignatures, answer: "ok" },
] as const;
const healthCheck = { purpose: "health", bytes: nfcCommands.ping, answer: "pong" } as const;
type Command = (typeof setUp)[number] | typeof healthCheck;

/** A command that has its answer to come. */
interface Question {
  readonly command: Command;
  readonly attempt: number;
  readonly untilMs: number;
}

export interface NfcTextOptions {
  readonly profile: Profile;
  /** Whether ethnicity, religion, identifying marks, parents and spouse may leave the driver; off by default. */
  readonly optionalFields?: boolean;
}

export function nfcTextDriver(host: DriverHost, options: NfcTextOptions): Driver {
  return new NfcTextDriver(host, options);
}

class NfcTextDriver implements Driver {
  readonly #host: DriverHost;
  readonly #profile: Profile;
  readonly #optionalFields: boolean;
  readonly #cutter: LineCutter;
  readonly #faults = new RecentFaults();
  #nowMs = 0;
  #isArmed = false;
  #isOver = false;
  #question: Question | undefined;
  #setUpLeft: readonly Command[] = setUp;
  #reading: NfcReading | undefined;
  #readingUntilMs: number | undefined;

  constructor(host: DriverHost, { profile, optionalFields = false }: NfcTextOptions) {
    this.#host = host;
    this.#profile = profile;
    this.#optionalFields = optionalFields;
    this.#cutter = new LineCutter(lineBytesMax, {
      line: (text, bytes) => this.#takeLine(text, bytes),
      discarded: (why, bytes) => {
        host.discarded(why, bytes);
        if (why === "bad-frame" && this.#faults.add(this.#nowMs)) this.#fail("line-noise");
      },
    });
  }

  start(nowMs: number): void {
    this.#nowMs = nowMs;
    this.#askNext();
    this.#plan();
  }

  receive(chunk: Uint8Array, nowMs: number): void {
    if (this.#isOver) return;
    this.#nowMs = nowMs;
    this.#cutter.push(chunk);
    this.#plan();
  }

  wake(nowMs: number): void {
    if (this.#isOver) return;
    this.#nowMs = nowMs;
    if (this.#readingUntilMs !== undefined && nowMs >= this.#readingUntilMs) this.#giveUpReading("unfinished");
    if (this.#question !== undefined && nowMs >= this.#question.untilMs) this.#unanswered(this.#question);
    this.#plan();
  }

  /** Such a reader can't be kept from reading. */
  setArmed(isArmed: boolean): void {
    this.#isArmed = isArmed;
  }

  settle(_scan: Scan, outcome: Outcome): void {
    this.signal(outcome);
  }

  signal(outcome: Outcome): void {
    if (!this.#isOver) for (const bytes of this.#profile.feedback[outcome]) this.#host.write(bytes);
  }

  checkHealth(nowMs: number): void {
    this.#nowMs = nowMs;
    if (!this.#isOver && this.#question === undefined) this.#ask(healthCheck);
    this.#plan();
  }

  close(): void {
    if (this.#isOver) return;
    const bytes = this.#cutter.clear() + (this.#reading?.bytes ?? 0);
    if (bytes > 0) this.#host.discarded("closed", bytes);
    this.#end();
  }

  #takeLine(text: string, bytes: number): void {
    if (this.#isOver) return;
    const line = readNfcLine(text);
    switch (line.kind) {
      case "pong":
      case "ok":
        this.#answered(line.kind);
        return;
      case "zone-taken":
        return;
      case "detected":
        if (this.#reading !== undefined) this.#host.discarded("unfinished", this.#reading.bytes);
        this.#begin().bytes += bytes;
        return;
      case "block-start":
        this.#present(bytes).openBlock(line.group);
        return;
      case "block-end":
        this.#present(bytes).closeBlock();
        return;
      case "text":
        if (this.#reading !== undefined || line.text.startsWith("{")) this.#present(bytes).take(line.text);
        else this.#host.discarded("not-a-scan", bytes);
        return;
      case "done":
        if (this.#reading !== undefined) this.#finish(this.#reading); // a second word for the same end says nothing
        return;
      case "failed":
        if (this.#reading === undefined) this.#host.discarded("no-read", bytes);
        else this.#giveUpReading("no-read");
        return;
      case "removed":
        if (this.#reading !== undefined) this.#giveUpReading("unfinished");
        return;
    }
  }

  #begin(): NfcReading {
    this.#reading = new NfcReading();
    this.#readingUntilMs = this.#nowMs + readingMsMax;
    return this.#reading;
  }

  /** The reading that is under way; one that began without a word begins here. */
  #present(bytes: number): NfcReading {
    const reading = this.#reading ?? this.#begin();
    reading.bytes += bytes;
    return reading;
  }

  #finish(reading: NfcReading): void {
    const made = reading.finish(this.#optionalFields);
    if (made.kind === "fault") {
      this.#giveUpReading(made.why);
      return;
    }
    this.#endReading();
    if (made.droppedCharacters > 0) this.#host.discarded("field-dropped", made.droppedCharacters);
    if (made.message.length > scanBytesMax) this.#host.discarded("overflow", made.message.length);
    else this.#scan(made.message);
  }

  /** Nothing of the card goes on; that its reading failed does. */
  #giveUpReading(why: Discard): void {
    this.#host.discarded(why, this.#reading?.bytes ?? 0);
    this.#endReading();
    this.#scan(failedReading);
  }

  #endReading(): void {
    this.#reading = undefined;
    this.#readingUntilMs = undefined;
  }

  #scan(raw: Uint8Array): void {
    if (this.#isArmed) this.#host.scan({ raw, endedBy: "message" });
    else this.#host.discarded("not-armed", raw.length);
  }

  #askNext(): void {
    const [command, ...left] = this.#setUpLeft;
    this.#setUpLeft = left;
    if (command !== undefined) this.#ask(command);
    else this.#host.ready({});
  }

  #ask(command: Command, attempt = 1): void {
    this.#question = { command, attempt, untilMs: this.#nowMs + answerMsMax };
    this.#host.write(command.bytes);
  }

  #answered(answer: "pong" | "ok"): void {
    if (this.#question?.command.answer !== answer) return;
    const { purpose } = this.#question.command;
    this.#question = undefined;
    if (purpose !== "health") this.#askNext();
  }

  #unanswered({ command, attempt }: Question): void {
    if (attempt < attemptsMax) {
      this.#ask(command, attempt + 1);
      return;
    }
    switch (command.purpose) {
      case "handshake":
        this.#fail("handshake-failed");
        return;
      case "health":
        this.#fail("no-answer");
        return;
      case "set-up": // it reads all the same, with more or less than was asked for
        this.#question = undefined;
        this.#host.fault("setup-refused");
        this.#askNext();
        return;
    }
  }

  #fail(why: DriverFailure): void {
    if (this.#isOver) return;
    this.#end();
    this.#host.failed(why);
  }

  #end(): void {
    this.#isOver = true;
    this.#question = undefined;
    this.#endReading();
    this.#host.wakeAt(undefined);
  }

  #plan(): void {
    if (this.#isOver) return;
    const times = [this.#readingUntilMs, this.#question?.untilMs].filter((timeMs) => timeMs !== undefined);
    this.#host.wakeAt(times.length === 0 ? undefined : Math.min(...times));
  }
}
