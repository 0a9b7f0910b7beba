// Reads long tables a little at a time while they are in use, so that a broken page is found before it is needed.
import type { DamageWatch } from "./damage-watch.ts";
import type { SqliteFile } from "./sqlite.ts";

/** Rows of one step: 200 kB of check-ins, a few milliseconds from a slow card. */
const rowsAtOnce = 100;
/** Between two steps: a million messages take a quarter of an hour, and nobody else notices. */
const restMs = 100;

interface Slice {
  /** The last row that was read; null behind the last. */
  readonly last: number | null;
}

export class SlowCheck {
  readonly #damage: DamageWatch;
  readonly #readers: ((after: number) => Slice | undefined)[];
  #timer: NodeJS.Timeout | undefined;

  /** The tables are ordered by rowid. Nothing is read before `start`. */
  constructor(db: SqliteFile, tables: readonly string[], damage: DamageWatch) {
    this.#damage = damage;
    this.#readers = tables.map((table) => {
      const columns = db.prepare<[string], string>("SELECT name FROM pragma_table_info(?)").pluck().all(table);
      // The last byte of a long value stands on its last page, so all of its pages are read.
      const ends = columns.map((column) => `coalesce(length(substr(CAST(${column} AS BLOB), -1)), 0)`).join(" + ");
      const slice = db.prepare<[number, number], Slice>(
        `SELECT max(number) AS last, sum(ends) AS ends
         FROM (SELECT rowid AS number, ${ends} AS ends FROM ${table} WHERE rowid > ? ORDER BY rowid LIMIT ?)`,
      );
      return (after) => slice.get(after, rowsAtOnce);
    });
  }

  /** `done` is called when every row that was there has been read. Damage goes to the watch, and ends the check. */
  start(done: () => void): void {
    let after = -1;
    const step = () => {
      const read = this.#readers[0];
      if (read === undefined) {
        done();
        return;
      }
      try {
        const last = read(after)?.last ?? null;
        if (last === null) this.#readers.shift();
        after = last ?? -1;
      } catch (error) {
        this.#damage.note(error);
        return;
      }
      this.#timer = setTimeout(step, restMs);
    };
    this.#timer = setTimeout(step, restMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
