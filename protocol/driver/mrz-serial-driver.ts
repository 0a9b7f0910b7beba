// The conversation with a reader of machine-readable zones on a byte line: Elyctis, 3M, or bare lines (READERS chapter 8).
//
//   start ──► init, off ──► echo ──► ready          without commands in its profile a reader is ready at once
//   armed ──► on ──► zone ──► scan ──► settle ──► on   (it disarms itself after each zone: quirk `rearm-after-read`)
//                 └──────── 5 s, or broken bytes ──► on   (a zone that was lost on its way has disarmed it, too)
import { encodeUtf8 } from "../bytes/utf8.ts";
import { opensElyctis } from "../frame/elyctis/elyctis-message.ts";
import { linesOf, type MrzFrame, MrzFramer } from "../frame/mrz/mrz-framer.ts";
import { readZone } from "../frame/mrz/zone.ts";
import type { EndedBy, Scan } from "../message/scan.ts";
import type { Driver, DriverHost } from "./driver.ts";
import type { Outcome } from "./outcome.ts";
import type { Profile } from "./profile.ts";
import { RecentFaults } from "./recent-faults.ts";

/** Silence inside a zone that ends it: behind a TCP device server bytes pause this long (READERS chapter 4). */
const idleMs = 100;
/** How long a command may stay without its answer, and how often it is sent (READERS chapter 7). */
const answerMsMax = 1_000;
const attemptsMax = 2;
/** How often a reader that disarms itself is told to be armed: nobody would hear of a zone that the line swallowed whole. */
const rearmMs = 5_000;

type Purpose = "handshake" | "arm" | "rearm" | "health";

/** A command that has its answer to come. */
interface Question {
  readonly purpose: Purpose;
  readonly bytes: Uint8Array;
  readonly attempt: number;
  readonly untilMs: number;
}

export function mrzSerialDriver(host: DriverHost, options: { readonly profile: Profile }): Driver {
  return new MrzSerialDriver(host, options.profile);
}

class MrzSerialDriver implements Driver {
  readonly #host: DriverHost;
  readonly #profile: Profile;
  readonly #framer: MrzFramer;
  readonly #faults = new RecentFaults();
  #nowMs = 0;
  #isArmed = false;
  #isOver = false;
  #question: Question | undefined;
  /** Waits for the answer to the question; a later wish replaces it. */
  #next: { readonly purpose: Purpose; readonly bytes: Uint8Array } | undefined;
  #silentAtMs: number | undefined;
  #rearmAtMs: number | undefined;
  /** Scans of which nobody knows yet whether they are kept: the reader reads no more until then. */
  #unsettled = 0;

