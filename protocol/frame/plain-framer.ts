// Cuts the bytes of a reader in plain mode into scans (READERS chapter 4).
import type { EndedBy, Scan } from "../message/scan.ts";
import { aimBytes, leadingAim } from "./aim-identifier.ts";
import { EndFinder } from "./end-finder.ts";
import { ETX, type PlainFraming, STX, type Terminator } from "./plain-framing.ts";

const CR = 0x0d;
const LF = 0x0a;
/** Telnet's escape byte and the two offers that a server opens with (RFC 854; RFC 2217 uses the same). */
const telnetEscape = 0xff;
const telnetOffers: readonly number[] = [0xfb, 0xfd];

/** Bytes of the first buffer: most scans fit; it doubles, up to the limit, only for those that do not. */
const holdBytesFirst = 512;

/** Bytes up to which a copying loop is cheaper than the native call (measured). */
const loopBytesMax = 12;
/** Bytes of a chunk up to which one loop that looks and copies is cheaper than native searches and a native copy (measured). */
const smallChunkBytesMax = 32;

/** Why bytes were dropped; stable codes, counted and shown. */
export type Discard =
  | "overflow" // longer than scanBytesMax; everything up to the next end went with it
  | "aim-missing" // the profile demands a symbology identifier
  | "stx-unfinished" // silence before ETX
  | "empty" // a frame, or a symbology identifier, with nothing in it
  | "closed" // the port closed inside a scan
  | "telnet"; // the device server speaks telnet: set it to raw TCP. Reported once, then all is silence

/** Where scans go. Neither function may throw, nor call the framer. */
export interface ScanSink {
  /** `scan.raw` may lie in the chunk or in the framer's buffer: it is good until this call returns. Never empty. */
  scan(scan: Scan): void;
  /** `bytes` counts what was dropped, without the marks that end a scan. */
  discarded(why: Discard, bytes: number): void;
}

/**
 *  between ──► scan ──► delivered          at a terminator or at silence
 *     │          └────► scan-dropped       beyond the limit, until the next terminator or silence
 *     └──────► stx ───► delivered          at ETX; silence is a fault
 *                └────► stx-dropped        beyond the limit, until ETX or silence
 */
type State = "between" | "scan" | "scan-dropped" | "stx" | "stx-dropped" | "deaf";

/**
 * Takes the bytes of one open port in chunks of any size and tells the sink of each scan and of each loss; how the
 * bytes were split changes nothing. Has no timer: the port says when it was silent. Keeps `scanBytesMax` + 1 bytes at
 * the most. A terminator that follows a terminator produces nothing.
 */
export class PlainFramer {
  readonly #framing: PlainFraming;
  readonly #sink: ScanSink;
  readonly #ends: EndFinder;
  /** LF ends a scan only after CR. */
  readonly #lfNeedsCr: boolean;
  /** CR before LF belongs to the end, not to the scan. */
  readonly #crGoesWithLf: boolean;
  /** CR ends a scan, and an LF right after it is the rest of that end. */
  readonly #lfGoesWithCr: boolean;
  readonly #holdBytesMax: number;
  #state: State = "between";
  /** Where the present chunk lies; only while `push` runs. */
  #memory: ArrayBufferLike | undefined;
  #hold: Uint8Array<ArrayBuffer>;
  #held = 0;
  #dropped = 0;
  #lastByte = 0;
  #lfMayFollow = false;
  #opening: "first" | "escaped" | "over";

  constructor(framing: PlainFraming, sink: ScanSink) {
    const has = (terminator: Terminator) => framing.terminators.includes(terminator);
    this.#framing = framing;
    this.#sink = sink;
    this.#lfNeedsCr = has("crlf") && !has("cr") && !has("lf");
    this.#crGoesWithLf = has("crlf") && !has("cr");
    this.#lfGoesWithCr = has("crlf") && has("cr") && !has("lf");
    this.#ends = new EndFinder({ cr: has("cr"), lf: has("lf") || this.#lfNeedsCr, tab: has("tab") });
    this.#holdBytesMax = framing.scanBytesMax + (this.#crGoesWithLf ? 1 : 0); // the CR may turn out to be half an end
    this.#hold = new Uint8Array(Math.min(holdBytesFirst, this.#holdBytesMax));
    this.#opening = framing.refuseTelnet ? "first" : "over";
  }

