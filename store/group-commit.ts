// Gathers the writes of one turn of the event loop into one durable transaction.
import type { DamageWatch } from "./damage-watch.ts";
import { isDiskTrouble, type SqliteFile } from "./sqlite.ts";

interface Step {
  readonly work: () => void;
  readonly done: (error: Error | undefined) => void;
}

/** Since the start. */
export interface CommitFigures {
  readonly commits: number;
  /** Writes that these commits carried. */
  readonly steps: number;
  /** Commits that the disk refused. */
  readonly failures: number;
  /** The disk refused the last one, and has taken none since. */
  readonly isRefused: boolean;
}

/** Writes that one transaction carries at the most: bounds how long the event loop stands still for one commit. */
const stepsPerCommitMax = 512;

/**
 * One durable write queue over one SQLite file. Steps run in the order they were added; `done` of each is called, in
 * the same order, after the COMMIT that holds it has reached the disk. A step that throws fails alone.
 */
export class GroupCommit {
  readonly #db: SqliteFile;
  readonly #restMs: number;
  readonly #onBegin: () => void;
  readonly #damage: DamageWatch | undefined;
  #waiting: Step[] = [];
  #scheduled = false;
  #rest: NodeJS.Timeout | undefined;
  readonly #figures = { commits: 0, steps: 0, failures: 0, isRefused: false };

  /**
   * `restMs` is how long the queue gathers after a commit before the next one: 0 serves callers that wait for each
   * answer, a few milliseconds those that keep sending. The first write after a pause never waits.
   * `damage` hears of every write that failed.
   * `onBegin` is called at the start of each transaction: what steps count in memory starts again from what is committed.
   */
  constructor(
    db: SqliteFile,
    options: { readonly restMs?: number; readonly onBegin?: () => void; readonly damage?: DamageWatch } = {},
  ) {
    this.#db = db;
    this.#restMs = options.restMs ?? 0;
    this.#damage = options.damage;
    this.#onBegin = options.onBegin ?? (() => undefined);
  }

  /** How many steps wait for the next commit. */
  get depth(): number {
    return this.#waiting.length;
  }

  get figures(): CommitFigures {
    return { ...this.#figures };
  }

  /** Adds a step to the next transaction. `work` is synchronous and may run twice (the second time alone, in a transaction of its own). */
  add(work: () => void, done: (error: Error | undefined) => void): void {
    this.#waiting.push({ work, done });
    this.#schedule();
  }

  /** Like `add`, for callers that wait for one write. Rejects with the step's own error. */
  run<T>(work: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      let answer: T;
      this.add(
        () => {
          answer = work();
        },
        (error) => (error ? reject(error) : resolve(answer)),
      );
    });
  }

  /** Commits everything that waits, now; for closing down. */
  flush(): void {
    while (this.#waiting.length > 0) this.#commitBatch();
  }

  #schedule(): void {
    if (this.#scheduled || this.#rest !== undefined || this.#waiting.length === 0) return;
    this.#scheduled = true;
    // Senders that keep sending fill the rest after the commit; the first of them need not wait for the end of the turn.
    if (this.#restMs > 0) process.nextTick(this.#commitTurn);
    else setImmediate(this.#commitTurn);
  }

  readonly #commitTurn = (): void => {
    this.#scheduled = false;
    if (this.#waiting.length === 0) return; // a flush was quicker
    if (this.#restMs > 0) this.#rest = setTimeout(this.#rested, this.#restMs);
    this.#commitBatch();
    this.#schedule();
  };

  readonly #rested = (): void => {
    this.#rest = undefined;
    if (this.#waiting.length > 0) this.#commitTurn();
  };

  #commitBatch(): void {
    const steps = this.#waiting.length > stepsPerCommitMax ? this.#waiting.splice(0, stepsPerCommitMax) : this.#waiting;
    if (steps === this.#waiting) this.#waiting = [];
    const error = this.#commit(steps);
    if (error === undefined || steps.length === 1) {
      for (const step of steps) step.done(error);
      return;
    }
    // One of them failed and took the others along: each again, by itself.
    for (const step of steps) step.done(this.#commit([step]));
  }

  #commit(steps: readonly Step[]): Error | undefined {
    try {
      this.#db.exec("BEGIN IMMEDIATE");
      this.#onBegin();
      for (const step of steps) step.work();
      this.#db.exec("COMMIT");
      this.#figures.commits += 1;
      this.#figures.steps += steps.length;
      this.#figures.isRefused = false;
      return undefined;
    } catch (error) {
      if (isDiskTrouble(error)) {
        this.#figures.failures += 1;
        this.#figures.isRefused = true;
      }
      if (this.#db.inTransaction) this.#db.exec("ROLLBACK");
      this.#damage?.note(error);
      return error instanceof Error ? error : new Error(String(error));
    }
  }
}
