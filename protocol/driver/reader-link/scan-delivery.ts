// Takes a ReaderLink reader's scans to the host, and the host's answers back to the reader (READERS chapter 10).
import { hexOfBytes } from "../../bytes/hex.ts";
import type { BodyDraft, Feedback, ScanBody } from "../../frame/reader-link/messages.ts";
import type { Scan } from "../../message/scan.ts";
import type { DriverHost } from "../driver.ts";
import type { Outcome } from "../outcome.ts";
import type { TakenScans } from "../taken-scans.ts";
import { GapWatch } from "./gap-watch.ts";
import { ScanIntake } from "./scan-intake.ts";

/** The protocol has no word of its own for an answer of the hospital: it calls to the screen. */
export const feedbackOutcomes = {
  accepted: "accepted",
  repeated: "repeated",
  rejected: "rejected",
  wait: "wait",
  result: "attention",
  attention: "attention",
  identify: "identify",
} as const satisfies Record<Outcome, Feedback["outcome"]>;

export class ScanDelivery {
  readonly #host: DriverHost;
  readonly #taken: TakenScans;
  readonly #send: (body: BodyDraft) => void;
  readonly #intake: ScanIntake;
  readonly #gap = new GapWatch();

  constructor(host: DriverHost, taken: TakenScans, send: (body: BodyDraft) => void) {
    this.#host = host;
    this.#taken = taken;
    this.#send = send;
    this.#intake = new ScanIntake(taken);
  }

  get untilMs(): number | undefined {
    return this.#gap.untilMs;
  }

  wake(nowMs: number): void {
    this.#tellLost(this.#gap.wake(nowMs));
  }

  /** The reader counts from 1 again. `isSeen`: it started while we watched, so that no number can have passed unseen. */
  begin(bootId: Uint8Array, isSeen: boolean): void {
    const boot = hexOfBytes(bootId);
    const last = this.#taken.last();
    const isNew = isSeen || last !== undefined;
    const contiguous = last?.boot === boot ? last.contiguousSeq : isNew ? 0 : undefined;
    this.#gap.begin(contiguous, (seq) => this.#taken.crcOf(boot, seq) !== undefined);
  }

  /** `isOfThisStart`: not kept by the reader over a restart. `seq` is above 0. */
  take(bootId: Uint8Array, seq: number, body: ScanBody, isOfThisStart: boolean, nowMs: number): void {
    if (isOfThisStart) this.#tellLost(this.#gap.take(seq, nowMs));
    const judgement = this.#intake.judge(bootId, seq, body);
    switch (judgement.kind) {
      case "leave":
        return;
      case "acknowledge":
        this.#send({ kind: "ack", bootId, seq: [seq], result: judgement.result });
        return;
      case "refuse":
        if (judgement.isNew) this.#host.discarded(judgement.why, judgement.bytes);
        this.#send({ kind: "feedback", bootId, ofSeq: seq, outcome: "rejected" });
        this.#send({ kind: "ack", bootId, seq: [seq], result: "too-large" });
        return;
      case "deliver":
        if (judgement.isReused) this.#host.fault("boot-id-reused");
        this.#host.scan(judgement.scan);
    }
  }

  /** Answers whether the scan is ours. */
  settle(scan: Scan, outcome: Outcome): boolean {
    const isKept = outcome !== "wait";
    const open = this.#intake.settle(scan, isKept);
    if (open === undefined) return false;
    const { bootId, seq, attempt } = open;
    // Before the Ack, whose good-read tone it replaces. A scan that is refused again and again says so once.
    if (isKept || attempt <= 1) {
      this.#send({ kind: "feedback", bootId, ofSeq: seq, outcome: feedbackOutcomes[outcome] });
    }
    if (isKept) this.#send({ kind: "ack", bootId, seq: [seq], result: "stored" });
    return true;
  }

  #tellLost(lost: number): void {
    if (lost > 0) this.#host.fault("scans-lost");
  }
}
