// Cuts a stream of Honeywell's length-prefixed frames into scans; everything between frames is dropped and counted.

import type { Discard } from "../../driver/discard.ts";
import type { Scan } from "../../message/scan.ts";
import type { Framer, FramerSink } from "../framer.ts";
import { trailingTerminator } from "../hid-pos/trailing-terminator.ts";
import type { Terminator } from "../plain-framing.ts";
import { symbologyOfCodeId } from "./code-id.ts";
import { aimOfCode, cutDechdr, type DechdrScan, dechdrFrameBytes, dechdrHeaderBytes, dechdrStart } from "./dechdr.ts";

export interface DechdrFraming {
  /** Terminators that the reader adds to the data; one is taken off. */
  readonly terminators: readonly Terminator[];
  /** Longest data in bytes, terminator included. */
  readonly scanBytesMax: number;
}

/** Keeps one frame of the longest kind. A frame that is refused gives its bytes back but for the start, in which a true one may begin. */
export class DechdrFramer implements Framer {
  readonly #framing: DechdrFraming;
  readonly #sink: FramerSink;
  readonly #hold: Uint8Array;
  #held = 0;
  /** Bytes that must be there before cutting can tell anything new. */
  #needed = 1;
  /** Dropped since the last frame, and why the first of them. */
  #lost = 0;
  #why: Discard = "noise";
  /** Of the last scan: a reader reads the same kind of code all day. */
  #aimCode = -1;
  #aim: string | undefined;

  constructor(framing: DechdrFraming, sink: FramerSink) {
    this.#framing = framing;
    this.#sink = sink;
    this.#hold = new Uint8Array(dechdrHeaderBytes + framing.scanBytesMax);
  }

  get pending(): "nothing" | "scan" | "stx" {
    if (this.#held > 0) return "stx";
    return this.#lost > 0 ? "scan" : "nothing";
  }

  push(chunk: Uint8Array): void {
    let at = this.#held === 0 ? this.#cutFrames(chunk) : 0; // whole frames need no copy
    while (at < chunk.length) {
      const taken = Math.min(chunk.length - at, this.#hold.length - this.#held);
      this.#hold.set(at === 0 && taken === chunk.length ? chunk : chunk.subarray(at, at + taken), this.#held);
      this.#held += taken;
      at += taken;
      if (this.#held < this.#needed) continue;
      const used = this.#cutFrames(this.#hold.subarray(0, this.#held));
      if (used > 0) this.#hold.copyWithin(0, used, this.#held);
      this.#held -= used;
    }
  }

  idle(): void {
    this.#drop("unfinished");
  }

  close(): void {
    this.#drop("closed");
  }

  /** Answers how many bytes are dealt with; the rest begins a frame. */
  #cutFrames(bytes: Uint8Array): number {
    let at = 0;
    this.#needed = 1;
    while (at < bytes.length) {
      if (bytes[at] !== dechdrStart[0]) {
        const next = bytes.indexOf(dechdrStart[0] ?? 0, at + 1);
        const end = next < 0 ? bytes.length : next;
        this.#lose("noise", end - at);
        at = end;
        continue;
      }
      const cut = cutDechdr(bytes, at, this.#framing.scanBytesMax);
      if (cut.kind === "incomplete") {
        const present = bytes.length - at;
        this.#needed = present < dechdrHeaderBytes ? present + 1 : dechdrFrameBytes(bytes, at);
        break;
      }
      at += cut.bytesUsed;
      if (cut.kind === "frame") this.#deliver(cut.frame);
      else this.#lose(cut.why, cut.bytesUsed);
    }
    return at;
  }

  #deliver({ raw, aimCode, codeId }: DechdrScan): void {
    this.#tellLost();
    const end = trailingTerminator(raw, this.#framing.terminators);
    const data = end === undefined ? raw : raw.subarray(0, raw.length - end.length);
    if (data.length === 0) {
      this.#sink.discarded("empty", raw.length);
      return;
    }
    if (aimCode !== this.#aimCode) {
      this.#aimCode = aimCode;
      this.#aim = aimOfCode(aimCode);
    }
    this.#sink.scan(scanOf(data, this.#aim, symbologyOfCodeId(codeId)));
  }

  #drop(why: "unfinished" | "closed"): void {
    if (this.#held > 0) this.#lose(why, this.#held);
    this.#held = 0;
    this.#needed = 1;
    this.#tellLost();
  }

  #lose(why: Discard, bytes: number): void {
    if (this.#lost === 0 || this.#why === "noise") this.#why = why;
    this.#lost += bytes;
  }

  #tellLost(): void {
    if (this.#lost === 0) return;
    const bytes = this.#lost;
    this.#lost = 0;
    this.#sink.discarded(this.#why, bytes);
  }
}

/** The usual one in one go: this runs for every scan. */
function scanOf(raw: Uint8Array, aim: string | undefined, symbology: string | undefined): Scan {
  if (aim !== undefined && symbology !== undefined) return { raw, aim, symbology, endedBy: "length" };
  if (aim !== undefined) return { raw, aim, endedBy: "length" };
  return symbology === undefined ? { raw, endedBy: "length" } : { raw, symbology, endedBy: "length" };
}
