// Decides what becomes of each Scan that a reader sends: delivered once, acknowledged as often as it asks (READERS chapter 10).
import { crc32c } from "../../bytes/crc32c.ts";
import { hexOfBytes } from "../../bytes/hex.ts";
import { leadingAim } from "../../frame/aim-identifier.ts";
import { type Ack, ageUnknown, type ScanBody } from "../../frame/reader-link/messages.ts";
import type { Scan } from "../../message/scan.ts";
import type { TakenScans } from "../taken-scans.ts";

/** Scans that the host has and has not answered; what comes beyond is not acknowledged, so that the reader sends it again. */
const openMax = 64;

/** Scans remembered as dealt with in this conversation: those that leave no mark in the spool, and those whose Ack was lost. */
const settledMax = 256;

/** A scan that the host has. */
export interface OpenScan {
  readonly bootId: Uint8Array;
  readonly seq: number;
  /** The reader's count of its sendings; 1 is the first. */
  readonly attempt: number;
}

export type Judgement =
  /**
   * For the host. `isReused`: the number was taken with other data, or is older than a reader's ring can hold, so the
   * reader draws the same boot id twice. A scan twice is better than one lost.
   */
  | { readonly kind: "deliver"; readonly scan: Scan; readonly isReused: boolean }
  | { readonly kind: "acknowledge"; readonly result: Ack["result"] }
  /** It never can be taken: `bytes` were read. */
  | { readonly kind: "refuse"; readonly why: "overflow" | "empty"; readonly bytes: number; readonly isNew: boolean }
  /** The host has it, or has too many. */
  | { readonly kind: "leave" };

export class ScanIntake {
  readonly #taken: TakenScans;
  readonly #open = new Map<Scan, OpenScan>();
  readonly #openKeys = new Set<string>();
  /** CRC by boot and number, the oldest first. */
  readonly #settled = new Map<string, number>();

  constructor(taken: TakenScans) {
    this.#taken = taken;
  }

  /** A scan as it came. `bootId` and what `body` holds may be used again afterwards; a delivered scan's bytes are good until then. */
  judge(bootId: Uint8Array, seq: number, body: ScanBody): Judgement {
    const boot = hexOfBytes(bootId);
    const key = `${boot} ${seq}`;
    const crc = crc32c(body.data);
    if (body.oversize || body.length > body.data.length || body.data.length === 0) {
      const isNew = this.#settled.get(key) !== crc;
      this.#remember(key, crc);
      const bytes = Math.max(body.length, body.data.length);
      return { kind: "refuse", why: body.oversize || bytes > 0 ? "overflow" : "empty", bytes, isNew };
    }
    if (this.#openKeys.has(key)) return { kind: "leave" };
    const taken = this.#settled.get(key) ?? this.#taken.crcOf(boot, seq);
    if (taken === crc) return { kind: "acknowledge", result: "duplicate" };
    if (this.#open.size >= openMax) return { kind: "leave" };
    const scan = scanOf(body, { boot, seq, crc });
    this.#open.set(scan, { bootId: bootId.slice(), seq, attempt: body.attempt });
    this.#openKeys.add(key);
    return { kind: "deliver", scan, isReused: taken !== undefined };
  }

  /** The host has answered: undefined for a scan that is none of ours. `isKept`: it need not come again. */
  settle(scan: Scan, isKept: boolean): OpenScan | undefined {
    const found = this.#open.get(scan);
    if (found === undefined || scan.link === undefined) return undefined;
    const key = `${scan.link.boot} ${scan.link.seq}`;
    this.#open.delete(scan);
    this.#openKeys.delete(key);
    if (isKept) this.#remember(key, scan.link.crc);
    return found;
  }

  #remember(key: string, crc: number): void {
    this.#settled.delete(key);
    this.#settled.set(key, crc);
    for (const oldest of this.#settled.keys()) {
      if (this.#settled.size <= settledMax) break;
      this.#settled.delete(oldest);
    }
  }
}

function scanOf({ data, aim, ageMs }: ScanBody, link: NonNullable<Scan["link"]>): Scan {
  const symbology = leadingAim(Uint8Array.from(aim, (letter) => letter.charCodeAt(0)));
  return {
    raw: data,
    endedBy: "message",
    link,
    ...(symbology === undefined || aim.length !== symbology.length ? {} : { aim: symbology }),
    ...(ageMs === ageUnknown ? {} : { ageMs }),
  };
}
