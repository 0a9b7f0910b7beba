// The conversation with a USB HID POS reader: reports to scans, commands in output reports, feedback (READERS chapter 5).
import { standsAt } from "../bytes/ascii.ts";
import { type Assembled, HidPosAssembler, silenceMsMax } from "../frame/hid-pos/assembler.ts";
import { type HidPosLayout, hidPosLayout } from "../frame/hid-pos/layout.ts";
import { encodeBeep, encodeCommand, useHidPos } from "../frame/hid-pos/output-report.ts";
import { readReportDescriptor } from "../frame/hid-pos/report-descriptor.ts";
import { symbologyOfCodeId } from "../frame/honeywell/code-id.ts";
import type { Scan } from "../message/scan.ts";
import type { AnswerForm, CommandLanguage } from "./commands/command-language.ts";
import { commandLanguages } from "./commands/command-languages.ts";
import { CommandQueue, type CommandResult } from "./commands/command-queue.ts";
import { versionText } from "./commands/version-text.ts";
import type { Discard } from "./discard.ts";
import type { Driver, DriverFailure, DriverHost } from "./driver.ts";
import type { Outcome } from "./outcome.ts";
import type { Profile } from "./profile.ts";
import { RecentFaults } from "./recent-faults.ts";

export interface HidPosOptions {
  readonly profile: Profile;
  /** As the device gave it; undefined where it can't be read, so that the profile's layout must do. */
  readonly reportDescriptor?: Uint8Array | undefined;
}

export function hidPosDriver(host: DriverHost, { profile, reportDescriptor }: HidPosOptions): Driver {
  const descriptor = reportDescriptor && readReportDescriptor(reportDescriptor);
  return new HidPosDriver(host, profile, hidPosLayout(descriptor, profile.layout));
}

/** The standard sounds, for outcomes that the profile has no bytes for, where the descriptor declares them. */
const standardBeeps: Readonly<Record<Outcome, "good" | "error" | undefined>> = {
  accepted: "good",
  repeated: "good",
  identify: "good",
  rejected: "error",
  wait: "error",
  attention: "error",
  result: undefined,
};

/** Without a layout nothing is known of its reports: the device is in keyboard mode, or is no bar code reader. */
const noLayout: HidPosLayout = { pieces: [], command: undefined, beeps: { good: undefined, error: undefined } };

/**
 *  start ──► out of keyboard mode ──► set-up ──► version ──► ready
 *
 * A reader that does not answer the version query is taken without one: its scans come all the same, and the registry
 * judges it as one whose firmware can't be read. One that has answered must go on answering.
 */
class HidPosDriver implements Driver {
  readonly #host: DriverHost;
  readonly #profile: Profile;
  readonly #layout: HidPosLayout;
  readonly #isUnknown: boolean;
  readonly #language: CommandLanguage;
  readonly #queue: CommandQueue;
  readonly #assembler: HidPosAssembler;
  readonly #badReports = new RecentFaults();
  #life: "open" | "failed" | "closed" = "open";
  #nowMs = 0;
  #heardAtMs = 0;
  #isArmed = false;
  #answersVersion = false;
  #isAskingHealth = false;
  #hasToldUnsendable = false;
  /** What the outstanding command is answered with; only looked at while the queue listens. */
  #form: AnswerForm | undefined;
  #wish: number | undefined;

