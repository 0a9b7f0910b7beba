// Writes down the packets of an unfinished SSI scan, and reads them after a restart if the scan can still be finished.
import { checksumBytes, headerBytes } from "../../frame/ssi/packet.ts";
import type { ScanParts } from "../scan-parts.ts";
import type { TakenScans } from "../taken-scans.ts";

/** The scan that was on the disk before this one began: if another is there now, this one is over. */
const crcBytes = 4;
const flagBytes = 1;
const flag = { hasCrc: 1, isSentAgain: 2, isTorn: 4 } as const;
const head = flagBytes + crcBytes;

export interface KeptBefore {
  /** None where the scan was given up: what comes of it is not to be taken for a scan. */
  readonly packets: readonly Uint8Array[];
  /** Since the last of them came, for the first time or again. */
  readonly ageMs: number;
  readonly wasSentAgain: boolean;
}

export class KeptParts {
  readonly #parts: ScanParts | undefined;
  readonly #taken: TakenScans;
  #packets: Uint8Array[] = [];
  /** On the disk stands that a scan was torn: the decoder may still send its rest. */
  #isTorn = false;
  #crcBefore: number | undefined;

  constructor(parts: ScanParts | undefined, taken: TakenScans) {
    this.#parts = parts;
    this.#taken = taken;
  }

  /** The packets that were acknowledged before this line was opened, and their age; none when the scan was finished since. */
  readAgain(): KeptBefore | undefined {
    const kept = this.#parts?.read();
    if (kept === undefined || kept.bytes.length < head) return undefined;
    const { bytes, ageMs } = kept;
    const [flags = 0] = bytes;
    this.#isTorn = (flags & flag.isTorn) !== 0;
    const hasCrc = (flags & flag.hasCrc) !== 0;
    this.#crcBefore = hasCrc ? new DataView(bytes.buffer, bytes.byteOffset).getUint32(flagBytes) : undefined;
    this.#packets = packetsIn(bytes.subarray(head));
    if (this.#crcBefore === this.#takenCrc()) {
      return { packets: this.#packets, ageMs, wasSentAgain: (flags & flag.isSentAgain) !== 0 };
    }
    this.forget();
    return undefined;
  }

  /** Adds a packet. `done` comes when it is on the disk, or at once where nothing can be kept. */
  add(packet: Uint8Array, isSentAgain: boolean, done: (isKept: boolean) => void): void {
    if (this.#parts === undefined) {
      done(true);
      return;
    }
    if (this.#packets.length === 0) this.#crcBefore = this.#takenCrc();
    this.#isTorn = false;
    this.#packets.push(packet.slice());
    this.#keep(this.#parts, isSentAgain, done);
  }

  /** The last packet came again, so that the rest may come later than by the age of what is kept. */
  renew(done: (isKept: boolean) => void): void {
    if (this.#parts === undefined || this.#packets.length === 0) done(true);
    else this.#keep(this.#parts, true, done);
  }

  /** The scan is dropped before its end: its bytes go, and that it was begun is remembered while its rest may come. */
  tear(): void {
    if (this.#parts === undefined || this.#packets.length === 0) return;
    this.#packets = [];
    this.#isTorn = true;
    this.#keep(this.#parts, false, () => undefined);
  }

  #keep(parts: ScanParts, isSentAgain: boolean, done: (isKept: boolean) => void): void {
    const bytes = new Uint8Array(head + this.#packets.reduce((sum, { length }) => sum + length, 0));
    const hasCrc = this.#crcBefore !== undefined;
    bytes[0] = (hasCrc ? flag.hasCrc : 0) | (isSentAgain ? flag.isSentAgain : 0) | (this.#isTorn ? flag.isTorn : 0);
    new DataView(bytes.buffer).setUint32(flagBytes, this.#crcBefore ?? 0);
    let at = head;
    for (const each of this.#packets) {
      bytes.set(each, at);
      at += each.length;
    }
    parts.keep(bytes, done);
  }

  /** The scan is over, however it ended. */
  forget(): void {
    if (this.#packets.length === 0 && !this.#isTorn) return;
    this.#packets = [];
    this.#isTorn = false;
    this.#parts?.keep(new Uint8Array(), () => undefined);
  }

  #takenCrc(): number | undefined {
    const crc = this.#taken.crcOf("", 0);
    return crc === "old" ? undefined : crc;
  }
}

/** They were whole when they were kept: each says its own length. What a damaged file has made of them is left out. */
function packetsIn(bytes: Uint8Array): Uint8Array[] {
  const packets: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + (bytes[at] ?? 0) + checksumBytes;
    if (end - at >= headerBytes + checksumBytes && end <= bytes.length) packets.push(bytes.subarray(at, end));
    at = end;
  }
  return packets;
}
