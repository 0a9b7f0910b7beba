// Puts the packets of one scan together: one DECODE_DATA, several that continue each other, or segments of opcode 73.
import { isNoRead } from "./code-types.ts";
import { opcode } from "./opcodes.ts";
import { isContinued, type Packet } from "./packet.ts";
import { decodeSegment } from "./segment.ts";

/** What a packet did to the scan. `payload` is lent until the next call. */
export type Assembled =
  | { readonly kind: "part" }
  | { readonly kind: "scan"; readonly type: number; readonly payload: Uint8Array }
  | { readonly kind: "nothing"; readonly why: "no-read" | "empty" | "overflow" | "bad-frame"; readonly bytes: number };

/** The first buffer: most long scans are two packets; it doubles up to the limit. */
const holdBytesFirst = 512;

/** Bytes of an unfinished scan that another message pushed out. */
export type OnTorn = (bytes: number) => void;

/**
 * Each part of a classic long scan repeats the type byte; another type means that a new scan has begun. Keeps
 * `scanBytesMax` bytes at the most; a longer scan comes to nothing as a whole, at its end.
 */
export class ScanAssembler {
  readonly #scanBytesMax: number;
  readonly #onTorn: OnTorn;
  #hold = new Uint8Array(holdBytesFirst);
  #type = 0;
  /** Payload bytes so far, those beyond the limit counted but not kept. */
  #count = 0;
  #scheme: "none" | "classic" | "segments" = "none";
  #total = 0;
  #nextIndex = 0;

  constructor(scanBytesMax: number, onTorn: OnTorn) {
    this.#scanBytesMax = scanBytesMax;
    this.#onTorn = onTorn;
  }

  get isInside(): boolean {
    return this.#scheme !== "none";
  }

  /** What came of the scan so far exceeds the limit: only its end is still of interest. */
  get isTooLong(): boolean {
    return this.#count > this.#scanBytesMax;
  }

  /** By all that the packet says, it could be the next part; only segments are numbered. */
  mayContinueWith({ opcode: code, data }: Packet): boolean {
    return this.#scheme === "classic" && code === opcode.DECODE_DATA && data[0] === this.#type;
  }

  /** A DECODE_DATA whose bytes are not those of the packet before. */
  takeDecodeData(packet: Packet): Assembled {
    const { data } = packet;
    const type = data[0];
    const isLast = !isContinued(packet);
    if (this.#scheme === "segments" || (this.isInside && type !== this.#type)) this.tear();
    if (type === undefined) return { kind: "nothing", why: "empty", bytes: 0 };
    const payload = new Uint8Array(data.buffer, data.byteOffset + 1, data.length - 1);
    if (isLast && !this.isInside) return this.#whole(type, payload);
    this.#scheme = "classic";
    this.#type = type;
    this.#append(payload);
    return isLast ? this.#finish() : { kind: "part" };
  }

  /** A whole packet with opcode 73, its checksum included in neither `bytes` nor their count. */
  takeSegment(bytes: Uint8Array): Assembled {
    const segment = decodeSegment(bytes, bytes.length);
    if (segment?.kind === "first") {
      if (this.isInside) this.tear();
      if (segment.embeddedOpcode !== opcode.DECODE_DATA)
        return { kind: "nothing", why: "bad-frame", bytes: bytes.length };
      this.#scheme = "segments";
      this.#type = segment.type;
      this.#total = segment.totalBytes;
      this.#nextIndex = 0;
    }
    if (segment === undefined || this.#scheme !== "segments" || !this.#isNext(segment)) {
      if (this.isInside) this.tear();
      return { kind: "nothing", why: "bad-frame", bytes: bytes.length };
    }
    this.#nextIndex += 1;
    this.#append(segment.payload);
    if (this.#count < this.#total) return { kind: "part" };
    if (this.#count === this.#total) return this.#finish();
    const count = this.#count;
    this.#forget();
    return { kind: "nothing", why: "bad-frame", bytes: count };
  }

  /** The rest of a scan won't come: what there is of it is dropped, and told. */
  tear(): void {
    const count = this.#count;
    this.#forget();
    this.#onTorn(count);
  }

  #isNext(segment: { kind: "first" } | { kind: "next"; index: number }): boolean {
    return (segment.kind === "first" ? 0 : segment.index) === this.#nextIndex;
  }

  #whole(type: number, payload: Uint8Array): Assembled {
    if (isNoRead(type, payload)) return { kind: "nothing", why: "no-read", bytes: payload.length };
    if (payload.length === 0) return { kind: "nothing", why: "empty", bytes: 0 };
    if (payload.length > this.#scanBytesMax) return { kind: "nothing", why: "overflow", bytes: payload.length };
    return { kind: "scan", type, payload };
  }

  #finish(): Assembled {
    const count = this.#count;
    const type = this.#type;
    this.#forget();
    if (count > this.#scanBytesMax) return { kind: "nothing", why: "overflow", bytes: count };
    return this.#whole(type, this.#hold.subarray(0, count));
  }

  #append(payload: Uint8Array): void {
    const end = this.#count + payload.length;
    if (end <= this.#scanBytesMax) {
      if (end > this.#hold.length) this.#grow(end);
      this.#hold.set(payload, this.#count);
    }
    this.#count = end;
  }

  #grow(needed: number): void {
    const larger = new Uint8Array(Math.min(this.#scanBytesMax, Math.max(needed, this.#hold.length * 2)));
    larger.set(this.#hold.subarray(0, this.#count));
    this.#hold = larger;
  }

  #forget(): void {
    this.#scheme = "none";
    this.#count = 0;
  }
}
