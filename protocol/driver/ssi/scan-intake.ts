// Takes the packets that carry scans: each scan goes to the host once, and each packet is answered as often as it comes.
import { ack, nak, segmentAck } from "../../frame/ssi/host-commands.ts";
import { nakCause, opcode } from "../../frame/ssi/opcodes.ts";
import { checksumBytes, decodePacket, isRetransmit, type Packet } from "../../frame/ssi/packet.ts";
import { type Assembled, ScanAssembler } from "../../frame/ssi/scan-assembler.ts";
import type { Scan } from "../../message/scan.ts";
import type { Discard } from "../discard.ts";
import type { Outcome } from "../outcome.ts";
import type { Profile } from "../profile.ts";
import type { ScanParts } from "../scan-parts.ts";
import type { TakenScans } from "../taken-scans.ts";
import { KeptParts } from "./kept-parts.ts";
import { isSameMark, markOf, type PacketMark } from "./packet-mark.ts";
import { ScanLedger } from "./scan-ledger.ts";
import { scanOfPayload } from "./scan-of-payload.ts";

export interface IntakeOptions {
  readonly profile: Profile;
  readonly taken: TakenScans;
  /** Undefined: parts are acknowledged as they come, and a restart between them costs the scan. */
  readonly parts: ScanParts | undefined;
}

/** Where the intake's doings go. */
export interface IntakeOutput {
  answer(packet: Uint8Array): void;
  scan(scan: Scan): void;
  discarded(why: Discard, bytes: number): void;
  /** A scan that came to nothing though the reader has read something: people should hear of it. */
  rejected(): void;
}

/** The decoder waits so long for an answer (parameter 9B). */
const answerMsMax = 2_000;
/**
 * Silence inside a scan of several packets behind which what comes is not its rest, unless the decoder says that it sends
 * it again. Less than its wait for an answer, after which it may give the scan up and send another at once, by more than
 * the 200 ms for which noise can hide a packet.
 */
const partGapMs = answerMsMax - 300;
/**
 * An unanswered part is sent again after two and after four seconds, and given up after six: what is sent again before
 * belongs to the scan that was begun, for no other can come. A part that was itself sent again may have been the last of
 * its kind: another scan may begin two seconds later, and be sent again four seconds later.
 */
const resentPartGapMs = 5_500;
const resentAfterResentGapMs = 3_900;
const givenUpAfterMs = 6_500;

type WholeScan = Assembled & { readonly kind: "scan" };

export class ScanIntake {
  readonly #output: IntakeOutput;
  readonly #profile: Profile;
  readonly #assembler: ScanAssembler;
  readonly #ledger: ScanLedger;
  readonly #kept: KeptParts;
  /** The rest of a scan may come: until the first time by itself, until the second when it is sent again. */
  #freshUntilMs: number | undefined;
  #partUntilMs: number | undefined;
  /** Since the last part came we asked to have something sent again: what then comes without saying so may be another scan. */
  #isRestRefused = false;
  /** Until then a packet that is sent again may be the rest of a scan whose beginning was dropped. */
  #tornUntilMs = Number.NEGATIVE_INFINITY;
  /** The last scan, where its last packet alone does not hold it. */
  #joined: WholeScan | undefined;
  /** A part that is on its way to the disk. */
  #partToKeep: PacketMark | undefined;
  /** A part that came in the chunk under way: the decoder can't have heard yet that it may send the next one. */
  #partInChunk: PacketMark | undefined;
  #isClosing = false;

  constructor(output: IntakeOutput, { profile, taken, parts }: IntakeOptions) {
    this.#output = output;
    this.#profile = profile;
    this.#ledger = new ScanLedger(taken);
    this.#kept = new KeptParts(parts, taken);
    this.#assembler = new ScanAssembler(profile.framing.maxBytes, (bytes) => {
      output.discarded(this.#isClosing ? "closed" : "unfinished", bytes);
      this.#partToKeep = undefined;
      if (!this.#isClosing) this.#kept.tear();
    });
  }

  /** A scan that was begun on the line before is finished on this one: the decoder still holds the rest, and nothing else. */
  open(nowMs: number): void {
    this.#ledger.open(nowMs);
    const begun = this.#kept.readAgain();
    if (begun === undefined) return;
    const { packets, ageMs, wasSentAgain } = begun;
    const gapMs = wasSentAgain ? resentAfterResentGapMs : resentPartGapMs;
    this.#tornUntilMs = nowMs + givenUpAfterMs - ageMs;
    if (packets.length === 0) return;
    if (ageMs < 0 || ageMs >= gapMs) {
      this.#kept.tear();
      return;
    }
    for (const bytes of packets) {
      const packet = decodePacket(bytes);
      this.#assemble(packet, bytes);
      this.#ledger.dealWith(markOf(packet), nowMs);
    }
    this.#partUntilMs = nowMs + gapMs - ageMs;
    this.#freshUntilMs = this.#partUntilMs;
  }

