// The conversation with a Zebra decoder in SSI packets: a scan is acknowledged when it is on the disk (READERS chapter 6).
//
//   start ──► disable, packets, handshaking, the profile's init, revision ──► ready ──► enable | disable
//   DECODE_DATA ──► scan ──► settle: accepted, repeated, rejected ──► ACK, then beep and light
//                      └──► settle: wait, or 1.5 s without a word ──► NAK, and the decoder sends it again
//
// FLUSH_QUEUE is not part of the opening: a decoder holds a scan for six seconds at the most, so that whatever it still
// holds is the patient who stands at the desk, read while the agent was restarting. It comes, and is acknowledged, at any
// time, the opening included.
import { ack, nak, requestRevision, scanDisable, scanEnable } from "../frame/ssi/host-commands.ts";
import { asciiText } from "../frame/ssi/management.ts";
import { nakCause, opcode, opcodeEntry } from "../frame/ssi/opcodes.ts";
import { decodePacket, type Packet, source } from "../frame/ssi/packet.ts";
import { PacketCutter } from "../frame/ssi/packet-cutter.ts";
import type { Scan } from "../message/scan.ts";
import type { Driver, DriverFailure, DriverHost } from "./driver.ts";
import type { Outcome } from "./outcome.ts";
import type { Profile } from "./profile.ts";
import { RecentFaults } from "./recent-faults.ts";
import type { ScanParts } from "./scan-parts.ts";
import { CommandQueue } from "./ssi/command-queue.ts";
import { Feedback } from "./ssi/feedback.ts";
import { setUpPackets } from "./ssi/profile-commands.ts";
import { type IntakeOptions, ScanIntake } from "./ssi/scan-intake.ts";
import type { TakenScans } from "./taken-scans.ts";

export interface SsiOptions {
  readonly profile: Profile;
  readonly taken: TakenScans;
  /** Undefined: the parts of a long scan are acknowledged as they come, and a restart between them costs the scan. */
  readonly parts?: ScanParts | undefined;
}

/** Silence inside a packet that ends it (parameter EF). */
const characterGapMs = 200;
/** After a NAK the decoder sends again at once: a command of ours would meet it on the line. */
const afterNakMs = 300;
const firmwareCharactersMax = 64;
const wakeUp = 0x00;
/** The event that a decoder sends when it has started: what was set without saving is gone. */
const bootEvent = 0x03;

export function ssiDriver(host: DriverHost, { profile, taken, parts }: SsiOptions): Driver {
  return new SsiDriver(host, { profile, taken, parts });
}

class SsiDriver implements Driver {
  readonly #host: DriverHost;
  readonly #profile: Profile;
  readonly #cutter: PacketCutter;
  readonly #commands: CommandQueue;
  readonly #feedback: Feedback;
  readonly #faults = new RecentFaults();
  readonly #intake: ScanIntake;
  #state: "new" | "opening" | "ready" | "over" = "new";
  #isArmed = false;
  #nowMs = 0;
  #gapAtMs: number | undefined;
  /** Until then the line belongs to the decoder, which was told to send again. */
  #quietUntilMs: number | undefined;
  #isClosing = false;

