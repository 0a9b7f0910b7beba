// Joins the reports of a HID bar code reader to scans and to answers to commands (READERS chapter 5).
import type { Discard } from "../../driver/discard.ts";
import { aimBytes, leadingAim } from "../aim-identifier.ts";
import type { PlainFraming } from "../plain-framing.ts";
import type { HidPosLayout, PieceLayout } from "./layout.ts";
import { trailingTerminator } from "./trailing-terminator.ts";

/** Silence within a scan of several reports that means that the rest is lost; USB brings a report every few milliseconds. */
export const silenceMsMax = 500;

/** Bytes of the first buffer: most scans fit; it doubles, up to the limit, only for those that do not. */
const holdBytesFirst = 512;

/** AIM identifiers as three bytes in one number. */
const commandOutputAim = 0x5d5a36; // ]Z6
const otherAim = 0x5d5830; // ]X0
/** Under which a broken report may have come: nobody can tell, so every report continues it. */
const anyAim = -1;

/** What the reports of one scan, or of one answer, carried together. */
export interface Assembled {
  /** Good until the call that brings it returns. Never empty. */
  readonly bytes: Uint8Array;
  /** `]Q1` and the like. */
  readonly aim: string | undefined;
  /** A Honeywell code id or a Newland symbology id; 0 where the reader gave none. */
  readonly codeId: number;
}

/** Where scans go. No function may throw, nor call the assembler. */
export interface AssemblerSink {
  scan(scan: Assembled): void;
  /** What the reader says to a command; never a scan. */
  answer(bytes: Uint8Array): void;
  discarded(why: Discard, bytes: number): void;
}

/** What a scan's bytes carry besides the data; the reader's profile knows. */
export type ReportFraming = Pick<PlainFraming, "terminators" | "aim" | "scanBytesMax">;

export interface AssemblerOptions {
  readonly layout: HidPosLayout;
  /** One of `terminators` is taken off a scan's end. `aim` matters where reports have no place of their own for it. */
  readonly framing: ReportFraming;
  /** Whether `]X0` marks an answer now. */
  readonly isCommandPending: () => boolean;
  /** Whether these bytes, with their terminator, are an answer although no AIM identifier says so; readers without one send such. */
  readonly isAnswer?: (bytes: Uint8Array) => boolean;
}

/**
 * Takes one whole report at a time, its id included where it has one. Keeps `scanBytesMax` bytes of a scan and as many of
 * an answer. Has no timer: the caller says when the reader was silent for `silenceMsMax` within a scan.
 */
export class HidPosAssembler {
  readonly #pieces: readonly PieceLayout[];
  readonly #framing: ReportFraming;
  readonly #isCommandPending: () => boolean;
  readonly #isBareAnswer: ((bytes: Uint8Array) => boolean) | undefined;
  readonly #sink: AssemblerSink;
  readonly #scan: Gathering;
  readonly #answer: Gathering;

  constructor({ layout, framing, isCommandPending, isAnswer }: AssemblerOptions, sink: AssemblerSink) {
    this.#pieces = layout.pieces;
    this.#framing = framing;
    this.#isCommandPending = isCommandPending;
    this.#isBareAnswer = isAnswer;
    this.#sink = sink;
    this.#scan = new Gathering(framing.scanBytesMax, (why, bytes) => sink.discarded(why, bytes));
    this.#answer = new Gathering(framing.scanBytesMax, (why, bytes) => sink.discarded(why, bytes));
  }

  /** A scan or an answer has begun whose end has not come. */
  get isUnfinished(): boolean {
    return this.#scan.isUnfinished || this.#answer.isUnfinished;
  }

  /** The report's memory may be used again as soon as this returns. */
  push(report: Uint8Array): void {
    const layout = this.#layoutOf(report);
    if (layout === undefined) {
      this.#sink.discarded("not-a-scan", report.length);
      return;
    }
    const count = report[layout.countAt] ?? 0;
    const more = ((report[layout.moreAt] ?? 0) & layout.moreMask) !== 0;
    const aim = packedAim(report, layout);
    if (report.length < layout.reportBytes || count > layout.dataBytesMax) {
      this.#scan.spoil("bad-length", report.length, more);
    } else if (aim !== 0 && !isAim(aim)) {
      this.#scan.spoil("bad-frame", report.length, more);
    } else if (this.#isAnswer(aim)) {
      const bytes = this.#answer.take(report, layout.dataAt, count, more, aim, 0);
      if (bytes !== undefined && bytes.length > 0) this.#sink.answer(bytes);
    } else {
      const codeId = layout.code === undefined ? 0 : (report[layout.code.at] ?? 0);
      const bytes = this.#scan.take(report, layout.dataAt, count, more, aim, codeId);
      if (bytes === undefined) return;
      if (aim === 0 && this.#isBareAnswer?.(bytes) === true) this.#sink.answer(bytes);
      else this.#deliver(bytes, aim);
    }
  }

  /** The reader was silent within a scan: what was begun is dropped and counted. */
  idle(): void {
    this.#scan.drop("unfinished");
    this.#answer.drop("unfinished");
  }

  /** The line closed: what was begun is dropped and counted. */
  close(): void {
    this.#scan.drop("closed");
    this.#answer.drop("closed");
  }

  #layoutOf(report: Uint8Array): PieceLayout | undefined {
    for (const layout of this.#pieces) if (layout.reportId === 0 || layout.reportId === report[0]) return layout;
    return undefined;
  }

  /** A scan that has begun under `]X0` is not taken for an answer because a command was sent meanwhile. */
  #isAnswer(aim: number): boolean {
    if (aim === commandOutputAim) return true;
    return aim === otherAim && !(this.#scan.isUnfinished && this.#scan.aim === otherAim) && this.#isCommandPending();
  }

  #deliver(bytes: Uint8Array, packed: number): void {
    const { terminators, aim: aimUse } = this.#framing;
    const ownAim = aimText(packed);
    const aimInData = ownAim === undefined && aimUse !== "none" ? leadingAim(bytes) : undefined;
    const aim = ownAim ?? aimInData;
    const from = aimInData === undefined ? 0 : aimBytes;
    const to = bytes.length - (trailingTerminator(bytes, terminators)?.length ?? 0);
    if (from >= to) this.#sink.discarded("empty", bytes.length);
    else if (aim === undefined && aimUse === "required") this.#sink.discarded("aim-missing", bytes.length);
    else
      this.#sink.scan({
        bytes: to - from === bytes.length ? bytes : bytes.subarray(from, to),
        aim,
        codeId: this.#scan.codeId,
      });
  }
}

