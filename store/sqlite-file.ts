// Opens the one SQLite file of a process so that a committed transaction survives a power cut.
import { existsSync, mkdirSync, renameSync } from "node:fs";
import { dirname } from "node:path";
import { Sqlite, type SqliteFile, sqliteCode } from "./sqlite.ts";

export interface OpenOptions {
  /** SQL that brings an empty file to version 1, version 1 to version 2, and so on. Kept for ever, only appended to. */
  readonly migrations: readonly string[];
  /** Now, in milliseconds since 1970; names a file that had to be set aside. */
  readonly now: number;
}

export interface OpenedFile {
  readonly db: SqliteFile;
  /** Where a damaged file was moved, when one stood in the way; it is never deleted. */
  readonly setAside: string | undefined;
}

/** Frames of the write-ahead log that are kept between checkpoints, in bytes: bounds the disk a quiet process holds. */
const walBytesMax = 16 * 1024 * 1024;

/**
 * Opens or makes the file. WAL with `synchronous=FULL`: COMMIT returns after the log was synced (SQLite, "Write-Ahead
 * Logging", 2.3). Deleted rows are overwritten with zeros, since they held personal data.
 * Throws when the directory can't be written or the file was made by a newer version.
 */
export function openSqliteFile(path: string, options: OpenOptions): OpenedFile {
  if (path !== ":memory:") mkdirSync(dirname(path), { recursive: true, mode: 0o750 });
  try {
    return { db: open(path, options.migrations), setAside: undefined };
  } catch (error) {
    if (!isDamage(error)) throw error;
    const setAside = `${path}.damaged-${options.now}`;
    for (const suffix of ["", "-wal", "-shm"]) {
      if (existsSync(path + suffix)) renameSync(path + suffix, setAside + suffix);
    }
    return { db: open(path, options.migrations), setAside };
  }
}

function open(path: string, migrations: readonly string[]): SqliteFile {
  const db = new Sqlite(path, { timeout: 5_000 });
  try {
    db.pragma("journal_mode = WAL");
    db.pragma("synchronous = FULL");
    db.pragma("secure_delete = ON");
    db.pragma(`journal_size_limit = ${walBytesMax}`);
    refuseDamage(db);
    migrate(db, migrations);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function migrate(db: SqliteFile, migrations: readonly string[]): void {
  const version = Number(db.pragma("user_version", { simple: true }));
  if (version > migrations.length) {
    throw new Error(
      `${db.name} was written by a newer version (${version} > ${migrations.length}); update this program`,
    );
  }
  for (let next = version; next < migrations.length; next += 1) {
    const step = migrations[next] ?? "";
    db.transaction(() => {
      db.exec(step);
      db.pragma(`user_version = ${next + 1}`);
    })();
  }
}

/** A broken page that only shows at work would end the process at every start, so each page is looked at before the first. */
function refuseDamage(db: SqliteFile): void {
  const verdict = db.pragma("quick_check(1)", { simple: true });
  if (verdict !== "ok") throw new Sqlite.SqliteError(String(verdict), "SQLITE_CORRUPT");
}

/** The file itself is broken: trying again can't help, setting it aside can. */
function isDamage(error: unknown): boolean {
  const code = sqliteCode(error);
  return code === "SQLITE_NOTADB" || code?.startsWith("SQLITE_CORRUPT") === true;
}
