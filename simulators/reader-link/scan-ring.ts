// The ring of a ReaderLink reader: what it has read and nobody has acknowledged, and when each is sent again.
import { bytesAreEqual } from "../../protocol/bytes/bytes-are-equal.ts";
import { ageUnknown, type ScanBody } from "../../protocol/frame/reader-link/messages.ts";
import type { Random } from "../../protocol/host.ts";

/** Time after each sending until the next, in milliseconds; the last one for all that follow. Jittered by a tenth. */
const resendMs = [500, 1_000, 2_000, 5_000] as const;
const jitter = 0.1;

export interface HeldScan {
  readonly bootId: Uint8Array;
  readonly seq: number;
  readonly data: Uint8Array;
  readonly length: number;
  readonly oversize: boolean;
  /** Undefined once the power was lost: then nobody knows how old it is. */
  readAtMs: number | undefined;
  attempt: number;
  dueMs: number;
  /** The host's word for people came, so the Ack needs no tone. */
  wasHeard: boolean;
}

export class ScanRing {
  readonly #size: number;
  readonly #window: number;
  readonly #random: Random;
  /** The oldest first. */
  #scans: HeldScan[] = [];

  /** `kept`: what outlived a loss of power; sent anew, at once. */
  constructor(size: number, window: number, random: Random, kept: readonly HeldScan[]) {
    this.#size = size;
    this.#window = window;
    this.#random = random;
    this.#scans = kept.map((scan) => ({ ...scan, readAtMs: undefined, attempt: 0, dueMs: 0, wasHeard: false }));
  }

  get scans(): readonly HeldScan[] {
    return this.#scans;
  }

  get isFull(): boolean {
    return this.#scans.length >= this.#size;
  }

  /** When the next one is due; only the oldest ones, as many as the window lets out, are. */
  get untilMs(): number | undefined {
    const out = this.#scans.slice(0, this.#window);
    return out.length === 0 ? undefined : Math.min(...out.map(({ dueMs }) => dueMs));
  }

  /** `dataBytesMax`: a longer code is told without its data. */
  add(bootId: Uint8Array, seq: number, payload: Uint8Array, dataBytesMax: number, nowMs: number): void {
    const oversize = payload.length > dataBytesMax;
    const data = oversize ? new Uint8Array() : payload.slice();
    const { length } = payload;
    this.#scans.push({
      bootId,
      seq,
      data,
      length,
      oversize,
      readAtMs: nowMs,
      attempt: 0,
      dueMs: nowMs,
      wasHeard: false,
    });
  }

  find(bootId: Uint8Array, seq: number): HeldScan | undefined {
    return this.#scans.find((scan) => scan.seq === seq && bytesAreEqual(scan.bootId, bootId));
  }

  remove(scan: HeldScan): void {
    this.#scans = this.#scans.filter((each) => each !== scan);
  }

  /** The host has stored everything of this start up to `seq`. Answers what it was. */
  removeUpTo(bootId: Uint8Array, seq: number): readonly HeldScan[] {
    const isStored = (scan: HeldScan) => scan.seq <= seq && bytesAreEqual(scan.bootId, bootId);
    const stored = this.#scans.filter(isStored);
    this.#scans = this.#scans.filter((scan) => !isStored(scan));
    return stored;
  }

  /** Whoever listens now has heard nothing yet. */
  sendAllAgain(nowMs: number): void {
    for (const scan of this.#scans) scan.dueMs = nowMs;
  }

  /** The scans to be sent now, the oldest first. */
  due(nowMs: number): readonly HeldScan[] {
    const due = this.#scans.slice(0, this.#window).filter(({ dueMs }) => dueMs <= nowMs);
    for (const scan of due) {
      const delay = resendMs[Math.min(scan.attempt, resendMs.length - 1)] ?? 0;
      scan.attempt += 1;
      scan.dueMs = nowMs + delay * (1 + jitter * (2 * this.#random.unit() - 1));
    }
    return due;
  }
}

/** As it goes out now: its age is told anew at each sending. */
export function scanBody(
  { data, length, oversize, readAtMs, attempt }: HeldScan,
  aim: string,
  nowMs: number,
): ScanBody {
  const ageMs = readAtMs === undefined ? ageUnknown : Math.round(nowMs - readAtMs);
  return { kind: "scan", data, aim, ageMs, attempt, length, oversize };
}