/**
 *  empty ──► part ──► whole        a report with "more" begins, one without ends; both at once is the usual case
 *    │         └────► spoilt       over the limit, or a broken report: dropped up to the report without "more"
 */
class Gathering {
  readonly #bytesMax: number;
  readonly #discarded: (why: Discard, bytes: number) => void;
  #state: "empty" | "part" | "spoilt" = "empty";
  #hold: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #held = 0;
  #dropped = 0;
  #why: Discard = "overflow";
  #aim = 0;
  #codeId = 0;

  constructor(bytesMax: number, discarded: (why: Discard, bytes: number) => void) {
    this.#bytesMax = bytesMax;
    this.#discarded = discarded;
  }

  get isUnfinished(): boolean {
    return this.#state !== "empty";
  }

  get aim(): number {
    return this.#aim;
  }

  get codeId(): number {
    return this.#codeId;
  }

  /** Answers all bytes when this was the last report of a whole scan. */
  take(
    report: Uint8Array,
    at: number,
    count: number,
    more: boolean,
    aim: number,
    codeId: number,
  ): Uint8Array | undefined {
    if (this.#state !== "empty" && aim !== this.#aim && this.#aim !== anyAim) this.drop("unfinished");
    if (this.#state === "empty") {
      this.#aim = aim;
      this.#codeId = codeId;
      if (!more && count <= this.#bytesMax) return report.subarray(at, at + count);
      this.#state = "part";
    }
    if (this.#state === "part" && this.#held + count <= this.#bytesMax) this.#append(report, at, count);
    else this.#spoil("overflow", count);
    if (more) return undefined;
    if (this.#state === "part") return this.#finish();
    this.drop(this.#why);
    return undefined;
  }

  /** A broken report takes the scan it belongs to with it: a tail must not pass for a whole scan. */
  spoil(why: Discard, bytes: number, more: boolean): void {
    if (this.#state === "empty") this.#aim = anyAim;
    this.#spoil(why, bytes);
    if (!more) this.drop(why);
  }

  /** Drops and counts what was begun, if anything was: for the reason it was spoilt, where it was. */
  drop(why: Discard): void {
    if (this.#state === "empty") return;
    const reason = this.#state === "spoilt" ? this.#why : why;
    const bytes = this.#held + this.#dropped;
    this.#clear();
    this.#discarded(reason, bytes);
  }

  #spoil(why: Discard, bytes: number): void {
    if (this.#state !== "spoilt") this.#why = why;
    this.#state = "spoilt";
    this.#dropped += bytes;
  }

  #append(report: Uint8Array, at: number, count: number): void {
    const after = this.#held + count;
    if (after > this.#hold.length) this.#grow(after);
    const hold = this.#hold;
    for (let from = at, to = this.#held; to < after; from += 1, to += 1) hold[to] = report[from] ?? 0;
    this.#held = after;
  }

  #grow(bytes: number): void {
    const larger = new Uint8Array(Math.min(this.#bytesMax, Math.max(holdBytesFirst, this.#hold.length * 2, bytes)));
    larger.set(this.#hold.subarray(0, this.#held));
    this.#hold = larger;
  }

  #finish(): Uint8Array {
    const whole = this.#hold.subarray(0, this.#held);
    this.#clear();
    return whole;
  }

  #clear(): void {
    this.#state = "empty";
    this.#held = 0;
    this.#dropped = 0;
  }
}

/** 0 where the report has no AIM identifier. */
function packedAim(report: Uint8Array, { aimAt }: PieceLayout): number {
  if (aimAt === undefined) return 0;
  return ((report[aimAt[0]] ?? 0) << 16) | ((report[aimAt[1]] ?? 0) << 8) | (report[aimAt[2]] ?? 0);
}

/** `]`, a letter, a letter or a digit (ISO/IEC 15424); anything else means that the reader keeps something else there. */
const isAim = (aim: number): boolean => aimTexts.has(aim) || aimText(aim) !== undefined;

/** Identifiers seen so far, so that a text is made once; there are 3,224 of them at the most. */
const aimTexts = new Map<number, string>();

function aimText(aim: number): string | undefined {
  const known = aimTexts.get(aim);
  if (known !== undefined || aim === 0) return known;
  const text = leadingAim(Uint8Array.of(aim >> 16, aim >> 8, aim));
  if (text !== undefined) aimTexts.set(aim, text);
  return text;
}
