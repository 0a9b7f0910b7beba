// Cuts a stream of Honeywell's length-prefixed frames into scans; everything between frames is dropped and counted.

import type { Discard } from "../../driver/discard.ts";
import type { Framer, FramerSink } from "../framer.ts";
import { trailingTerminator } from "../hid-pos/trailing-terminator.ts";
import type { Terminator } from "../plain-framing.ts";
import { symbologyOfCodeId } from "./code-id.ts";
import { cutDechdr, type DechdrScan, dechdrHeaderBytes, dechdrMayStart } from "./dechdr.ts";

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
    for (let at = 0; at < chunk.length; ) {
      const taken = Math.min(chunk.length - at, this.#hold.length - this.#held);
      this.#hold.set(chunk.subarray(at, at + taken), this.#held);
      this.#held += taken;
      at += taken;
      if (this.#held >= this.#needed) this.#cutFrames();
    }
  }

  idle(): void {
    this.#drop("unfinished");
  }

  close(): void {
    this.#drop("closed");
  }

  #cutFrames(): void {
    const bytes = this.#hold.subarray(0, this.#held);
    let at = 0;
    this.#needed = 1;
    while (at < bytes.length) {
      if (!dechdrMayStart(bytes, at)) {
        const next = bytes.indexOf(0x16, at + 1);
        this.#lose("noise", (next < 0 ? bytes.length : next) - at);
        at = next < 0 ? bytes.length : next;
        continue;
      }
      const cut = cutDechdr(bytes, at, this.#framing.scanBytesMax);
      if (cut.kind === "incomplete") {
        const present = bytes.length - at;
        const declared = present < dechdrHeaderBytes ? 0 : dechdrHeaderBytes + dataBytesAt(bytes, at);
        this.#needed = Math.max(present + 1, declared);
        break;
      }
      at += cut.bytesUsed;
      if (cut.kind === "frame") this.#deliver(cut.frame);
      else this.#lose(cut.why, cut.bytesUsed);
    }
    if (at > 0) this.#hold.copyWithin(0, at, this.#held);
    this.#held -= at;
  }

  #deliver({ raw, aim, codeId }: DechdrScan): void {
    this.#tellLost();
    const end = trailingTerminator(raw, this.#framing.terminators);
    const data = end === undefined ? raw : raw.subarray(0, raw.length - end.length);
    if (data.length === 0) {
      this.#sink.discarded("empty", raw.length);
      return;
    }
    const symbology = symbologyOfCodeId(codeId);
    this.#sink.scan({
      ...{ raw: data, endedBy: "length" as const },
      ...(aim !== undefined && { aim }),
      ...(symbology !== undefined && { symbology }),
    });
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

/** The length that four digits at 13 tell; the cutter has found them good. */
function dataBytesAt(bytes: Uint8Array, at: number): number {
  let length = 0;
  for (let digit = 13; digit < 17; digit += 1) length = length * 10 + (bytes[at + digit] ?? 0x30) - 0x30;
  return length;
}