  /** What the port's silence would end: nothing, a scan (a short gap is enough) or an STX frame (a long one is meant). */
  get pending(): "nothing" | "scan" | "stx" {
    if (this.#state === "scan" || this.#state === "scan-dropped") return "scan";
    return this.#state === "stx" || this.#state === "stx-dropped" ? "stx" : "nothing";
  }

  /** The chunk's memory may be used again as soon as this returns. */
  push(chunk: Uint8Array): void {
    if (this.#opening !== "over" && this.#opensTelnet(chunk)) return;
    let at = this.#state === "scan" && chunk.length <= smallChunkBytesMax ? this.#takeBytes(chunk) : 0;
    if (at < chunk.length) {
      this.#ends.forget();
      this.#memory = undefined;
      while (at < chunk.length) at = this.#step(chunk, at);
      this.#memory = undefined; // keeps none of the port's memory alive
    }
    this.#lastByte = chunk[chunk.length - 1] ?? this.#lastByte;
  }

  /** The port was silent for its gap. Ends a scan; ends an STX frame with a fault. */
  idle(): void {
    // Half of CR LF ends a scan as well as silence does; its LF may still come.
    const crWaits = this.#crGoesWithLf && this.pending === "scan" && this.#lastByte === CR;
    if (crWaits) this.#lfMayFollow = true;
    if (this.#state === "scan")
      this.#deliver(new Uint8Array(this.#hold.buffer, 0, this.#held - (crWaits ? 1 : 0)), "idle");
    else this.#drop("stx-unfinished");
    this.#lastByte = 0;
  }

  /** The port closed: what was begun is dropped. The framer then stands as new, for the next opening. */
  close(): void {
    this.#drop("closed");
    this.#state = "between";
    this.#lastByte = 0;
    this.#lfMayFollow = false;
    this.#opening = this.#framing.refuseTelnet ? "first" : "over";
  }

  /** For small chunks, looks and copies in one go: the bytes up to the first terminator, as far as the buffer has room. */
  #takeBytes(chunk: Uint8Array): number {
    const hold = this.#hold;
    const room = hold.length - this.#held;
    if (room < chunk.length) return 0;
    const ends = this.#ends;
    let held = this.#held;
    let at = 0;
    for (; at < chunk.length; at += 1) {
      const byte = chunk[at] ?? 0;
      if (byte <= CR && ends.isEnder(byte)) break; // no terminator lies above CR
      hold[held] = byte;
      held += 1;
    }
    this.#held = held;
    return at;
  }

  /** Uses up at least one byte at `at` and answers the position after it. */
  #step(chunk: Uint8Array, at: number): number {
    switch (this.#state) {
      case "between":
        return this.#begin(chunk, at);
      case "scan":
      case "scan-dropped":
        return this.#readToEnd(chunk, at);
      case "stx":
      case "stx-dropped":
        return this.#readToEtx(chunk, at);
      case "deaf":
        return chunk.length;
    }
  }

  #begin(chunk: Uint8Array, at: number): number {
    const byte = chunk[at] ?? 0;
    const isRestOfEnd = this.#lfMayFollow && byte === LF;
    this.#lfMayFollow = false;
    if (isRestOfEnd) return at + 1;
    if (this.#ends.isEnder(byte) && !this.#lfNeedsCr) return at + 1;
    if (byte === STX && this.#framing.stx) {
      this.#state = "stx";
      return at + 1;
    }
    this.#state = "scan";
    return this.#readToEnd(chunk, at);
  }

  #readToEnd(chunk: Uint8Array, at: number): number {
    let end = this.#ends.find(chunk, at);
    while (end < chunk.length && this.#lfNeedsCr && chunk[end] === LF && this.#byteBefore(chunk, end) !== CR) {
      end = this.#ends.find(chunk, end + 1);
    }
    if (end === chunk.length) {
      this.#keep(chunk, at, end);
      return end;
    }
    const byte = chunk[end];
    const crLeads = this.#crGoesWithLf && byte === LF && this.#byteBefore(chunk, end) === CR;
    this.#finish(chunk, at, end, crLeads ? 1 : 0, "terminator");
    this.#lfMayFollow = this.#lfGoesWithCr && byte === CR;
    return end + 1;
  }

