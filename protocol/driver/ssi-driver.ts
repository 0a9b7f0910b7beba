// The conversation with a Zebra decoder in SSI packets: a scan is acknowledged when it is on the disk (READERS chapter 6).
//
//   start ──► disable, packets, handshaking, the profile's init, revision ──► ready ──► enable | disable
//   DECODE_DATA ──► scan ──► settle: accepted, repeated, rejected ──► ACK, then beep and light
//                      └──► settle: wait, or 1.5 s without a word ──► NAK, and the decoder sends it again
//
// FLUSH_QUEUE is not part of the opening: a decoder holds a scan for six seconds at the most, so that whatever it still
// holds is the patient who stands at the desk, read while the agent was restarting. It comes, and is acknowledged, at any
// time, the opening included.
import { ack, nak, requestRevision, scanDisable, scanEnable, segmentAck } from "../frame/ssi/host-commands.ts";
import { asciiText } from "../frame/ssi/management.ts";
import { nakCause, opcode, opcodeEntry } from "../frame/ssi/opcodes.ts";
import { checksumBytes, decodePacket, isRetransmit, type Packet, source } from "../frame/ssi/packet.ts";
import { PacketCutter } from "../frame/ssi/packet-cutter.ts";
import { type Assembled, ScanAssembler } from "../frame/ssi/scan-assembler.ts";
import type { Scan } from "../message/scan.ts";
import type { Discard } from "./discard.ts";
import type { Driver, DriverFailure, DriverHost } from "./driver.ts";
import type { Outcome } from "./outcome.ts";
import type { Profile } from "./profile.ts";
import { RecentFaults } from "./recent-faults.ts";
import { CommandQueue } from "./ssi/command-queue.ts";
import { Feedback } from "./ssi/feedback.ts";
import { markOf, type PacketMark } from "./ssi/packet-mark.ts";
import { setUpPackets } from "./ssi/profile-commands.ts";
import { ScanLedger } from "./ssi/scan-ledger.ts";
import { scanOfPayload } from "./ssi/scan-of-payload.ts";
import type { TakenScans } from "./taken-scans.ts";

export interface SsiOptions {
  readonly profile: Profile;
  readonly taken: TakenScans;
}

/** Silence inside a packet that ends it (parameter EF). */
const characterGapMs = 200;
/** Silence inside a scan of several packets that ends it. */
const partGapMs = 2_000;
/** After a NAK the decoder sends again at once: a command of ours would meet it on the line. */
const afterNakMs = 300;
const firmwareCharactersMax = 64;
const wakeUp = 0x00;
/** The event that a decoder sends when it has started: what was set without saving is gone. */
const bootEvent = 0x03;

export function ssiDriver(host: DriverHost, { profile, taken }: SsiOptions): Driver {
  return new SsiDriver(host, profile, taken);
}

class SsiDriver implements Driver {
  readonly #host: DriverHost;
  readonly #profile: Profile;
  readonly #taken: TakenScans;
  readonly #cutter: PacketCutter;
  readonly #assembler: ScanAssembler;
  readonly #commands: CommandQueue;
  readonly #feedback: Feedback;
  readonly #faults = new RecentFaults();
  #ledger: ScanLedger;
  #state: "new" | "opening" | "ready" | "over" = "new";
  #isArmed = false;
  #nowMs = 0;
  #gapAtMs: number | undefined;
  #partAtMs: number | undefined;
  /** Until then the line belongs to the decoder, which was told to send again. */
  #quietUntilMs: number | undefined;
  #isClosing = false;

  constructor(host: DriverHost, profile: Profile, taken: TakenScans) {
    this.#host = host;
    this.#profile = profile;
    this.#taken = taken;
    this.#ledger = new ScanLedger(taken, 0);
    this.#commands = new CommandQueue((packet) => this.#send(packet));
    this.#feedback = new Feedback(profile.feedback);
    this.#assembler = new ScanAssembler(profile.framing.maxBytes, (bytes) =>
      host.discarded(this.#isClosing ? "closed" : "unfinished", bytes),
    );
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
    this.#ledger = new ScanLedger(this.#taken, nowMs);
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
    if (isPast(this.#partAtMs, nowMs)) {
      this.#partAtMs = undefined;
      if (this.#assembler.isInside) this.#assembler.tear();
    }
    if (isPast(this.#quietUntilMs, nowMs)) this.#quietUntilMs = undefined;
    if (this.#ledger.wake(nowMs)) this.#answer(nak(nakCause.RESEND));
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
    if (outcome === "wait") this.#ledger.refuse(scan);
    else if (this.#ledger.settle(scan, nowMs)) this.#answer(ack());
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
    if (this.#assembler.isInside) this.#assembler.tear();
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
    return this.#ledger.untilMs !== undefined || this.#quietUntilMs !== undefined || this.#assembler.isInside;
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
      this.#partAtMs,
      this.#quietUntilMs,
      this.#ledger.untilMs,
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
        this.#takeScan(packet, bytes);
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

  #takeScan(packet: Packet, bytes: Uint8Array): void {
    const isSegment = packet.opcode === opcode.MULTIPACKET_SEGMENT;
    const mark = markOf(packet);
    this.#quietUntilMs = undefined;
    if (isRetransmit(packet)) {
      const judgement = this.#ledger.judge(mark, this.#nowMs);
      if (judgement === "dealt-with") this.#answer(isSegment && this.#assembler.isInside ? segmentAck() : ack());
      if (judgement !== "new") return;
    } else if (!mark.isContinued && !this.#assembler.isInside && this.#ledger.isDoubled(mark, this.#nowMs)) {
      this.#host.discarded("not-a-scan", bytes.length);
      return;
    }
    const assembled = isSegment
      ? this.#assembler.takeSegment(bytes.subarray(0, bytes.length - checksumBytes))
      : this.#assembler.takeDecodeData(packet);
    this.#partAtMs = this.#assembler.isInside ? this.#nowMs + partGapMs : undefined;
    this.#assembled(assembled, mark, isSegment);
  }

  #assembled(assembled: Assembled, mark: PacketMark, isSegment: boolean): void {
    switch (assembled.kind) {
      case "part":
        this.#ledger.dealWith(mark, this.#nowMs);
        this.#answer(isSegment ? segmentAck() : ack());
        return;
      case "scan":
        this.#deliver(assembled, mark);
        return;
      case "nothing":
        this.#comesToNothing(assembled.why, assembled.bytes, mark);
    }
  }

  /** Sent again it would come to nothing again: it is dealt with. */
  #comesToNothing(why: Discard, bytes: number, mark: PacketMark): void {
    this.#host.discarded(why, bytes);
    this.#ledger.dealWith(mark, this.#nowMs);
    this.#answer(ack());
    if (why === "overflow" || why === "aim-missing") this.#feedback.show("rejected");
  }

  #deliver({ type, payload }: Assembled & { kind: "scan" }, mark: PacketMark): void {
    const scan = scanOfPayload(type, payload, mark.crc, this.#profile);
    if (typeof scan === "string") {
      this.#comesToNothing(scan, payload.length, mark);
      return;
    }
    this.#ledger.owe(scan, mark, this.#nowMs);
    this.#host.scan(scan);
  }

  #answer(packet: Uint8Array): void {
    this.#send(packet);
    if (packet[1] === opcode.CMD_NAK && packet[4] === nakCause.RESEND) this.#quietUntilMs = this.#nowMs + afterNakMs;
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
