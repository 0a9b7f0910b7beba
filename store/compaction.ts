// Gives space back to the disk while there is little to do: pages of deleted rows in small steps, and the write-ahead log.
import type { DamageWatch } from "./damage-watch.ts";
import type { GroupCommit } from "./group-commit.ts";
import { makeLogRoom } from "./log-room.ts";
import type { SqliteFile } from "./sqlite.ts";

/** How often there may be a step, in milliseconds. */
const tickMs = 100;
/** Commits since the last tick up to which the file counts as quiet. */
const quietCommitsMax = 5;
/** Free pages that stay for what comes next, in bytes: giving them back and asking again would cost more. */
const freeBytesKept = 16 * 1024 * 1024;
/** Pages of one step; halved on a slow disk until a step takes no longer than `stepMsMax`. */
const stepPagesMost = 64;
const stepPagesLeast = 4;
/** Longest that one step should hold up a commit. */
const stepMsMax = 15;
/** A step is followed by a rest of so many times its length. */
const restFactor = 9;
/** How often the log is emptied, in milliseconds: deleted rows held personal data, and stand there until it is. Each time writes its room anew. */
const emptyLogMs = 6 * 3_600_000;
/** What the disk refused is tried again after that time, in milliseconds. */
const retryMs = 60_000;
/** How long a commit waits for somebody who reads the file, in milliseconds; `openSqliteFile` sets the same. */
const patienceMs = 5_000;

export class Compaction {
  readonly #db: SqliteFile;
  readonly #commit: GroupCommit;
  readonly #damage: DamageWatch | undefined;
  readonly #canShrink: boolean;
  readonly #freePagesKept: number;
  #timer: NodeJS.Timeout | undefined;
  #commits = 0;
  #commitsAtEmptying = 0;
  #emptiedAt: number;
  #restsUntil = 0;
  #pages = stepPagesMost;

  constructor(db: SqliteFile, commit: GroupCommit, damage?: DamageWatch) {
    this.#db = db;
    this.#commit = commit;
    this.#damage = damage;
    const incremental = 2;
    this.#canShrink = Number(db.pragma("auto_vacuum", { simple: true })) === incremental;
    this.#freePagesKept = freeBytesKept / Number(db.pragma("page_size", { simple: true }));
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
      if (this.#canShrink && this.#freePages() > this.#freePagesKept) this.#shrink(now);
      else if (commits !== this.#commitsAtEmptying && now - this.#emptiedAt >= emptyLogMs) this.emptyLog();
    } catch (error) {
      this.#damage?.note(error);
      this.#restsUntil = now + retryMs; // a disk that is full now may have room later
    }
  }

  /** Brings all of the log into the file and leaves nothing in it, unless somebody reads just now. */
  emptyLog(): void {
    this.#emptiedAt = performance.now();
    this.#commitsAtEmptying = this.#commit.figures.commits;
    this.#db.pragma("busy_timeout = 0"); // a reader is not waited for: commits would wait too
    try {
      this.#db.pragma("wal_checkpoint(TRUNCATE)");
    } finally {
      this.#db.pragma(`busy_timeout = ${patienceMs}`);
    }
    makeLogRoom(this.#db);
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
