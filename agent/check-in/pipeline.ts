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
import { readDocument } from "../../protocol/document/read-document.ts";
import type { Clock, DecodeText, Log, Random } from "../../protocol/host.ts";
import type { Scan } from "../../protocol/message/scan.ts";
import { isDiskTrouble } from "../../store/sqlite.ts";
import type { Stream } from "../spool/read-spool.ts";
import { type MakeEvent, type Spool, type SpoolEntry, SpoolFull } from "../spool/spool.ts";
import type { DeskCounts } from "./desk-counts.ts";
import { DuplicateFilter } from "./duplicate-filter.ts";
import { RateLimit } from "./rate-limit.ts";

/** What a scan came to, as the reader's beep and light tell it. */
export type Outcome = "accepted" | "duplicate" | "rejected" | "refused";

/** The reader that a scan came from, and how to tell it what became of the scan. */
export interface ScanSource {
  readonly facts: ReaderFacts;
  tell(outcome: Outcome): void;
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
  /** An event is on the disk. */
  readonly onKept: (entry: SpoolEntry) => void;
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
    const { clock, counts, decodeText } = this.#tools;
    const now = clock.now();
    counts.scans += 1;
    counts.lastScanAtMs = now;
    const reading = readDocument(scan.raw, vietnamDate(now), decodeText);
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
      source.tell("duplicate");
      return;
    }
    const make: MakeEvent = (sequence) => {
      const arrival = this.#arrival(sequence, now, scan);
      return { id: arrival.id, json: encodeJson(createCheckIn(document, arrival, desk, source.facts)) };
    };
    this.#keep("checkin", make, (isKept) => {
      if (isKept) {
        counts.accepted += 1;
        counts.keptAfter(clock.monotonic() - startedAt);
        source.tell("accepted"); // not before the commit: a power cut must not lose an accepted check-in
      } else {
        counts.refused += 1;
        this.#duplicates.forget(code);
        source.tell("refused");
      }
    });
  }

  #reject(reading: Reading & { kind: "rejected" }, scan: Scan, source: ScanSource, now: number): void {
    const { clock, counts, desk, keyedHash } = this.#tools;
    counts.count(counts.rejected, reading.reason);
    source.tell("rejected");
    if (!this.#rejectedRate.allows(clock.monotonic())) {
      counts.rejectedUnreported += 1;
      return;
    }
    const rejection = rejectionOf(reading, scan.raw, keyedHash); // now: the reader uses the bytes again
    const make: MakeEvent = (sequence) => {
      const arrival = this.#arrival(sequence, now, scan);
      return { id: arrival.id, json: encodeJson(createRejected(rejection, arrival, desk, source.facts)) };
    };
    this.#keep("rejected", make, () => undefined);
  }

  #keep(stream: Stream, make: MakeEvent, done: (isKept: boolean) => void): void {
    const { spool, log, onKept, onSpool } = this.#tools;
    spool.append(stream, make, (kept) => {
      if (kept instanceof Error) {
        log.error({ reason: reasonOf(kept) }, "a scan could not be kept");
        onSpool(false);
        done(false);
        return;
      }
      onSpool(true);
      done(true);
      onKept(kept);
    });
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

/** Why nothing was kept, as a word for the log. */
function reasonOf(error: Error): string {
  if (error instanceof SpoolFull) return "spool-full";
  return isDiskTrouble(error) ? "disk-trouble" : error.message;
}
