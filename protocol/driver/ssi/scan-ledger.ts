// What an SSI decoder is owed: the scan that waits for its answer, and the last one that was dealt with (READERS chapter 6).
import type { Scan } from "../../message/scan.ts";
import type { TakenScans } from "../taken-scans.ts";
import { isSameMark, type PacketMark } from "./packet-mark.ts";

/**
 * A decoder gives up a packet after three times two seconds; what says it is sent again, later than this after the last
 * one was dealt with, answers a packet that broke on its way, though it may show the same code as the last patient's.
 */
const resentMsMax = 60_000;
/**
 * Nobody shows the same code again so soon, and no decoder reads it: such a packet without the retransmit bit was doubled
 * by the line. If it was not, the decoder sends it again, with the bit.
 */
const doubledMsMax = 300;
/** The decoder waits two seconds for its answer (parameter 9B); ours must be on the line before. */
const holdMsMax = 1_500;

/** `keeping`: the host has the scan and has not said what became of it. `refused`: it could not keep it. */
interface Debt {
  readonly mark: PacketMark;
  readonly scan: Scan;
  kind: "keeping" | "refused";
  /** When the decoder must be told to send it again; undefined once it was told. */
  untilMs: number | undefined;
}

export class ScanLedger {
  #debt: Debt | undefined;
  #dealtWith: { readonly mark: PacketMark; readonly atMs: number } | undefined;
  /** Knows the last packet of the last scan that is on the disk, from before this line was opened too. */
  readonly #taken: TakenScans;
  #openedAtMs = 0;

  constructor(taken: TakenScans) {
    this.#taken = taken;
  }

  open(nowMs: number): void {
    this.#openedAtMs = nowMs;
  }

  /** When an answer is due. */
  get untilMs(): number | undefined {
    return this.#debt?.untilMs;
  }

  /**
   * A packet with the retransmit bit: was it dealt with (acknowledge it again), is it being kept (wait), could it not be
   * kept (deliver it again), or is it new?
   */
  judge(mark: PacketMark, nowMs: number): "dealt-with" | "under-way" | "refused" | "new" {
    const debt = this.#debt;
    if (debt !== undefined && isSameMark(debt.mark, mark)) {
      if (debt.kind === "refused") return "refused";
      debt.untilMs = nowMs + holdMsMax;
      return "under-way";
    }
    const last = this.#dealtWith;
    if (last !== undefined && isSameMark(last.mark, mark) && isRecent(last.atMs, nowMs)) return "dealt-with";
    const wasTaken = !mark.isContinued && mark.crc === this.#taken.crcOf("", 0);
    return wasTaken && isRecent(this.#openedAtMs, nowMs) ? "dealt-with" : "new";
  }

  /** The last packet of a scan without the retransmit bit: did the line double it? A second answer would answer the next scan. */
  isDoubled(mark: PacketMark, nowMs: number): boolean {
    const debt = this.#debt;
    if (debt?.kind === "keeping" && isSameMark(debt.mark, mark)) return true;
    const last = this.#dealtWith;
    return last !== undefined && nowMs - last.atMs <= doubledMsMax && isSameMark(last.mark, mark);
  }

  /** The packet needs nothing more: it is acknowledged now. */
  dealWith(mark: PacketMark, nowMs: number): void {
    this.#dealtWith = { mark, atMs: nowMs };
  }

  /** The scan whose last packet this is goes to the host. A scan before it that still waits is no longer waited for. */
  owe(scan: Scan, mark: PacketMark, nowMs: number): void {
    this.#debt = { mark, scan, kind: "keeping", untilMs: nowMs + holdMsMax };
  }

  /** The host has dealt with the scan. Answers whether the decoder waits for its acknowledgement at this moment. */
  settle(scan: Scan, nowMs: number): boolean {
    const debt = this.#debt;
    if (debt?.scan !== scan) return false; // a later scan came since: the decoder no longer asks
    this.#debt = undefined;
    this.dealWith(debt.mark, nowMs);
    return debt.untilMs !== undefined;
  }

  /** The host could not keep the scan: its refusal goes out when the hold is over, so that the spool has time to recover. */
  refuse(scan: Scan): void {
    if (this.#debt?.scan === scan) this.#debt.kind = "refused";
  }

  /** Answers whether the decoder must be told now to send its scan again. */
  wake(nowMs: number): boolean {
    const debt = this.#debt;
    if (debt?.untilMs === undefined || nowMs < debt.untilMs) return false;
    debt.untilMs = undefined;
    return true;
  }
}

const isRecent = (atMs: number, nowMs: number): boolean => nowMs - atMs <= resentMsMax;
