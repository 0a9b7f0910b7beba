// What stands behind the last commit of a write-ahead log: SQLite drops it without a word, so we look before (SQLite, "File Format", 4).
import { closeSync, openSync, readSync } from "node:fs";

/** What a log holds. A page is counted once for each time it was written. */
export interface WalTail {
  /** Of transactions that SQLite will take over. */
  readonly committedPages: number;
  /** Where the last of them ends: bytes from the beginning of the file. */
  readonly committedBytes: number;
  /** Written, sound or torn, for a transaction whose commit never came to the disk; nothing of it was acknowledged. */
  readonly unfinishedPages: number;
  /**
   * Commits behind a broken page. Each commit is synced before the next transaction begins, so a power cut can leave one
   * at the most, of which a page is missing: the last, unacknowledged. More of them mean that the log itself was damaged.
   */
  readonly commitsBehindDamage: number;
}

const headerBytes = 32;
const frameHeaderBytes = 24;
const magic = 0x377f0682;
const format = 3_007_000;
const pageBytesLeast = 512;
const pageBytesMost = 65_536;
/** Read at a time. */
const chunkBytes = 1_048_576;

/** Two 32-bit words: the running checksum, or the salts of one run of the log. */
type Words = readonly [number, number];

/** Takes a log in pieces, as they come, and keeps no more than a page of it. */
export class WalReader {
  #rest = new Uint8Array(0);
  #pageBytes = 0;
  #isLittleEndian = false;
  #salts: Words | undefined;
  #sums: Words = [0, 0];
  /** No frame counts any more that comes after a broken one, or in a log whose header is none. */
  #isBroken = false;
  #sound = 0;
  #committed = 0;
  /** Frames of this run of the log from the first broken one on, and how many of them commit. */
  #behind = 0;
  #commitsBehind = 0;

  push(chunk: Uint8Array): void {
    const bytes = joined(this.#rest, chunk);
    let at = 0;
    if (this.#salts === undefined && !this.#isBroken && bytes.length >= headerBytes) {
      this.#readHeader(bytes.subarray(0, headerBytes));
      at = headerBytes;
    }
    const frameBytes = frameHeaderBytes + this.#pageBytes;
    while (this.#salts !== undefined && bytes.length - at >= frameBytes) {
      this.#take(bytes.subarray(at, at + frameBytes), this.#salts);
      at += frameBytes;
    }
    this.#rest = this.#salts === undefined && this.#isBroken ? new Uint8Array(0) : bytes.slice(at);
  }

  /** Call it once, after the last piece. */
  end(): WalTail {
    const salts = this.#salts;
    // A cut frame counts if its header shows that it is of this run of the log.
    if (salts !== undefined && this.#rest.length >= frameHeaderBytes && isOf(this.#rest, salts)) this.#behind += 1;
    const tail = { committedPages: this.#committed, commitsBehindDamage: this.#commitsBehind };
    return {
      ...tail,
      committedBytes: this.#committed === 0 ? 0 : headerBytes + this.#committed * (frameHeaderBytes + this.#pageBytes),
      unfinishedPages: this.#sound - this.#committed + (isLogDamaged(tail) ? 0 : this.#behind),
    };
  }

  #readHeader(header: Uint8Array): void {
    const view = viewOf(header);
    const kind = view.getUint32(0);
    const pageBytes = view.getUint32(8);
    const isPageSize = pageBytes >= pageBytesLeast && pageBytes <= pageBytesMost && (pageBytes & (pageBytes - 1)) === 0;
    this.#isLittleEndian = kind === magic;
    this.#sums = checksum([0, 0], header.subarray(0, 24), this.#isLittleEndian);
    const isSound = this.#sums[0] === view.getUint32(24) && this.#sums[1] === view.getUint32(28);
    if ((kind & ~1) !== magic || view.getUint32(4) !== format || !isPageSize || !isSound) {
      this.#isBroken = true; // SQLite begins such a log anew
      return;
    }
    this.#pageBytes = pageBytes;
    this.#salts = [view.getUint32(16), view.getUint32(20)];
  }

  #take(frame: Uint8Array, salts: Words): void {
    const isOfThisRun = isOf(frame, salts); // else of an earlier run that was longer, or never written
    const isCommit = viewOf(frame).getUint32(4) !== 0;
    if (isOfThisRun && !this.#isBroken && this.#isSound(frame)) {
      this.#sound += 1;
      if (isCommit) this.#committed = this.#sound;
      return;
    }
    this.#isBroken = true;
    if (!isOfThisRun) return;
    this.#behind += 1;
    if (isCommit) this.#commitsBehind += 1;
  }

  #isSound(frame: Uint8Array): boolean {
    const view = viewOf(frame);
    const head = checksum(this.#sums, frame.subarray(0, 8), this.#isLittleEndian);
    this.#sums = checksum(head, frame.subarray(frameHeaderBytes), this.#isLittleEndian);
    const [first, second] = this.#sums;
    return first === view.getUint32(16) && second === view.getUint32(20) && view.getUint32(0) !== 0;
  }
}

/** Something that was acknowledged is lost with this tail. */
export function isLogDamaged({ commitsBehindDamage }: Pick<WalTail, "commitsBehindDamage">): boolean {
  return commitsBehindDamage > 1;
}

/** Reads a log from the disk; undefined when there is none. Throws what the file system says. */
export function readWalTail(path: string): WalTail | undefined {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
  try {
    const reader = new WalReader();
    const chunk = new Uint8Array(chunkBytes);
    for (;;) {
      const length = readSync(file, chunk);
      if (length === 0) return reader.end();
      reader.push(chunk.subarray(0, length));
    }
  } finally {
    closeSync(file);
  }
}

function joined(before: Uint8Array, after: Uint8Array): Uint8Array {
  if (before.length === 0) return after;
  const both = new Uint8Array(before.length + after.length);
  both.set(before);
  both.set(after, before.length);
  return both;
}

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Does the frame belong to this run of the log? Each run has salts of its own, and overwrites the one before. */
function isOf(frame: Uint8Array, salts: Words): boolean {
  const view = viewOf(frame);
  return view.getUint32(8) === salts[0] && view.getUint32(12) === salts[1];
}

/** Clause 4.2; `bytes` are a multiple of eight. */
function checksum(sums: Words, bytes: Uint8Array, isLittleEndian: boolean): Words {
  const view = viewOf(bytes);
  let [first, second] = sums;
  for (let at = 0; at < bytes.length; at += 8) {
    first = (first + view.getUint32(at, isLittleEndian) + second) >>> 0;
    second = (second + view.getUint32(at + 4, isLittleEndian) + first) >>> 0;
  }
  return [first, second];
}