  constructor(host: DriverHost, profile: Profile, layout: HidPosLayout | undefined) {
    this.#host = host;
    this.#profile = profile;
    this.#layout = layout ?? noLayout;
    this.#isUnknown = layout === undefined;
    this.#language = commandLanguages[profile.commands];
    const { aim, end, stripTerminator, maxBytes } = profile.framing;
    const queue = new CommandQueue(this.#language, {
      write: (command) => {
        this.#form = this.#language.answerTo(command);
        this.#write(command);
      },
      release: (bytes) => host.discarded("not-a-scan", bytes.length), // only answers go through the queue
      isBetweenScans: true,
      isInsideFrame: false,
    });
    this.#queue = queue;
    this.#assembler = new HidPosAssembler(
      {
        layout: this.#layout,
        framing: { aim, terminators: stripTerminator ? end : [], scanBytesMax: maxBytes },
        isCommandPending: () => queue.isListening,
        isAnswer: (bytes) => queue.isListening && this.#form !== undefined && isWhole(this.#form, bytes),
      },
      {
        scan: (scan) => this.#scanned(scan),
        answer: (bytes) => this.#answered(bytes),
        discarded: (why, bytes) => this.#discarded(why, bytes),
      },
    );
  }

  start(nowMs: number): void {
    this.#nowMs = nowMs;
    if (this.#isUnknown) {
      this.#fail("wrong-protocol");
      return;
    }
    const { arm, init, quirks, version } = this.#profile;
    if (quirks.includes("kbd-composite")) this.#host.writeFeature(useHidPos);
    for (const command of arm.off === undefined ? init : [arm.off, ...init]) this.#setUp(command);
    // An empty command is over when all before it are.
    this.#queue.send(version.send ?? new Uint8Array(), nowMs, (result, answer) => this.#claimed(result, answer));
    this.#plan();
  }

  receive(report: Uint8Array, nowMs: number): void {
    if (this.#life !== "open") return;
    this.#nowMs = nowMs;
    this.#heardAtMs = nowMs;
    this.#assembler.push(report);
    this.#plan();
  }

  wake(nowMs: number): void {
    if (this.#life !== "open") return;
    this.#nowMs = nowMs;
    this.#wish = undefined;
    if (this.#assembler.isUnfinished && nowMs - this.#heardAtMs >= silenceMsMax) this.#assembler.idle();
    const { dueAt } = this.#queue;
    if (dueAt !== undefined && dueAt <= nowMs) this.#queue.wake(nowMs);
    this.#plan();
  }

  setArmed(isArmed: boolean, nowMs: number): void {
    if (this.#life !== "open" || isArmed === this.#isArmed) return;
    this.#nowMs = nowMs;
    this.#isArmed = isArmed;
    const command = isArmed ? this.#profile.arm.on : this.#profile.arm.off;
    if (command !== undefined) this.#setUp(command);
    this.#plan();
  }

  settle(_scan: Scan, outcome: Outcome, nowMs: number): void {
    this.signal(outcome, nowMs);
  }

  signal(outcome: Outcome, nowMs: number): void {
    if (this.#life !== "open") return;
    this.#nowMs = nowMs;
    this.#tell(outcome);
    this.#plan();
  }

  checkHealth(nowMs: number): void {
    const { send } = this.#profile.version;
    const isBusy = this.#isAskingHealth || this.#queue.isDeaf(nowMs) || !this.#queue.isIdle;
    if (this.#life !== "open" || isBusy || send === undefined || !this.#answersVersion) return;
    this.#nowMs = nowMs;
    this.#isAskingHealth = true;
    const heardBefore = this.#heardAtMs;
    this.#queue.send(send, nowMs, (result) => {
      this.#isAskingHealth = false;
      if (result === "silent" && this.#heardAtMs === heardBefore) this.#fail("no-answer");
    });
    this.#plan();
  }

  close(): void {
    if (this.#life === "closed") return;
    this.#assembler.close();
    this.#life = "closed";
    this.#queue.close();
    this.#host.wakeAt(undefined);
  }

  #setUp(command: Uint8Array): void {
    this.#queue.send(command, this.#nowMs, (result) => {
      if (result !== "accepted") this.#host.fault("setup-refused");
    });
  }

  #claimed(result: CommandResult, answer: Uint8Array): void {
    this.#answersVersion = result === "accepted" && answer.length > 0;
    const firmware = versionText(answer, this.#profile.version.expect);
    this.#host.ready(firmware === undefined ? {} : { firmware });
  }

  #scanned({ bytes, aim, codeId }: Assembled): void {
    if (!this.#isArmed) {
      this.#host.discarded("not-armed", bytes.length);
      this.#tell("rejected");
      return;
    }
    const { codeId: leading } = this.#profile.framing;
    const raw = leading !== undefined && standsAt(bytes, leading, 0) ? bytes.subarray(leading.length) : bytes;
    const symbology = aim === undefined ? symbologyOfCodeId(codeId) : undefined;
    if (raw.length === 0) this.#discarded("empty", bytes.length);
    else {
      const said = aim !== undefined ? { aim } : symbology !== undefined ? { symbology } : {};
      this.#host.scan({ raw, endedBy: "report", ...said });
    }
  }

  #answered(bytes: Uint8Array): void {
    if (this.#queue.isListening) this.#queue.push(bytes, this.#nowMs);
    else this.#host.discarded("not-a-scan", bytes.length);
  }

  /** USB repairs what is broken on the way: a report that makes no sense comes of a layout that is not the reader's. */
  #discarded(why: Discard, bytes: number): void {
    this.#host.discarded(why, bytes);
    const isBroken = why === "bad-length" || why === "bad-frame";
    if (isBroken && this.#badReports.add(this.#nowMs)) this.#fail("wrong-protocol");
  }

  /** What is answered waits for its turn; the rest goes out at once. */
  #tell(outcome: Outcome): void {
    const commands = this.#profile.feedback[outcome];
    for (const command of commands) {
      if (this.#language.answerTo(command) === undefined) this.#write(command);
      else this.#queue.send(command, this.#nowMs);
    }
    const beep = standardBeeps[outcome];
    const layout = beep && this.#layout.beeps[beep];
    if (commands.length === 0 && layout !== undefined) this.#host.write(encodeBeep(layout));
  }

  #write(command: Uint8Array): void {
    const report = this.#layout.command && encodeCommand(this.#layout.command, command);
    if (report !== undefined) this.#host.write(report);
    else if (!this.#hasToldUnsendable) {
      this.#hasToldUnsendable = true;
      this.#host.fault("setup-refused"); // too long for a report, or the reader has no report for commands
    }
  }

  #plan(): void {
    if (this.#life !== "open") return;
    const silence = this.#assembler.isUnfinished ? this.#heardAtMs + silenceMsMax : Number.POSITIVE_INFINITY;
    const next = Math.min(silence, this.#queue.dueAt ?? Number.POSITIVE_INFINITY);
    const wish = Number.isFinite(next) ? next : undefined;
    if (wish === this.#wish) return;
    this.#wish = wish;
    this.#host.wakeAt(wish);
  }

  #fail(why: DriverFailure): void {
    if (this.#life !== "open") return;
    this.#life = "failed";
    this.#host.wakeAt(undefined);
    this.#host.failed(why);
  }
}

/** A reader without AIM identifiers answers with one whole message, which nothing but the answer fits. */
function isWhole(form: AnswerForm, bytes: Uint8Array): boolean {
  if (bytes.length > form.bytesMax) return false;
  for (let length = 1; length <= bytes.length; length += 1) {
    const progress = form.progress(bytes, length);
    if (progress !== "more") return progress !== "no" && length === bytes.length;
  }
  return false;
}
