// Saves what can be read of a damaged file into a new one, table by table, around the broken pages.
import { isDiskTrouble, Sqlite, type SqliteFile } from "./sqlite.ts";

export interface Salvaged {
  /** Rows brought over, of each table. */
  readonly rows: Readonly<Record<string, number>>;
  /** Tables of which something could not be read. */
  readonly incomplete: ReadonlySet<string>;
}

interface Table {
  readonly name: string;
  readonly columns: readonly string[];
  /** In the order of the primary key; empty for a table that is ordered by its rowid. */
  readonly key: readonly string[];
}

/** Broken stretches of one table that are gone around: a file with more of them holds nothing worth the wait. */
const gapsMax = 10_000;
/** The distance over which a sound row is looked for behind a broken one; numbers of rows are far smaller. */
const distanceMax = 2 ** 40;

/** The new file takes no more, above all on a full disk. What is read but not written would be lost without a word. */
class WriteFailed extends Error {
  constructor(cause: unknown) {
    super("a saved row could not be written", { cause });
    this.name = "WriteFailed";
  }
}

/** The version of a damaged file's tables, 0 when that can't be read either. */
export function versionOf(path: string): number {
  try {
    const db = new Sqlite(path, { readonly: true });
    try {
      return Number(db.pragma("user_version", { simple: true }));
    } finally {
      db.close();
    }
  } catch {
    return 0;
  }
}

/**
 * Copies into the empty tables of `into` what their namesakes in the file at `path` still give away. The file stays as it is.
 * Throws what SQLite says when `into` takes no more.
 */
export function salvage(path: string, into: SqliteFile): Salvaged {
  let from: SqliteFile | undefined;
  try {
    return copyTables(() => (from ??= new Sqlite(path, { readonly: true })), into);
  } catch (error) {
    throw error instanceof WriteFailed ? error.cause : error;
  } finally {
    from?.close();
  }
}

function copyTables(open: () => SqliteFile, into: SqliteFile): Salvaged {
  const rows: Record<string, number> = {};
  const incomplete = new Set<string>();
  for (const table of tablesOf(into)) {
    try {
      const copy = new TableCopy(open(), into, table);
      if (table.key.length === 0) copy.byRowid();
      else copy.fromBothEnds();
      rows[table.name] = copy.rows;
      if (copy.isIncomplete) incomplete.add(table.name);
    } catch (error) {
      if (error instanceof WriteFailed) throw error;
      rows[table.name] ??= 0; // not even the table's beginning can be found
      incomplete.add(table.name);
    }
  }
  return { rows, incomplete };
}

function tablesOf(db: SqliteFile): readonly Table[] {
  const names = db
    .prepare<[], { name: string; wr: number }>(
      "SELECT name, wr FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%'",
    )
    .all();
  return names.map(({ name, wr }) => {
    const columns = db
      .prepare<[string], { name: string; pk: number }>("SELECT name, pk FROM pragma_table_info(?)")
      .all(name);
    const key = wr === 1 ? columns.filter(({ pk }) => pk > 0).sort((a, b) => a.pk - b.pk) : [];
    return { name, columns: columns.map((column) => column.name), key: key.map((column) => column.name) };
  });
}

class TableCopy {
  rows = 0;
  isIncomplete = false;
  readonly #from: SqliteFile;
  readonly #table: Table;
  readonly #columns: string;
  readonly #insert;

  constructor(from: SqliteFile, into: SqliteFile, table: Table) {
    this.#from = from;
    this.#table = table;
    this.#columns = table.columns.join(", ");
    const places = table.columns.map(() => "?").join(", ");
    this.#insert = into.prepare<unknown[]>(
      `INSERT OR REPLACE INTO ${table.name} (${this.#columns}) VALUES (${places})`,
    );
  }

  /** Upwards by number; a broken stretch is left at the next number behind it that can be read. */
  byRowid(): void {
    const { name } = this.#table;
    const above = this.#from
      .prepare<[number], unknown[]>(`SELECT rowid, ${this.#columns} FROM ${name} WHERE rowid > ? ORDER BY rowid`)
      .raw();
    const next = this.#from
      .prepare<[number], unknown[]>(
        `SELECT rowid, ${this.#columns} FROM ${name} WHERE rowid > ? ORDER BY rowid LIMIT 1`,
      )
      .raw();
    let last = -1;
    for (let gaps = 0; gaps < gapsMax; gaps += 1) {
      try {
        for (const [rowid, ...row] of above.iterate(last)) {
          last = Number(rowid);
          this.#keep(row);
        }
        return;
      } catch (error) {
        if (error instanceof WriteFailed) throw error;
        this.isIncomplete = true;
      }
      const readable = leastReadable(last, (number) => next.get(number) !== undefined);
      if (readable === undefined) return;
      last = readable;
    }
  }

  /** From the first row up to a broken page, and from the last down to one: keys of words can't be gone around. */
  fromBothEnds(): void {
    if (this.#walk("ASC")) return;
    this.isIncomplete = true;
    this.#walk("DESC");
  }

  #walk(direction: "ASC" | "DESC"): boolean {
    const { name, key } = this.#table;
    const order = key.map((column) => `${column} ${direction}`).join(", ");
    const rows = this.#from.prepare<[], unknown[]>(`SELECT ${this.#columns} FROM ${name} ORDER BY ${order}`).raw();
    try {
      for (const row of rows.iterate()) this.#keep(row);
      return true;
    } catch (error) {
      if (error instanceof WriteFailed) throw error;
      return false;
    }
  }

  #keep(row: unknown[]): void {
    try {
      this.rows += this.#insert.run(...row).changes;
    } catch (error) {
      if (isDiskTrouble(error)) throw new WriteFailed(error);
      this.isIncomplete = true; // what stands there fits the table no more
    }
  }
}

/** The least number above `last` behind which a row can be read, or undefined. Rows on one page break together. */
function leastReadable(last: number, isReadable: (number: number) => boolean): number | undefined {
  const test = (number: number) => {
    try {
      return isReadable(number);
    } catch {
      return false;
    }
  };
  let distance = 1;
  while (!test(last + distance)) {
    distance *= 2;
    if (distance > distanceMax) return undefined;
  }
  let broken = last + Math.floor(distance / 2);
  let readable = last + distance;
  while (readable - broken > 1) {
    const middle = Math.floor((broken + readable) / 2);
    if (test(middle)) readable = middle;
    else broken = middle;
  }
  return readable;
}