  /** When it wants to be woken. */
  get untilMs(): number | undefined {
    const [answerMs, partMs] = [this.#ledger.untilMs, this.#freshUntilMs ?? this.#partUntilMs];
    return answerMs === undefined || partMs === undefined ? (answerMs ?? partMs) : Math.min(answerMs, partMs);
  }

  /** The decoder waits for our answer to a scan, or is about to send the rest of one. */
  get isOwed(): boolean {
    return this.#ledger.untilMs !== undefined || this.#freshUntilMs !== undefined;
  }

  /**
   * A NAK is on its way to the decoder, which takes it for the answer to the part that it has sent: it gives the scan up,
   * or sends the part again without the wait that our patience counts on.
   */
  refused(cause: number, nowMs: number): void {
    if (!this.#assembler.isInside) return;
    if (cause !== nakCause.RESEND) this.#dropBegun();
    else if (this.#partUntilMs !== undefined) {
      this.#isRestRefused = true;
      this.#partUntilMs -= answerMsMax;
      this.#dropOverdue(nowMs);
    }
  }

  /** Bytes have arrived; what they hold follows. */
  beginChunk(): void {
    this.#partInChunk = undefined;
  }

  /** A whole DECODE_DATA or segment; `bytes` is the packet with its checksum. */
  take(packet: Packet, bytes: Uint8Array, nowMs: number): void {
    const isSegment = packet.opcode === opcode.MULTIPACKET_SEGMENT;
    const mark = markOf(packet);
    const isSentAgain = isRetransmit(packet);
    this.#dropOverdue(nowMs);
    const toKeep = this.#partToKeep;
    if (toKeep !== undefined && isSameMark(toKeep, mark)) {
      this.#isRestRefused = false; // this is what was refused; it will be answered
      return;
    }
    if (isSentAgain) {
      const judgement = this.#ledger.judge(mark, nowMs);
      if (judgement === "dealt-with") this.#answerAgain(mark, bytes.length, nowMs);
      if (judgement === "refused") this.#deliver(this.#joined ?? wholeScan(packet), mark, nowMs);
      if (judgement !== "new") return;
    } else if (this.#isDoubled(mark, nowMs)) {
      this.#output.discarded("not-a-scan", bytes.length);
      return;
    }
    if (isSentAgain && !this.#assembler.isInside && nowMs <= this.#tornUntilMs) {
      this.#cancel(bytes.length); // half a scan is no scan
      return;
    }
    const mayBeAnother = this.#isRestRefused || this.#freshUntilMs === undefined;
    if (!isSentAgain && this.#assembler.isInside && mayBeAnother) {
      const mayBeTheRest = this.#assembler.mayContinueWith(packet);
      this.#assembler.tear();
      if (mayBeTheRest) {
        // The rest of what was dropped, or a new scan. Nothing tells which, so it is neither joined nor taken alone.
        this.#expectNothing();
        this.#tornUntilMs = nowMs + givenUpAfterMs;
        this.#cancel(bytes.length);
        return;
      }
    }
    const wasInside = this.#assembler.isInside;
    const assembled = this.#assemble(packet, bytes);
    const isJoined = assembled.kind === "scan" && (wasInside || isSegment);
    this.#joined = isJoined ? { ...assembled, payload: assembled.payload.slice() } : undefined;
    if (this.#assembler.isInside) this.#expectMore(isSentAgain, nowMs);
    else this.#expectNothing();
    if (assembled.kind === "part") this.#keepPart(bytes, mark, isSentAgain, nowMs);
    else this.#end(assembled, mark, nowMs);
  }

  #answerAgain(mark: PacketMark, bytes: number, nowMs: number): void {
    if (this.#assembler.isInside) {
      this.#expectMore(true, nowMs);
      this.#partToKeep = mark;
      this.#kept.renew(this.#whenKept(mark, nowMs));
    } else if (mark.isContinued)
      this.#cancel(bytes); // the scan it began was dropped since
    else this.#output.answer(ack());
  }

  /** A part has just come, for the first time or again. */
  #expectMore(wasSentAgain: boolean, nowMs: number): void {
    this.#isRestRefused = false;
    const untilMs = nowMs + (wasSentAgain ? resentAfterResentGapMs : resentPartGapMs);
    this.#freshUntilMs = nowMs + partGapMs;
    this.#partUntilMs = Math.max(this.#partUntilMs ?? untilMs, untilMs);
    this.#tornUntilMs = nowMs + givenUpAfterMs;
  }

  #expectNothing(): void {
    this.#partToKeep = undefined; // its answer would be taken for that to what came since
    this.#isRestRefused = false;
    this.#freshUntilMs = undefined;
    this.#partUntilMs = undefined;
    this.#tornUntilMs = Number.NEGATIVE_INFINITY;
  }

