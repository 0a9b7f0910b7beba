// Cuts the bytes of an SSI line into packets, whatever stands between them and however they are split (READERS chapter 6).
import { opcode, opcodeEntry } from "./opcodes.ts";
import { checksum, checksumBytes, headerBytes, packetLengthMax, source } from "./packet.ts";

/** Where packets go. No function may throw, nor call the cutter. Bytes are lent until the call returns. */
export interface PacketSink {
  /** A whole packet with its right checksum. */
  packet(bytes: Uint8Array): void;
  /** A whole packet by its length and header, but its checksum is wrong. */
  corrupt(bytes: Uint8Array): void;
  /** `noise`: bytes that belong to no packet. `unfinished`: silence, or the end of the line, inside a packet. */
  discarded(why: "noise" | "unfinished", bytes: number): void;
}

/** Bytes up to which a copying loop is cheaper than the native call (measured). */
const loopBytesMax = 24;

const packetBytesMax = packetLengthMax + checksumBytes;

/**
 * Takes the bytes of one open line in chunks of any size; how they were split changes nothing. Keeps one packet at the
 * most. Has no timer: the line's owner calls `silence` when no byte came for the character gap while `isInside`.
 *
 * A wrong checksum behind a header that a device could have sent drops the whole packet; behind any other header the
 * first byte was no length, so the search begins again one byte later, as it does when silence ends a packet. Every
 * byte is looked at as a beginning once, and then summed over at most one packet: the time is linear.
 */
export class PacketCutter {
  readonly #sink: PacketSink;
  readonly #hold = new Uint8Array(packetBytesMax);
  #held = 0;
  #noise = 0;

  constructor(sink: PacketSink) {
    this.#sink = sink;
  }

  /** Bytes of an unfinished packet, or noise that has not been told yet, are waiting. */
  get isInside(): boolean {
    return this.#held > 0 || this.#noise > 0;
  }

  /** The chunk's memory may be used again as soon as this returns. */
  push(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#held === 0) {
        const used = this.#cut(chunk, at, chunk.length, false);
        if (used > 0) at += used;
        else at = this.#keep(chunk, at, chunk.length);
      } else at = this.#fill(chunk, at);
    }
  }

  /** No byte came for the character gap: what is begun won't be finished. A packet inside it is still found. */
  silence(): void {
    const [before, begun] = [this.#noise, this.#held];
    if (begun > 0) {
      this.#noise += 1; // its first byte was no length, or its last bytes are lost
      this.#hold.copyWithin(0, 1, begun);
      this.#held -= 1;
      this.#cutHeld(true);
    }
    if (this.#noise === before + begun) {
      this.#noise = before; // no packet was found in it: told apart from the noise before
      this.#tellNoise("noise");
      this.#noise = begun;
    }
    this.#tellNoise("unfinished");
  }

  /** The line closed. The cutter then stands as new. */
  close(): void {
    const bytes = this.#held + this.#noise;
    this.#held = 0;
    this.#noise = 0;
    if (bytes > 0) this.#sink.discarded("unfinished", bytes);
  }

  /** Adds to the held bytes no more than they need, and cuts them once they suffice. Answers the position after those taken. */
  #fill(chunk: Uint8Array, at: number): number {
    const wanted = (this.#hold[0] as number) + checksumBytes - this.#held;
    const taken = this.#keep(chunk, at, Math.min(chunk.length, at + wanted));
    if (taken - at === wanted) this.#cutHeld(false);
    return taken;
  }

  /** Searches all of the held bytes; the beginning of a packet stays held, unless the line has fallen silent. */
  #cutHeld(isSilent: boolean): void {
    const hold = this.#hold;
    const end = this.#held;
    let at = 0;
    while (at < end) {
      const used = this.#cut(hold, at, end, isSilent);
      if (used === 0) break;
      at += used;
    }
    if (at < end) hold.copyWithin(0, at, end);
    this.#held = end - at;
  }

  #keep(chunk: Uint8Array, from: number, to: number): number {
    const hold = this.#hold;
    const held = this.#held;
    if (to - from > loopBytesMax) hold.set(new Uint8Array(chunk.buffer, chunk.byteOffset + from, to - from), held);
    else for (let at = from; at < to; at += 1) hold[held + at - from] = chunk[at] as number;
    this.#held = held + to - from;
    return to;
  }

  /** Tells of what stands at `at` and answers its bytes; 0 when it takes more of them to know. */
  #cut(bytes: Uint8Array, at: number, end: number, isSilent: boolean): number {
    const length = bytes[at] as number;
    if (length < headerBytes) return this.#skip();
    const total = length + checksumBytes;
    if (end - at < total) return isSilent ? this.#skip() : 0;
    const told = ((bytes[at + length] as number) << 8) | (bytes[at + length + 1] as number);
    if (checksum(bytes, at, length) === told) {
      if (this.#noise > 0) this.#tellNoise("noise");
      this.#sink.packet(bytes.length === total ? bytes : new Uint8Array(bytes.buffer, bytes.byteOffset + at, total));
      return total;
    }
    if (isSilent || !isLikelyHeader(bytes[at + 1] as number, bytes[at + 2] as number)) return this.#skip();
    if (this.#noise > 0) this.#tellNoise("noise");
    this.#sink.corrupt(new Uint8Array(bytes.buffer, bytes.byteOffset + at, total));
    return total;
  }

  #skip(): number {
    this.#noise += 1;
    return 1;
  }

  #tellNoise(why: "noise" | "unfinished"): void {
    const bytes = this.#noise;
    this.#noise = 0;
    if (bytes > 0) this.#sink.discarded(why, bytes);
  }
}

/** Whether a device or a host could have sent this; the first segment of a long scan has another source byte. */
function isLikelyHeader(code: number, from: number): boolean {
  if (from !== source.decoder && from !== source.host) return code === opcode.MULTIPACKET_SEGMENT;
  return opcodeEntry(code) !== undefined;
}