  constructor(host: DriverHost, profile: Profile) {
    this.#host = host;
    this.#profile = profile;
    this.#framer = new MrzFramer({
      frame: (frame, bytes) => this.#take(frame, bytes),
      discarded: (why, bytes) => {
        host.discarded(why, bytes);
        if (why === "bad-checksum" && this.#faults.add(this.#nowMs)) this.#fail("line-noise");
        this.#rearm(); // it may have been a zone
      },
    });
  }

  start(nowMs: number): void {
    this.#nowMs = nowMs;
    for (const bytes of this.#profile.init) this.#host.write(bytes);
    this.#ask("handshake", this.#profile.arm.off);
    this.#plan();
  }

  receive(chunk: Uint8Array, nowMs: number): void {
    if (this.#isOver) return;
    this.#nowMs = nowMs;
    this.#framer.push(chunk);
    this.#silentAtMs = this.#framer.isPending ? nowMs + (this.#profile.framing.idleMs ?? idleMs) : undefined;
    this.#plan();
  }

  wake(nowMs: number): void {
    if (this.#isOver) return;
    this.#nowMs = nowMs;
    if (this.#silentAtMs !== undefined && nowMs >= this.#silentAtMs) {
      this.#silentAtMs = undefined;
      this.#framer.idle();
    }
    if (this.#question !== undefined && nowMs >= this.#question.untilMs) this.#unanswered(this.#question);
    if (this.#rearmAtMs !== undefined && nowMs >= this.#rearmAtMs) this.#rearm();
    this.#plan();
  }

  setArmed(isArmed: boolean, nowMs: number): void {
    this.#nowMs = nowMs;
    this.#isArmed = isArmed;
    this.#rearmAtMs = isArmed && this.#disarmsItself ? nowMs + rearmMs : undefined;
    this.#ask("arm", isArmed ? this.#profile.arm.on : this.#profile.arm.off);
    this.#plan();
  }

  settle(_scan: Scan, outcome: Outcome, nowMs: number): void {
    this.#nowMs = nowMs;
    this.#unsettled -= 1;
    this.#tell(outcome);
    this.#rearm();
    this.#plan();
  }

  signal(outcome: Outcome, nowMs: number): void {
    this.#nowMs = nowMs;
    this.#tell(outcome);
  }

  /** The command that holds now is asked again: its answer shows that the reader lives. */
  checkHealth(nowMs: number): void {
    this.#nowMs = nowMs;
    const command = this.#isArmed ? this.#profile.arm.on : this.#profile.arm.off;
    if (this.#question === undefined && command !== undefined && isAnswered(command)) this.#ask("health", command);
    this.#plan();
  }

  close(): void {
    if (!this.#isOver) this.#framer.close();
    this.#end();
  }

  #take(frame: MrzFrame, bytes: number): void {
    if (this.#isOver) return;
    switch (frame.kind) {
      case "elyctis":
        this.#answered(frame.command);
        // An answer; also the zone that a reader sends by itself, under whichever letter.
        if (frame.body.length < zoneBytesMin) return;
        this.#takeZone(linesOf(frame.body), "message", bytes);
        return;
      case "rte6701":
        this.#takeZone(
          frame.lines.filter((line) => line !== ""),
          "etx",
          bytes,
        );
        return;
      case "text":
        this.#takeZone(frame.lines, frame.isEndedByIdle ? "idle" : "length", bytes);
    }
  }

  /** Only a zone whose check digits all hold goes on: a misread one must be read again. */
  #takeZone(lines: readonly string[], endedBy: EndedBy, bytes: number): void {
    const zone = readZone(lines);
    if (zone === undefined) this.#refuse("bad-length", bytes);
    else if (!zone.isValid) this.#refuse("bad-checksum", bytes);
    else if (!this.#isArmed) this.#refuse("not-armed", bytes);
    else {
      this.#unsettled += 1;
      this.#rearmAtMs = undefined;
      this.#host.scan({ raw: encodeUtf8(zone.lines.join("\n")), endedBy });
    }
  }

  #refuse(why: "bad-length" | "bad-checksum" | "not-armed", bytes: number): void {
    this.#host.discarded(why, bytes);
    this.#tell("rejected");
    this.#rearm();
  }

  get #disarmsItself(): boolean {
    return this.#profile.quirks.includes("rearm-after-read");
  }

  /** A document that still lies in the slot is not read a second time by this. */
  #rearm(): void {
    if (this.#isOver || !this.#isArmed || !this.#disarmsItself || this.#unsettled > 0) return;
    this.#rearmAtMs = this.#nowMs + rearmMs;
    this.#ask("rearm", this.#profile.arm.on);
  }

  #tell(outcome: Outcome): void {
    if (!this.#isOver) for (const bytes of this.#profile.feedback[outcome]) this.#host.write(bytes);
  }

  /** One question at a time; what a reader has no command for, or answers nothing to, is done when it is sent. */
  #ask(purpose: Purpose, bytes: Uint8Array | undefined): void {
    if (this.#isOver) return;
    if (bytes === undefined || !isAnswered(bytes)) {
      if (bytes !== undefined) this.#host.write(bytes);
      if (purpose === "handshake") this.#host.ready({});
      return;
    }
    if (this.#question !== undefined) {
      this.#next = { purpose, bytes };
      return;
    }
    this.#send({ purpose, bytes, attempt: 1, untilMs: this.#nowMs + answerMsMax });
  }

  #send(question: Question): void {
    this.#question = question;
    this.#host.write(question.bytes);
  }

  /** Answers bear the letter of their question. */
  #answered(command: number): void {
    const question = this.#question;
    if (question === undefined || question.bytes[0] !== command) return;
    this.#question = undefined;
    if (question.purpose === "handshake") this.#host.ready({});
    const next = this.#next;
    this.#next = undefined;
    if (next !== undefined) this.#ask(next.purpose, next.bytes);
  }

  #unanswered(question: Question): void {
    if (question.attempt < attemptsMax) {
      this.#send({ ...question, attempt: question.attempt + 1, untilMs: this.#nowMs + answerMsMax });
      return;
    }
    if (question.purpose === "rearm") this.#host.fault("not-rearmed");
    this.#fail(question.purpose === "handshake" ? "handshake-failed" : "no-answer");
  }

  #fail(why: "handshake-failed" | "no-answer" | "line-noise"): void {
    if (this.#isOver) return;
    this.#end();
    this.#host.failed(why);
  }

  #end(): void {
    this.#isOver = true;
    this.#question = undefined;
    this.#next = undefined;
    this.#silentAtMs = undefined;
    this.#rearmAtMs = undefined;
    this.#host.wakeAt(undefined);
  }

  #plan(): void {
    if (this.#isOver) return;
    const times = [this.#silentAtMs, this.#rearmAtMs, this.#question?.untilMs].filter((timeMs) => timeMs !== undefined);
    this.#host.wakeAt(times.length === 0 ? undefined : Math.min(...times));
  }
}

/** Two lines of 36 characters make the shortest zone; what is shorter is an answer, or a licence's zone of one line. */
const zoneBytesMin = 72;

/** Elyctis answers each command with its letter; of other bytes nobody knows. */
const isAnswered = (bytes: Uint8Array): boolean => bytes.length >= 3 && opensElyctis(bytes[0] ?? 0, bytes[1] ?? 0);