  constructor(host: DriverHost, options: IntakeOptions) {
    const { profile } = options;
    this.#host = host;
    this.#profile = profile;
    this.#intake = new ScanIntake(
      {
        answer: (packet) => this.#answer(packet),
        scan: (scan) => host.scan(scan),
        discarded: (why, bytes) => host.discarded(why, bytes),
        rejected: () => this.#feedback.show("rejected"),
      },
      options,
    );
    this.#commands = new CommandQueue((packet) => this.#send(packet));
    this.#feedback = new Feedback(profile.feedback);
    this.#cutter = new PacketCutter({
      packet: (bytes) => this.#take(bytes),
      corrupt: (bytes) => {
        if (this.#state === "over") return;
        host.discarded("bad-checksum", bytes.length);
        this.#answer(nak(nakCause.RESEND));
        this.#countFault();
      },
      discarded: (why, bytes) => {
        host.discarded(this.#isClosing ? "closed" : why, bytes);
        if (this.#state === "over") return;
        this.#countFault();
        // Raw text: the decoder has forgotten that it should send packets.
        if (this.#profile.quirks.includes("ssi-raw-by-default")) this.#setUpAgain();
      },
    });
  }

  start(nowMs: number): void {
    this.#nowMs = nowMs;
    this.#state = "opening";
    this.#intake.open(nowMs);
    this.#setUp();
    this.#commands.add({
      packet: requestRevision(),
      answeredBy: opcode.REPLY_REVISION,
      done: (answer) => this.#open(answer),
    });
    this.#goOn();
  }

  receive(chunk: Uint8Array, nowMs: number): void {
    if (this.#state === "over") return;
    this.#nowMs = nowMs;
    this.#intake.beginChunk();
    this.#cutter.push(chunk);
    this.#gapAtMs = this.#cutter.isInside ? nowMs + characterGapMs : undefined;
    this.#goOn();
  }

  wake(nowMs: number): void {
    if (this.#state === "over") return;
    this.#nowMs = nowMs;
    if (isPast(this.#gapAtMs, nowMs)) {
      this.#gapAtMs = undefined;
      this.#cutter.silence();
    }
    if (isPast(this.#quietUntilMs, nowMs)) this.#quietUntilMs = undefined;
    this.#intake.wake(nowMs);
    const darkening = this.#feedback.wake(nowMs);
    if (darkening !== undefined) this.#commands.add({ packet: darkening, answeredBy: opcode.CMD_ACK });
    // What the decoder does not answer while it waits for us is not overdue.
    if (!this.#isOwed && !this.#commands.wake(nowMs)) {
      this.#fail(this.#state === "opening" ? "handshake-failed" : "no-answer");
    }
    this.#goOn();
  }

  setArmed(isArmed: boolean, nowMs: number): void {
    this.#nowMs = nowMs;
    this.#isArmed = isArmed;
    this.#set(isArmed ? scanEnable() : scanDisable());
    this.#goOn();
  }

  settle(scan: Scan, outcome: Outcome, nowMs: number): void {
    if (this.#state === "over") return;
    this.#nowMs = nowMs;
    this.#intake.settle(scan, outcome, nowMs);
    this.signal(outcome, nowMs);
  }

  signal(outcome: Outcome, nowMs: number): void {
    if (this.#state === "over") return;
    this.#nowMs = nowMs;
    this.#feedback.show(outcome);
    this.#goOn();
  }

  /** A decoder that may have lost its settings is set again, any other is asked for its revision: both must answer. */
  checkHealth(nowMs: number): void {
    if (this.#state !== "ready" || !this.#commands.isIdle) return;
    this.#nowMs = nowMs;
    if (this.#profile.quirks.includes("ssi-raw-by-default")) this.#setUpAgain();
    else this.#commands.add({ packet: requestRevision(), answeredBy: opcode.REPLY_REVISION });
    this.#goOn();
  }

  close(): void {
    this.#state = "over";
    this.#isClosing = true;
    this.#cutter.close();
    this.#intake.close();
    this.#host.wakeAt(undefined);
  }

  /** Settings of the decoder's working memory, never saved. */
  #setUp(): void {
    for (const packet of setUpPackets(this.#profile)) this.#set(packet);
  }

  /** Once at a time: while commands are under way the settings are fresh, or about to be. */
  #setUpAgain(): void {
    if (this.#state !== "ready" || !this.#commands.isIdle) return;
    this.#setUp();
    if (this.#isArmed) this.#set(scanEnable());
  }

  #set(packet: Uint8Array): void {
    const done = (answer: Packet | "refused") => {
      if (answer === "refused") this.#host.fault("setup-refused");
    };
    if (!this.#commands.add({ packet, answeredBy: opcode.CMD_ACK, done })) done("refused");
  }

  #open(answer: Packet | "refused"): void {
    this.#state = "ready";
    const firmware = answer === "refused" ? "" : asciiText(answer.data).slice(0, firmwareCharactersMax);
    this.#host.ready(firmware === "" ? {} : { firmware });
  }

  /** The decoder waits for our answer, or is about to send: nothing else of ours is begun. */
  get #isOwed(): boolean {
    return this.#intake.isOwed || this.#quietUntilMs !== undefined;
  }

  /** Sends what may be sent now, and asks to be woken for what is due next. */
  #goOn(): void {
    if (this.#state === "over") return;
    const isOwed = this.#isOwed;
    if (!isOwed) {
      if (this.#commands.isIdle) {
        for (const packet of this.#feedback.next(this.#nowMs)) {
          this.#commands.add({ packet, answeredBy: opcode.CMD_ACK });
        }
      }
      this.#commands.proceed(this.#nowMs);
    }
    const wishes = [
      this.#gapAtMs,
      this.#quietUntilMs,
      this.#intake.untilMs,
      isOwed ? undefined : this.#commands.untilMs,
      this.#feedback.untilMs,
    ].filter((timeMs) => timeMs !== undefined);
    this.#host.wakeAt(wishes.length === 0 ? undefined : Math.min(...wishes));
  }

  #take(bytes: Uint8Array): void {
    if (this.#state === "over") return;
    const packet = decodePacket(bytes);
    const isFromDecoder = packet.source === source.decoder || packet.opcode === opcode.MULTIPACKET_SEGMENT;
    const entry = opcodeEntry(packet.opcode);
    if (packet.opcode === opcode.CMD_ACK || packet.opcode === opcode.CMD_NAK) {
      // Never answered, whoever sent it; an echo of our own is none of the decoder's.
      if (isFromDecoder) this.#commands.answered(packet, this.#nowMs);
    } else if (!isFromDecoder || entry === undefined || entry.from === "host") {
      this.#host.discarded("bad-frame", bytes.length);
      this.#answer(nak(nakCause.BAD_CONTEXT));
    } else this.#takeMessage(packet, bytes);
  }

  #takeMessage(packet: Packet, bytes: Uint8Array): void {
    switch (packet.opcode) {
      case opcode.DECODE_DATA:
      case opcode.MULTIPACKET_SEGMENT:
        this.#quietUntilMs = undefined;
        this.#intake.take(packet, bytes, this.#nowMs);
        return;
      case opcode.IMAGE_DATA:
      case opcode.VIDEO_DATA:
        this.#host.discarded("not-a-scan", bytes.length);
        this.#answer(nak(nakCause.CANCEL));
        return;
      default:
        if (this.#commands.answered(packet, this.#nowMs)) return; // a direct answer stands for the acknowledgement
        this.#host.discarded("not-a-scan", bytes.length);
        this.#answer(ack());
        if (packet.opcode === opcode.EVENT && packet.data[0] === bootEvent) this.#setUpAgain();
    }
  }

  #answer(packet: Uint8Array): void {
    this.#send(packet);
    if (packet[1] !== opcode.CMD_NAK) return;
    const cause = packet[4] ?? 0;
    this.#intake.refused(cause, this.#nowMs);
    if (cause === nakCause.RESEND) this.#quietUntilMs = this.#nowMs + afterNakMs;
  }

  /** A decoder asleep on a plain RS-232 line loses the first byte: it gets one to lose. */
  #send(packet: Uint8Array): void {
    if (this.#state === "over") return;
    const isAsleep = this.#profile.quirks.includes("rs232-wakeup");
    this.#host.write(isAsleep ? Uint8Array.of(wakeUp, ...packet) : packet);
  }

  #countFault(): void {
    if (this.#faults.add(this.#nowMs)) this.#fail("line-noise");
  }

  #fail(why: DriverFailure): void {
    this.#state = "over";
    this.#host.wakeAt(undefined);
    this.#host.failed(why);
  }
}

const isPast = (timeMs: number | undefined, nowMs: number): boolean => timeMs !== undefined && nowMs >= timeMs;