  #readToEtx(chunk: Uint8Array, at: number): number {
    const end = chunk.indexOf(ETX, at);
    if (end < 0) {
      this.#keep(chunk, at, chunk.length);
      return chunk.length;
    }
    this.#finish(chunk, at, end, 0, "etx");
    return end + 1;
  }

  #byteBefore(chunk: Uint8Array, at: number): number {
    return at > 0 ? (chunk[at - 1] ?? 0) : this.#lastByte;
  }

  /** Copies bytes of an unfinished scan, or only counts them once the scan is too long. */
  #keep(chunk: Uint8Array, from: number, to: number): void {
    if (this.#state === "scan-dropped" || this.#state === "stx-dropped") {
      this.#dropped += to - from;
      return;
    }
    const needed = this.#held + to - from;
    if (needed > this.#holdBytesMax) {
      this.#state = this.#state === "stx" ? "stx-dropped" : "scan-dropped";
      this.#dropped = needed;
      this.#held = 0;
      return;
    }
    if (needed > this.#hold.length) this.#grow(needed);
    this.#copy(chunk, from, to);
    this.#held = needed;
  }

  /** A loop, or the whole chunk at once, costs less than a view of a part of it. */
  #copy(chunk: Uint8Array, from: number, to: number): void {
    const hold = this.#hold;
    if (to - from <= loopBytesMax) for (let at = from; at < to; at += 1) hold[this.#held + at - from] = chunk[at] ?? 0;
    else if (from === 0 && chunk.length <= hold.length - this.#held) hold.set(chunk, this.#held);
    else hold.set(this.#view(chunk, from, to), this.#held);
  }

  /** Bytes of the present chunk without a copy. Asking for its memory once makes this a third of the price of `subarray`. */
  #view(chunk: Uint8Array, from: number, to: number): Uint8Array {
    this.#memory ??= chunk.buffer;
    return new Uint8Array(this.#memory, chunk.byteOffset + from, to - from);
  }

  #grow(needed: number): void {
    const larger = new Uint8Array(Math.min(this.#holdBytesMax, Math.max(needed, this.#hold.length * 2)));
    larger.set(this.#hold.subarray(0, this.#held));
    this.#hold = larger;
  }

  /** Ends what was begun at the mark that stands at `to`; the last `strip` bytes before it belong to the mark. */
  #finish(chunk: Uint8Array, from: number, to: number, strip: number, endedBy: EndedBy): void {
    if (this.#held === 0 && this.#dropped === 0) {
      this.#deliver(this.#view(chunk, from, to - strip), endedBy);
      return;
    }
    this.#keep(chunk, from, to);
    if (this.#dropped > 0) this.#dropped -= strip;
    if (this.#dropped > 0) this.#drop("overflow");
    else this.#deliver(new Uint8Array(this.#hold.buffer, 0, this.#held - strip), endedBy);
  }

  /** Hands out a whole scan and stands between scans again. */
  #deliver(bytes: Uint8Array, endedBy: EndedBy): void {
    this.#state = "between";
    this.#held = 0;
    if (bytes.length > this.#framing.scanBytesMax) {
      this.#sink.discarded("overflow", bytes.length);
      return;
    }
    const aim = this.#framing.aim === "none" ? undefined : leadingAim(bytes);
    if (aim !== undefined && bytes.length > aimBytes) this.#sink.scan({ raw: bytes.subarray(aimBytes), aim, endedBy });
    else if (aim !== undefined) this.#sink.discarded("empty", bytes.length);
    else if (this.#framing.aim === "required" && bytes.length > 0) this.#sink.discarded("aim-missing", bytes.length);
    else if (bytes.length > 0) this.#sink.scan({ raw: bytes, endedBy });
    else if (endedBy === "etx") this.#sink.discarded("empty", 0);
  }

  /** Drops what was begun, if anything was, and counts it: as an overflow if it was one already. */
  #drop(why: Discard): void {
    if (this.#state === "between" || this.#state === "deaf") return;
    const overflown = this.#state === "scan-dropped" || this.#state === "stx-dropped";
    const bytes = overflown ? this.#dropped : this.#held;
    this.#state = "between";
    this.#held = 0;
    this.#dropped = 0;
    this.#sink.discarded(overflown ? "overflow" : why, bytes);
  }

  #opensTelnet(chunk: Uint8Array): boolean {
    let at = 0;
    if (this.#opening === "first" && at < chunk.length) {
      this.#opening = chunk[at] === telnetEscape ? "escaped" : "over";
      at += 1;
    }
    if (this.#opening !== "escaped" || at === chunk.length) return false;
    this.#opening = "over";
    if (!telnetOffers.includes(chunk[at] ?? 0)) return false;
    this.#state = "deaf";
    this.#held = 0;
    this.#sink.discarded("telnet", 2);
    return true;
  }
}