  #assemble(packet: Packet, bytes: Uint8Array): Assembled {
    if (packet.opcode !== opcode.MULTIPACKET_SEGMENT) return this.#assembler.takeDecodeData(packet);
    return this.#assembler.takeSegment(bytes.subarray(0, bytes.length - checksumBytes));
  }

  settle(scan: Scan, outcome: Outcome, nowMs: number): void {
    if (outcome === "wait") {
      this.#ledger.refuse(scan);
      return;
    }
    if (this.#ledger.settle(scan, nowMs)) this.#output.answer(ack());
    if (!this.#assembler.isInside) this.#kept.forget();
  }

  wake(nowMs: number): void {
    if (this.#freshUntilMs !== undefined && nowMs >= this.#freshUntilMs) this.#freshUntilMs = undefined;
    this.#dropOverdue(nowMs);
    if (this.#ledger.wake(nowMs)) this.#output.answer(nak(nakCause.RESEND));
  }

  #dropOverdue(nowMs: number): void {
    if (this.#partUntilMs !== undefined && nowMs >= this.#partUntilMs) this.#dropBegun();
  }

  #dropBegun(): void {
    this.#freshUntilMs = undefined;
    this.#partUntilMs = undefined;
    if (this.#assembler.isInside) this.#assembler.tear();
  }

  close(): void {
    this.#isClosing = true;
    if (this.#assembler.isInside) this.#assembler.tear();
  }

  /** The line brought a packet twice, without the decoder's word that it sent it again. */
  #isDoubled(mark: PacketMark, nowMs: number): boolean {
    const part = this.#partInChunk;
    if (mark.isContinued) return part !== undefined && isSameMark(part, mark);
    return !this.#assembler.isInside && this.#ledger.isDoubled(mark, nowMs);
  }

  /** Acknowledged when it is on the disk, like a whole scan: the decoder forgets it then. */
  #keepPart(bytes: Uint8Array, mark: PacketMark, isSentAgain: boolean, nowMs: number): void {
    this.#partInChunk = mark;
    if (this.#assembler.isTooLong) {
      this.#kept.forget(); // it comes to nothing at its end; what is kept stays bounded
      this.#acknowledgePart(mark, nowMs);
      return;
    }
    this.#partToKeep = mark;
    this.#kept.add(bytes, isSentAgain, this.#whenKept(mark, nowMs));
  }

  #whenKept(mark: PacketMark, nowMs: number): (isKept: boolean) => void {
    return (isKept) => {
      if (this.#isClosing || this.#partToKeep !== mark) return;
      this.#partToKeep = undefined;
      if (isKept) this.#acknowledgePart(mark, nowMs);
      else {
        this.#assembler.tear();
        this.#output.answer(nak(nakCause.CANCEL));
      }
    };
  }

  #acknowledgePart(mark: PacketMark, nowMs: number): void {
    this.#ledger.dealWith(mark, nowMs);
    this.#output.answer(mark.opcode === opcode.MULTIPACKET_SEGMENT ? segmentAck() : ack());
  }

  #end(assembled: Exclude<Assembled, { kind: "part" }>, mark: PacketMark, nowMs: number): void {
    if (assembled.kind === "scan") this.#deliver(assembled, mark, nowMs);
    // A segment that fits nowhere: the decoder shall drop its scan, and be heard.
    else if (assembled.why === "bad-frame") this.#cancel(assembled.bytes);
    else this.#comesToNothing(assembled.why, assembled.bytes, mark, nowMs);
  }

  #deliver({ type, payload }: WholeScan, mark: PacketMark, nowMs: number): void {
    const scan = scanOfPayload(type, payload, mark.crc, this.#profile);
    if (typeof scan === "string") {
      this.#comesToNothing(scan, payload.length, mark, nowMs);
      return;
    }
    this.#ledger.owe(scan, mark, nowMs);
    this.#output.scan(scan);
  }

  #cancel(bytes: number): void {
    this.#output.discarded("unfinished", bytes);
    this.#output.answer(nak(nakCause.CANCEL));
  }

  /** Sent again it would come to nothing again: it is dealt with. */
  #comesToNothing(why: Discard, bytes: number, mark: PacketMark, nowMs: number): void {
    this.#output.discarded(why, bytes);
    this.#kept.forget();
    this.#ledger.dealWith(mark, nowMs);
    this.#output.answer(ack());
    if (why === "overflow" || why === "aim-missing") this.#output.rejected();
  }
}

const wholeScan = ({ data }: Packet): WholeScan => ({ kind: "scan", type: data[0] ?? 0, payload: data.subarray(1) });
