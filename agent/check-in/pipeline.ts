// The whole road of one check-in on one page: from a complete scan to an event that is safe.
//
//   scan ──► document ──► repeat? ──► event ──► spool (on the disk) ──► "accepted" ──► publisher
//               └► rejected, why         └── made inside the transaction, where its sequence is known
import {
  type Arrival,
  createCheckIn,
  createRejected,
  type DeskFacts,
  type KeyedHash,
  type ReaderFacts,
  rejectionOf,
} from "../../protocol/check-in/create-event.ts";
import { encodeJson } from "../../protocol/check-in/encode-json.ts";
import { uuidV7 } from "../../protocol/check-in/uuid-v7.ts";
import { vietnamDate } from "../../protocol/check-in/vietnam-time.ts";
import type { PatientDocument, Reading } from "../../protocol/document/patient-document.ts";
import { readMessage } from "../../protocol/document/read-message.ts";
import type { Outcome } from "../../protocol/driver/outcome.ts";
import type { Clock, DecodeText, Log, Random } from "../../protocol/host.ts";
import type { Scan } from "../../protocol/message/scan.ts";
import { isDiskTrouble } from "../../store/sqlite.ts";
import type { Stream } from "../spool/read-spool.ts";
import { type MakeEvent, type Spool, type SpoolEntry, SpoolFull } from "../spool/spool.ts";
import type { TakenScan } from "../spool/taken-table.ts";
import type { DeskCounts } from "./desk-counts.ts";
import { DuplicateFilter } from "./duplicate-filter.ts";
import { RateLimit } from "./rate-limit.ts";

/** The reader that a scan came from, and how to tell it, once, what became of the scan. */
export interface ScanSource {
  readonly facts: ReaderFacts;
  tell(outcome: Outcome, scan: Scan): void;
}

export interface PipelineTools {
  readonly desk: DeskFacts;
  readonly spool: Spool;
  readonly clock: Clock;
  readonly random: Random;
  readonly decodeText: DecodeText;
  readonly keyedHash: KeyedHash;
  readonly counts: DeskCounts;
  readonly log: Log;
  readonly duplicateWindowMs: number;
  /** Whether a chip's religion, parents and the like go into the event. */
  readonly optionalFields: boolean;
  /** An event is on the disk. */
  readonly onKept: (entry: SpoolEntry, source: ScanSource) => void;
  /** An event could not be kept (`true` once it can again). */
  readonly onSpool: (isWritable: boolean) => void;
}

/** Reports of scans that are no document: a torn card is one, a reader that sends noise is thousands. */
const rejectedRate = { burst: 50, perSecond: 5 };

export class Pipeline {
  readonly #tools: PipelineTools;
  readonly #duplicates: DuplicateFilter;
  readonly #rejectedRate = new RateLimit(rejectedRate);

  constructor(tools: PipelineTools) {
    this.#tools = tools;
    this.#duplicates = new DuplicateFilter(tools.duplicateWindowMs);
  }

  /** Takes one complete scan. Everything that needs its bytes happens within this call. Never throws. */
  take(scan: Scan, source: ScanSource): void {
    const { clock, counts, decodeText, optionalFields } = this.#tools;
    const now = clock.now() - (scan.ageMs ?? 0);
    counts.scans += 1;
    counts.lastScanAtMs = now;
    const reading = readMessage(scan.raw, vietnamDate(now), decodeText, { optionalFields });
    switch (reading.kind) {
      case "rejected":
        this.#reject(reading, scan, source, now);
        break;
      case "document":
        this.#accept(reading.document, scan, source, now);
        break;
    }
  }

  #accept(document: PatientDocument, scan: Scan, source: ScanSource, now: number): void {
    const { clock, counts, desk } = this.#tools;
    const startedAt = clock.monotonic();
    const code = codeOf(scan);
    if (this.#duplicates.isRepeat(code, startedAt)) {
      counts.duplicates += 1;
      this.#remember(scan, source, "repeated");
      return;
    }
    const make: MakeEvent = (sequence) => {
      const arrival = this.#arrival(sequence, now, scan);
      return { id: arrival.id, json: encodeJson(createCheckIn(document, arrival, desk, source.facts)) };
    };
    this.#keep("checkin", make, scan, source, (isKept) => {
      if (isKept) {
        counts.accepted += 1;
        counts.keptAfter(clock.monotonic() - startedAt);
        source.tell("accepted", scan); // not before the commit: a power cut must not lose an accepted check-in
      } else {
        counts.refused += 1;
        this.#duplicates.forget(code);
        source.tell("wait", scan);
      }
    });
  }

  #reject(reading: Reading & { kind: "rejected" }, scan: Scan, source: ScanSource, now: number): void {
    const { clock, counts, desk, keyedHash } = this.#tools;
    counts.count(counts.rejected, reading.reason);
    if (!this.#rejectedRate.allows(clock.monotonic())) {
      counts.rejectedUnreported += 1;
      this.#remember(scan, source, "rejected");
      return;
    }
    const rejection = rejectionOf(reading, scan.raw, keyedHash); // now: the reader uses the bytes again
    const make: MakeEvent = (sequence) => {
      const arrival = this.#arrival(sequence, now, scan);
      return { id: arrival.id, json: encodeJson(createRejected(rejection, arrival, desk, source.facts)) };
    };
    // Not before the commit: a reader that waits for our word may forget the scan when it hears it.
    this.#keep("rejected", make, scan, source, (isKept) => source.tell(isKept ? "rejected" : "wait", scan));
  }

  #keep(stream: Stream, make: MakeEvent, scan: Scan, source: ScanSource, done: (isKept: boolean) => void): void {
    const { spool, onKept, onSpool } = this.#tools;
    const kept = (entry: SpoolEntry | Error) => {
      if (entry instanceof Error) {
        this.#notKept(entry);
        done(false);
        return;
      }
      onSpool(true);
      done(true);
      onKept(entry, source);
    };
    spool.append(stream, make, kept, takenOf(scan, source));
  }

  /** For a scan that makes no event: a reader that numbers its scans is only told once the number is on the disk. */
  #remember(scan: Scan, source: ScanSource, outcome: Outcome): void {
    const taken = takenOf(scan, source);
    if (taken === undefined) {
      source.tell(outcome, scan);
      return;
    }
    this.#tools.spool.remember(taken, (error) => {
      if (error !== undefined) this.#notKept(error);
      source.tell(error === undefined ? outcome : "wait", scan);
    });
  }

  #notKept(error: Error): void {
    this.#tools.log.error({ reason: reasonOf(error) }, "a scan could not be kept");
    this.#tools.onSpool(false);
  }

  #arrival(sequence: number, timeMs: number, { aim }: Scan): Arrival {
    const { clock, random } = this.#tools;
    const id = uuidV7(timeMs, random.bytes(10));
    return { id, sequence, timeMs, clockSynced: clock.isSynced(), ...(aim === undefined ? {} : { aim }) };
  }
}

/** The bytes of a scan as a key: equal for equal codes and for no others. */
function codeOf(scan: Scan): string {
  const { buffer, byteOffset, length } = scan.raw;
  return Buffer.from(buffer, byteOffset, length).toString("latin1");
}

function takenOf({ link }: Scan, { facts }: ScanSource): TakenScan | undefined {
  return link === undefined ? undefined : { reader: facts.id, ...link };
}

/** Why nothing was kept, as a word for the log. */
function reasonOf(error: Error): string {
  if (error instanceof SpoolFull) return "spool-full";
  return isDiskTrouble(error) ? "disk-trouble" : error.message;
}
