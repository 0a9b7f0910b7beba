// The conversation with a reader that sends its scans as text: framing, acknowledgements, commands and feedback.

import { standsAt } from "../bytes/ascii.ts";
import type { Framer } from "../frame/framer.ts";
import { symbologyOfCodeId } from "../frame/honeywell/code-id.ts";
import { DechdrFramer } from "../frame/honeywell/dechdr-framer.ts";
import { PlainFramer } from "../frame/plain-framer.ts";
import type { Scan } from "../message/scan.ts";
import type { CommandLanguage } from "./commands/command-language.ts";
import { commandLanguages } from "./commands/command-languages.ts";
import { CommandQueue, type CommandResult } from "./commands/command-queue.ts";
import { versionText } from "./commands/version-text.ts";
import type { Discard } from "./discard.ts";
import type { Driver, DriverFailure, DriverHost } from "./driver.ts";
import type { Outcome } from "./outcome.ts";
import type { Profile } from "./profile.ts";
import { RecentFaults } from "./recent-faults.ts";
import { frameGapMs, idleGapMs, terminatedGapFactor } from "./serial-text/idle-gap.ts";
import { LastTaken } from "./serial-text/last-taken.ts";
import { makeReplies, outcomeOfDiscard, type Replies, type Reply } from "./serial-text/replies.ts";
import type { TakenScans } from "./taken-scans.ts";

export interface SerialTextOptions {
  readonly profile: Profile;
  readonly transport: "usb" | "rs232" | "tcp" | "hid" | "socketio";
  readonly taken: TakenScans;
}

export const serialTextDriver = (host: DriverHost, options: SerialTextOptions): Driver =>
  new SerialTextDriver(host, options);

/**
 *  start ──► set-up commands ──► version ──► ready ──► armed ◄──► disarmed
 *                                   └──► failed: no answer where the command set promises one
 */
class SerialTextDriver implements Driver {
  readonly #host: DriverHost;
  readonly #profile: Profile;
  readonly #language: CommandLanguage;
  readonly #queue: CommandQueue;
  readonly #framer: Framer;
  readonly #replies: Replies;
  readonly #gapMs: number;
  readonly #taken: TakenScans;
  readonly #badFrames = new RecentFaults();
  /** Of a reader that sends again what it has not heard acknowledged. */
  #lastTaken: LastTaken | undefined;
  #life: "open" | "failed" | "closed" = "open";
  #isArmed = false;
  #nowMs = 0;
  #heardAtMs = 0;
  #scansHeard = 0;
  /** Scans that wait for `settle`. */
  #unsettled = 0;
  #isAskingHealth = false;
  /** How the last scan ended: what a reader did once it will do again. */
  #endsWithTerminator = false;
  /** When the silence is looked at; at the earliest then it is over. */
  #gapDueAt: number | undefined;
  #wish: number | undefined;

