// Gives space back to the disk while there is little to do: pages of deleted rows in small steps, and the write-ahead log.
import type { GroupCommit } from "./group-commit.ts";
import type { SqliteFile } from "./sqlite.ts";

/** How often there may be a step, in milliseconds. */
const tickMs = 100;
/** Commits since the last tick up to which the file counts as quiet. */
const quietCommitsMax = 5;
/** Free pages that stay for what comes next, 16 MB: giving them back and asking again would cost more. */
const freePagesKept = 4_096;
/** Pages of one step; halved on a slow disk until a step takes no longer than `stepMsMax`. */
const stepPagesMost = 64;
const stepPagesLeast = 4;
/** Longest that one step should hold up a commit. */
const stepMsMax = 15;
/** A step is followed by a rest of so many times its length. */
const restFactor = 9;
/** How often the log is emptied, in milliseconds: each time costs a sync of the whole file. */
const emptyLogMs = 60_000;
/** How long a commit waits for somebody who reads the file, in milliseconds; `openSqliteFile` sets the same. */
const patienceMs = 5_000;

export class Compaction {
  readonly #db: SqliteFile;
  readonly #commit: GroupCommit;
  readonly #canShrink: boolean;
  #timer: NodeJS.Timeout | undefined;
  #commits = 0;
  #commitsAtEmptying = 0;
  #emptiedAt: number;
  #restsUntil = 0;
  #pages = stepPagesMost;

  constructor(db: SqliteFile, commit: GroupCommit) {
    this.#db = db;
    this.#commit = commit;
    const incremental = 2;
    this.#canShrink = Number(db.pragma("auto_vacuum", { simple: true })) === incremental;
    this.#emptiedAt = performance.now();
  }

  start(): void {
    this.#timer ??= setInterval(() => this.tick(), tickMs);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** One look, and at most one step. What the disk refuses is tried again. */
  tick(): void {
    const { commits } = this.#commit.figures;
    const isQuiet = this.#commit.depth === 0 && commits - this.#commits <= quietCommitsMax;
    this.#commits = commits;
    const now = performance.now();
    if (!isQuiet || now < this.#restsUntil) return;
    try {
      if (this.#canShrink && this.#freePages() > freePagesKept) this.#shrink(now);
      else if (commits !== this.#commitsAtEmptying && now - this.#emptiedAt >= emptyLogMs) this.emptyLog();
    } catch {
      this.#restsUntil = now + emptyLogMs; // a disk that is full now may have room later
    }
  }

  /** Brings all of the log into the file and cuts it to nothing, unless somebody reads just now. */
  emptyLog(): void {
    this.#emptiedAt = performance.now();
    this.#commitsAtEmptying = this.#commit.figures.commits;
    this.#db.pragma("busy_timeout = 0"); // a reader is not waited for: commits would wait too
    try {
      this.#db.pragma("wal_checkpoint(TRUNCATE)");
    } finally {
      this.#db.pragma(`busy_timeout = ${patienceMs}`);
    }
  }

  #shrink(began: number): void {
    this.#db.pragma(`incremental_vacuum(${this.#pages})`);
    this.#commitsAtEmptying = -1; // these pages went through the log too
    const ended = performance.now();
    const tookMs = ended - began;
    this.#restsUntil = ended + tookMs * restFactor;
    if (tookMs > stepMsMax) this.#pages = Math.max(stepPagesLeast, this.#pages / 2);
    else if (this.#pages < stepPagesMost) this.#pages += 1;
  }

  #freePages(): number {
    return Number(this.#db.pragma("freelist_count", { simple: true }));
  }
}
