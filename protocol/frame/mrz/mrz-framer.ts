// Cuts the bytes of a reader of machine-readable zones into zones and answers, whichever of the known forms it sends (READERS chapter 8).
import { asciiText } from "../../bytes/ascii.ts";
import type { Discard } from "../../driver/discard.ts";
import { cutElyctis, type ElyctisMessage, elyctisBodyBytesMax, opensElyctis } from "../elyctis/elyctis-message.ts";
import { type BlockCheck, cutRte6701, type Rte6701Block, SOH } from "../rte6701/rte6701-block.ts";
import type { FrameCut } from "./frame-cut.ts";
import { isZoneByte, zoneCharactersMax } from "./zone.ts";

const CR = 0x0d;
const LF = 0x0a;

/** The bare lines of a zone, with CR or LF between them or without. */
export interface ZoneText {
  readonly kind: "text";
  readonly lines: readonly string[];
  /** Silence ended it: it has fewer characters than the longest zone. */
  readonly isEndedByIdle: boolean;
}

export type MrzFrame = ElyctisMessage | Rte6701Block | ZoneText;

/** Where frames go. Neither function may throw, nor call the framer. */
export interface MrzSink {
  /** Bytes within the frame are good until this returns. `bytes` counts all that it took. */
  frame(frame: MrzFrame, bytes: number): void;
  discarded(why: Discard, bytes: number): void;
}

/** The longest frame is a message of Elyctis with its header. A zone of 90 characters may have as many line ends between. */
const holdBytesMax = elyctisBodyBytesMax + 3;

/** Takes bytes in chunks of any size; has no timer: the driver says when the line was silent. Never throws. */
export class MrzFramer {
  readonly #sink: MrzSink;
  readonly #hold = new Uint8Array(holdBytesMax);
  #held = 0;
  /** How this reader checks its blocks, by its last good one: another way is an error in transfer, unless it comes again. */
  #blockCheck: BlockCheck | undefined;

  constructor(sink: MrzSink) {
    this.#sink = sink;
  }

  /** Whether silence would end something. */
  get isPending(): boolean {
    return this.#held > 0;
  }

  push(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; ) {
      const piece = chunk.subarray(at, at + holdBytesMax - this.#held);
      this.#hold.set(piece, this.#held);
      this.#held += piece.length;
      at += piece.length;
      this.#cutAll();
    }
  }

  /** The line was silent for its gap: a zone shorter than the longest one is over, anything else that was begun is dropped. */
  idle(): void {
    const bytes = this.#hold.subarray(0, this.#held);
    const lines = linesOf(bytes);
    if (lines.length > 0 && bytes.every((byte) => isZoneByte(byte) || isLineEnd(byte))) {
      this.#sink.frame({ kind: "text", lines, isEndedByIdle: true }, bytes.length);
    } else if (lines.length > 0) {
      this.#sink.discarded("unfinished", bytes.length);
    }
    this.#held = 0;
  }

  close(): void {
    if (this.#held > 0) this.#sink.discarded("closed", this.#held);
    this.#held = 0;
  }

  #cutAll(): void {
    let start = 0;
    while (start < this.#held) {
      const used = this.#cutAt(start);
      if (used === 0) break;
      start += used;
    }
    if (start > 0) this.#hold.copyWithin(0, start, this.#held);
    this.#held -= start;
    // Nothing that fills the buffer is a zone.
    if (this.#held === holdBytesMax) {
      this.#sink.discarded("overflow", this.#held);
      this.#held = 0;
    }
  }

  /** Bytes used at `start`; 0 where more are needed. Line ends before a frame are the rest of the one before. */
  #cutAt(start: number): number {
    const hold = this.#hold;
    const first = hold[start] ?? 0;
    if (isLineEnd(first)) return 1;
    if (first === SOH) return this.#tell(cutRte6701(hold, start, this.#held, this.#blockCheck));
    const second = start + 1 < this.#held ? (hold[start + 1] ?? 0) : undefined;
    if (second !== undefined && opensElyctis(first, second)) return this.#tell(cutElyctis(hold, start, this.#held));
    return isZoneByte(first) ? this.#cutText(start) : this.#dropNoise(start);
  }

  #tell(cut: FrameCut<MrzFrame>): number {
    switch (cut.kind) {
      case "incomplete":
        return 0;
      case "frame":
        if (cut.frame.kind === "rte6701") this.#blockCheck = cut.frame.check;
        this.#sink.frame(cut.frame, cut.bytesUsed);
        return cut.bytesUsed;
      case "discarded":
        if (cut.why === "bad-checksum") this.#blockCheck = undefined;
        this.#sink.discarded(cut.why, cut.bytesUsed);
        return cut.bytesUsed;
    }
  }

  /** Text up to the longest zone; a shorter one waits for silence. */
  #cutText(start: number): number {
    const hold = this.#hold;
    let characters = 0;
    for (let at = start; at < this.#held; at += 1) {
      const byte = hold[at] ?? 0;
      if (isLineEnd(byte)) continue;
      if (!isZoneByte(byte)) {
        const opensNext = opensElyctis(hold[at - 1] ?? 0, byte); // its letter was taken for one of the zone
        const bytes = (opensNext ? at - 1 : at) - start;
        this.#sink.discarded("noise", bytes);
        return bytes;
      }
      characters += 1;
      if (characters === zoneCharactersMax) {
        const lines = linesOf(hold.subarray(start, at + 1));
        this.#sink.frame({ kind: "text", lines, isEndedByIdle: false }, at + 1 - start);
        return at + 1 - start;
      }
    }
    return 0;
  }

  /** Up to the next byte that may begin a frame. */
  #dropNoise(start: number): number {
    let end = start + 1;
    while (end < this.#held && !mayBegin(this.#hold[end] ?? 0)) end += 1;
    this.#sink.discarded("noise", end - start);
    return end - start;
  }
}

const isLineEnd = (byte: number): boolean => byte === CR || byte === LF;

const mayBegin = (byte: number): boolean => byte === SOH || isZoneByte(byte) || isLineEnd(byte);

/** Lines that hold something. */
export function linesOf(bytes: Uint8Array): string[] {
  const text = asciiText(bytes);
  if (!text.includes("\n")) return text.split("\r").filter(isFilled);
  return text.split(/[\r\n]/).filter(isFilled);
}

const isFilled = (line: string): boolean => line !== "";