  constructor(host: DriverHost, { profile, transport, taken }: SerialTextOptions) {
    this.#host = host;
    this.#profile = profile;
    this.#taken = taken;
    this.#language = languageOf(profile);
    this.#replies = makeReplies(profile, this.#language);
    this.#gapMs = idleGapMs(transport, profile.transport.baud, profile.framing.idleMs);
    this.#framer = this.#makeFramer(transport === "tcp");
    const framer = this.#framer;
    this.#queue = new CommandQueue(this.#language, {
      write: (bytes) => host.write(bytes),
      release: (bytes) => framer.push(bytes),
      get isBetweenScans() {
        return framer.pending === "nothing";
      },
      get isInsideFrame() {
        return framer.pending === "stx";
      },
    });
  }

  start(nowMs: number): void {
    const { ack, arm, init, version } = this.#profile;
    this.#nowMs = nowMs;
    if (ack.mode === "ack-nak") this.#lastTaken = new LastTaken(this.#taken, ack.timeoutMs, nowMs);
    const refused = (result: CommandResult) => {
      if (result !== "accepted") this.#host.fault("setup-refused");
    };
    for (const command of arm.off === undefined ? init : [arm.off, ...init]) this.#queue.send(command, nowMs, refused);
    if (version.send === undefined) this.#afterSetUp(nowMs, () => this.#host.ready({}));
    else this.#queue.send(version.send, nowMs, (result, answer) => this.#claimed(result, answer));
    this.#plan();
  }

  receive(chunk: Uint8Array, nowMs: number): void {
    if (this.#life !== "open") return;
    this.#nowMs = nowMs;
    this.#heardAtMs = nowMs;
    if (this.#queue.isListening) {
      this.#queue.push(chunk, nowMs);
      this.#plan();
    } else this.#framer.push(chunk);
    if (this.#gapDueAt === undefined && this.#framer.pending !== "nothing") {
      this.#gapDueAt = nowMs + this.#gapNow();
      this.#plan();
    }
  }

  wake(nowMs: number): void {
    if (this.#life !== "open") return;
    this.#nowMs = nowMs;
    this.#wish = undefined;
    const commandsDueAt = this.#queue.dueAt;
    if (commandsDueAt !== undefined && commandsDueAt <= nowMs) this.#queue.wake(nowMs);
    if (this.#gapDueAt !== undefined && this.#gapDueAt <= nowMs) this.#lookAtSilence(nowMs);
    this.#plan();
  }

  setArmed(isArmed: boolean, nowMs: number): void {
    if (this.#life !== "open" || isArmed === this.#isArmed) return;
    this.#isArmed = isArmed;
    const command = isArmed ? this.#profile.arm.on : this.#profile.arm.off;
    if (command === undefined) return;
    this.#queue.send(command, nowMs, (result) => {
      if (result !== "accepted") this.#host.fault("setup-refused");
    });
    this.#plan();
  }

  settle(scan: Scan, outcome: Outcome, nowMs: number): void {
    if (this.#life !== "open") return;
    this.#unsettled -= 1;
    this.#lastTaken?.settle(scan, outcome, nowMs);
    this.#reply(this.#replies.toScan[outcome], nowMs);
  }

  signal(outcome: Outcome, nowMs: number): void {
    if (this.#life === "open") this.#reply(this.#replies.toPeople[outcome], nowMs);
  }

  /**
   * Asks for the version again, where an answer can be told from a scan; a reader that waits for us is not asked. Says
   * again to scan where nothing tells whether it was heard.
   */
  checkHealth(nowMs: number): void {
    if (this.#life !== "open" || this.#queue.isDeaf(nowMs) || !this.#queue.isIdle) return;
    const { arm, version } = this.#profile;
    if (this.#isArmed && arm.on !== undefined && this.#language.answerTo(arm.on) === undefined) {
      this.#queue.send(arm.on, nowMs);
    }
    const form = version.send && this.#language.answerTo(version.send);
    if (version.send === undefined || form === undefined || form.isBareText || !this.#language.alwaysAnswers) return;
    if (this.#isAskingHealth || (this.#unsettled > 0 && this.#profile.ack.mode === "host-ack")) return;
    this.#isAskingHealth = true;
    const heardBefore = this.#scansHeard;
    this.#queue.send(version.send, nowMs, (result) => {
      this.#isAskingHealth = false;
      if (result === "silent" && this.#scansHeard === heardBefore) this.#fail("no-answer");
    });
    this.#plan();
  }

  close(): void {
    if (this.#life === "closed") return;
    this.#life = "closed";
    this.#queue.close();
    this.#framer.close();
    this.#host.wakeAt(undefined);
  }

  #makeFramer(isTcp: boolean): Framer {
    const { framing } = this.#profile;
    const sink = {
      scan: (scan: Scan) => this.#scanned(scan),
      discarded: (why: Discard, bytes: number) => this.#discarded(why, bytes),
    };
    const scanBytesMax = framing.maxBytes;
    if (framing.lengthPrefix === "dechdr") {
      return new DechdrFramer({ terminators: framing.stripTerminator ? framing.end : [], scanBytesMax }, sink);
    }
    const { end: terminators, stxEtx: stx, aim } = framing;
    return new PlainFramer({ stx, terminators, aim, scanBytesMax, refuseTelnet: isTcp }, sink);
  }

  /** Set-up that nobody answers is over at once, unless the reader is deaf for a while. */
  #afterSetUp(nowMs: number, whenOver: () => void): void {
    if (this.#queue.isIdle) whenOver();
    else this.#queue.send(new Uint8Array(), nowMs, whenOver);
  }

  #claimed(result: CommandResult, answer: Uint8Array): void {
    if (result === "silent" && this.#language.alwaysAnswers) {
      this.#fail("handshake-failed");
      return;
    }
    const firmware = versionText(answer, this.#profile.version.expect);
    this.#host.ready(firmware === undefined ? {} : { firmware });
  }

  #scanned(scan: Scan): void {
    if (this.#life === "failed") return; // the rest of the chunk in which it failed
    this.#scansHeard += 1;
    this.#endsWithTerminator = scan.endedBy === "terminator";
    const { codeId } = this.#profile.framing;
    const bare = codeId === undefined ? scan : withoutCodeId(scan, codeId);
    if (bare.raw.length === 0) {
      this.#discarded("empty", scan.raw.length);
      return;
    }
    if (this.#lastTaken === undefined) this.#handOver(bare);
    else this.#handOverOnce(bare, this.#lastTaken);
  }

  /** Armed or not: the host knows why it takes none, and settles them so. */
  #handOver(scan: Scan): void {
    this.#unsettled += 1;
    this.#host.scan(scan);
  }

  /** A numbered scan is taken even from a disarmed reader, as one that is owed; this one is sent again, so it can wait. */
  #handOverOnce(scan: Scan, lastTaken: LastTaken): void {
    if (!this.#isArmed) {
      this.#host.discarded("not-armed", scan.raw.length);
      this.#reply(this.#replies.toScan.wait, this.#nowMs);
      return;
    }
    const judged = lastTaken.judge(scan, this.#nowMs);
    if (judged === "under-way") return;
    if ("told" in judged) this.#reply(this.#replies.toScan[judged.told], this.#nowMs);
    else this.#handOver(judged.fresh);
  }

  #discarded(why: Discard, bytes: number): void {
    if (this.#life === "failed") return;
    this.#host.discarded(why, bytes);
    if (this.#life !== "open") return;
    const outcome = this.#profile.ack.mode === "none" ? undefined : outcomeOfDiscard(why);
    if (outcome !== undefined) this.#reply(this.#replies.toScan[outcome], this.#nowMs);
    if (why === "telnet") this.#fail("wrong-protocol");
    else if ((why === "bad-frame" || why === "bad-length") && this.#badFrames.add(this.#nowMs))
      this.#fail("line-noise");
  }

  #reply({ bytes, commands }: Reply, nowMs: number): void {
    if (bytes.length > 0) this.#host.write(bytes);
    if (commands.length === 0) return;
    for (const command of commands) this.#queue.send(command, nowMs);
    this.#plan();
  }

  #gapNow(): number {
    if (this.#framer.pending === "stx") return frameGapMs;
    return this.#endsWithTerminator ? this.#gapMs * terminatedGapFactor : this.#gapMs;
  }

  /** Chunks that came since the look was planned put the end off. */
  #lookAtSilence(nowMs: number): void {
    this.#gapDueAt = undefined;
    if (this.#framer.pending === "nothing") return;
    const dueAt = this.#heardAtMs + this.#gapNow();
    if (dueAt <= nowMs) this.#framer.idle();
    else this.#gapDueAt = dueAt;
  }

  #plan(): void {
    if (this.#life !== "open") return;
    const gap = this.#gapDueAt ?? Number.POSITIVE_INFINITY;
    const command = this.#queue.dueAt ?? Number.POSITIVE_INFINITY;
    const next = Math.min(gap, command);
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

/** Only a model that is known for it is left alone after its reset. */
function languageOf({ commands, quirks }: Profile): CommandLanguage {
  const language = commandLanguages[commands];
  return quirks.includes("deaf-after-reset-30s") ? language : { ...language, deafMsAfter: () => 0 };
}

/** One byte of Honeywell's or Newland's names the symbology too. */
function withoutCodeId(scan: Scan, codeId: Uint8Array): Scan {
  if (!standsAt(scan.raw, codeId, 0)) return scan;
  const symbology = codeId.length === 1 ? symbologyOfCodeId(codeId[0] ?? 0) : undefined;
  return { ...scan, raw: scan.raw.subarray(codeId.length), ...(symbology !== undefined && { symbology }) };
}
