// Tells a scan that an ACK/NAK reader sends again from a new one: it repeats what it has not heard acknowledged.
import { crc32c } from "../../bytes/crc32c.ts";
import type { Scan } from "../../message/scan.ts";
import type { Outcome } from "../outcome.ts";
import type { ScanLink, TakenScans } from "../taken-scans.ts";

/** The longest wait that a reader can be set to (READERS chapter 4), for profiles that name none. */
const waitMsDefault = 5_100;
/** For the scan's own way over a slow line. */
const waySlackMs = 500;

/** The protocol numbers nothing: bytes and time tell. Knows the last scan on the disk from before this line was opened, too. */
export class LastTaken {
  readonly #taken: TakenScans;
  readonly #windowMs: number;
  readonly #openedAtMs: number;
  #underWay: { readonly scan: Scan; readonly crc: number } | undefined;
  #last: { readonly crc: number; readonly outcome: Outcome; readonly atMs: number } | undefined;

  constructor(taken: TakenScans, waitMs: number | undefined, openedAtMs: number) {
    this.#taken = taken;
    this.#windowMs = (waitMs ?? waitMsDefault) + waySlackMs;
    this.#openedAtMs = openedAtMs;
  }

  /**
   * `under-way`: the host has it and will settle it. An outcome: it was settled so, and the reader must be told again.
   * A scan: it is new, and goes to the host in this form.
   */
  judge(scan: Scan, nowMs: number): "under-way" | { readonly told: Outcome } | { readonly fresh: Scan } {
    const crc = crc32c(scan.raw);
    if (this.#underWay?.crc === crc) return "under-way";
    const last = this.#last;
    if (last !== undefined && last.crc === crc && nowMs - last.atMs <= this.#windowMs) return { told: last.outcome };
    const wasTaken = last === undefined && this.#taken.crcOf("", 0) === crc;
    if (wasTaken && nowMs - this.#openedAtMs <= this.#windowMs) return { told: "repeated" };
    const link: ScanLink = { boot: "", seq: 0, crc };
    const fresh = { ...scan, link };
    this.#underWay = { scan: fresh, crc };
    return { fresh };
  }

  settle(scan: Scan, outcome: Outcome, nowMs: number): void {
    if (this.#underWay?.scan !== scan) return;
    // What was refused is wanted again, as something new.
    if (outcome !== "wait") this.#last = { crc: this.#underWay.crc, outcome, atMs: nowMs };
    this.#underWay = undefined;
  }
}
