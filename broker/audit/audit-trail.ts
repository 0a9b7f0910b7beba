// The audit log of the running broker: gathers what is noted, writes it once a second beside the delivery, and says so when it can't.
import type { Clock, Log } from "../../protocol/host.ts";
import { isDiskBusy } from "../../store/sqlite.ts";
import type { Audit, AuditEntry } from "./audit.ts";
import type { AuditConfig } from "./audit-config.ts";
import { genesis, type Head, writeHead } from "./audit-record.ts";
import { AuditStore, type NewRecord, removedAtOnceMax } from "./audit-store.ts";
import { Bursts } from "./bursts.ts";

export interface AuditTrailOptions {
  readonly path: string;
  readonly config: AuditConfig;
  readonly clock: Clock;
  readonly log: Log;
}

/** What a health page shows of it. */
export interface AuditFacts {
  /** The newest record, and `SEQUENCE:HASH` of it. */
  readonly sequence: number;
  readonly head: string;
  /** Since the start: records written, attempts to write that failed, and records given up because too many waited. */
  readonly written: number;
  readonly failures: number;
  readonly lost: number;
  /** False from a failed attempt until one succeeds. */
  readonly isWritable: boolean;
}

/** From the first entry to its commit, in milliseconds: a flood shares a commit a second. */
const writeMs = 1_000;
/** Records that wait while the disk takes none. */
const waitingMax = 5_000;
/** How often old records are looked for and repetitions are swept, in milliseconds. */
const upkeepMs = 60_000;
const dayMs = 86_400_000;
/** The longest: a record is never kept too short. */
const daysAMonth = 31;

/** Nobody has shown yet who it is. */
const isOfStrangers = ({ action, result }: AuditEntry): boolean =>
  result === "refused" && (action === "connect" || action === "enrol");

export class AuditTrail implements Audit {
  readonly #options: AuditTrailOptions;
  /** What anybody on the network can bring about has a measure of its own: no flood of it hides who came in. */
  readonly #bursts = { ofStrangers: new Bursts(), ofKnown: new Bursts() };
  readonly #facts = { written: 0, failures: 0, lost: 0, isWritable: true };
  #store: AuditStore | undefined;
  #waiting: NewRecord[] = [];
  #head: Head = genesis;
  #headDay = 0;
  #trimAtMs = 0;
  #writeTimer: NodeJS.Timeout | undefined;
  readonly #upkeepTimer: NodeJS.Timeout;

  /** Opens the file, or tells that it can't be opened and tries again with each record. */
  constructor(options: AuditTrailOptions) {
    this.#options = options;
    this.#attempt(() => this.#opened());
    this.#upkeepTimer = setInterval(() => this.#keepUp(), upkeepMs);
  }

  note(entry: AuditEntry): void {
    const { clock } = this.#options;
    const bursts = this.#bursts[isOfStrangers(entry) ? "ofStrangers" : "ofKnown"];
    this.#wait(bursts.take(entry, clock.now(), clock.monotonic()));
  }

  /** Writes what waits, and logs the head: it goes where this machine can't change it. */
  tellHead(): void {
    this.#write();
    const { clock, log } = this.#options;
    this.#headDay = Math.floor(clock.now() / dayMs);
    if (!this.#attempt(() => this.#opened())) return; // commands append too
    log.info({ auditHead: writeHead(this.#head) }, "The head of the audit log");
  }

  facts(): AuditFacts {
    return { ...this.#facts, sequence: this.#head.sequence, head: writeHead(this.#head) };
  }

  close(): void {
    clearInterval(this.#upkeepTimer);
    for (const bursts of Object.values(this.#bursts)) for (const record of bursts.due(0, true)) this.#wait(record);
    this.tellHead();
    clearTimeout(this.#writeTimer);
    this.#store?.close();
    this.#store = undefined;
  }

  #wait(record: NewRecord | undefined): void {
    if (record === undefined) return;
    if (this.#waiting.length >= waitingMax) {
      this.#waiting.shift();
      this.#facts.lost += 1;
    }
    this.#waiting.push(record);
    this.#writeTimer ??= setTimeout(() => this.#write(), writeMs);
  }

  #write(): void {
    clearTimeout(this.#writeTimer);
    this.#writeTimer = undefined;
    const records = this.#waiting;
    if (records.length === 0) return;
    this.#waiting = [];
    const isWritten = this.#attempt(() => {
      this.#head = this.#opened().append(records);
      this.#facts.written += records.length;
    });
    if (isWritten) return;
    this.#waiting = records.concat(this.#waiting);
    this.#writeTimer ??= setTimeout(() => this.#write(), writeMs);
  }

  #keepUp(): void {
    const { clock } = this.#options;
    const now = clock.now();
    for (const bursts of Object.values(this.#bursts))
      for (const record of bursts.due(clock.monotonic())) this.#wait(record);
    if (clock.monotonic() >= this.#trimAtMs) this.#trim(now);
    if (Math.floor(now / dayMs) !== this.#headDay) this.tellHead();
  }

  #trim(now: number): void {
    const { clock, config } = this.#options;
    // A clock that was never set must not make everything old.
    const before = clock.isSynced() ? now - config.months * daysAMonth * dayMs : 0;
    this.#attempt(() => {
      const store = this.#opened();
      const removed = store.trim(before, config.recordsMax, now);
      this.#head = store.head();
      // Each time leaves a checkpoint in the chain, so what is old by then goes once a day, unless there is much of it.
      this.#trimAtMs = clock.monotonic() + (removed < removedAtOnceMax ? dayMs : 0);
    });
  }

  #opened(): AuditStore {
    const { path, clock } = this.#options;
    // A command that is writing just now is through with the next attempt: the broker doesn't stand still for it.
    this.#store ??= AuditStore.open(path, clock.now(), { waitMs: 0 });
    this.#head = this.#store.head();
    return this.#store;
  }

  #attempt(work: () => void): boolean {
    try {
      work();
      if (!this.#facts.isWritable) this.#options.log.info({}, "The audit log can be written again");
      this.#facts.isWritable = true;
      return true;
    } catch (error) {
      if (isDiskBusy(error)) return false;
      this.#facts.failures += 1;
      if (this.#facts.isWritable) this.#options.log.error({ error }, "The audit log can't be written");
      this.#facts.isWritable = false;
      return false;
    }
  }
}
