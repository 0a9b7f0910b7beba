// Opens the one SQLite file of a process so that a committed transaction survives a power cut.
import { copyFileSync, existsSync, mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { acquit, type DamagedFile, DamageWatch, isSuspect } from "./damage-watch.ts";
import { makeLogRoom } from "./log-room.ts";
import { finishReplacement, type Replacement, replaceDamaged } from "./replace-damaged.ts";
import { isDamage, Sqlite, type SqliteFile } from "./sqlite.ts";
import { isLogDamaged, readWalTail, type WalTail } from "./wal-tail.ts";

export interface OpenOptions {
  /** SQL that brings an empty file to version 1, version 1 to version 2, and so on. Kept for ever, only appended to. */
  readonly migrations: readonly string[];
  /** Now, in milliseconds since 1970; names a file that had to be set aside. */
  readonly now: number;
  /**
   * Tables that may grow to gigabytes, ordered by rowid: in a long file they are not read before the first use, but by a
   * `SlowCheck` meanwhile. Without them every page is read each time.
   */
  readonly largeTables?: readonly string[];
  /** A new file can give space back to the disk, for one page more in some commits. */
  readonly shrinks?: boolean;
  /** Of a new file; SQLite's own choice is 4,096. */
  readonly pageBytes?: number;
  /** Makes the tables fit each other again after rows were lost; called within the transaction that saves the others. */
  readonly mend?: Replacement["mend"];
  /** For a file that must not lose a row: a damaged one is left where it is, and opening it throws. */
  readonly refusesDamage?: boolean;
  /** Has to end the process when the file turns out to be damaged at work; if not given, the error is thrown uncaught. */
  readonly onDamage?: (error: DamagedFile) => void;
}

export interface OpenedFile {
  readonly db: SqliteFile;
  /** To be told of errors at work. */
  readonly damage: DamageWatch;
  /** Where a damaged file was moved, when one stood in the way; it is never deleted. */
  readonly setAside: string | undefined;
  /** How many rows of it are in the new one, of each table, and what `mend` counted. */
  readonly salvaged: Readonly<Record<string, number>> | undefined;
  /** The write-ahead log as the last run left it; undefined after an orderly end. */
  readonly walTail: WalTail | undefined;
  /** Where a damaged log was copied, before SQLite dropped what stands behind the damage. */
  readonly walSetAside: string | undefined;
  /** Large tables that have not been looked at yet. */
  readonly unchecked: readonly string[];
}

/** Frames of the write-ahead log that are kept between checkpoints, in bytes: bounds the disk a quiet process holds. */
const walBytesMax = 16 * 1024 * 1024;
/** SQLite's cache of pages; a commit of many messages fits in. */
const cacheBytes = 4 * 1024 * 1024;
/** A file up to this length is read whole at each start: it takes a tenth of a second. */
const wholeCheckBytesMax = 64 * 1024 * 1024;

/**
 * Opens or makes the file. WAL with `synchronous=FULL`: COMMIT returns after the log was synced (SQLite, "Write-Ahead
 * Logging", 2.3). Deleted rows are overwritten with zeros, since they held personal data. A damaged file is set aside,
 * and what can be read of it is brought over into a new one.
 * Throws when the directory can't be written or the file was made by a newer version.
 */
export function openSqliteFile(path: string, options: OpenOptions): OpenedFile {
  const damage = new DamageWatch(path, options.onDamage);
  const nothingFound = { setAside: undefined, salvaged: undefined, walTail: undefined, walSetAside: undefined };
  if (path === ":memory:") return { db: open(path, options), damage, ...nothingFound, unchecked: [] };
  mkdirSync(dirname(path), { recursive: true, mode: 0o750 });
  finishReplacement(path, options.now);
  const wal = lookAtWal(path, options.now);
  const found = { ...nothingFound, ...wal, damage };
  // What was acknowledged is missing in the middle of such a log, so the tables may not fit each other any more.
  const isDoubtful = isSuspect(path) || wal.walSetAside !== undefined;
  try {
    const unchecked = isDoubtful || !isLong(path) ? [] : (options.largeTables ?? []);
    const db = open(path, options, isDoubtful ? "integrity_check" : "quick_check", unchecked);
    acquit(path);
    return { ...found, db, unchecked };
  } catch (error) {
    if (!isDamage(error) || options.refusesDamage === true) throw error;
    const { now, mend } = options;
    const replaced = replaceDamaged(path, { now, mend, make: (name, version) => make(name, options, version) });
    acquit(path);
    return { ...found, ...replaced, db: open(path, options), unchecked: [] };
  }
}

/** Every fault that SQLite finds in a file, at most `faultsMax`; empty if it is sound. Reads the whole file. */
export function faultsOf(db: SqliteFile, faultsMax = 100): readonly string[] {
  try {
    const found = db.pragma(`integrity_check(${faultsMax})`) as readonly { integrity_check: string }[];
    return found.map((row) => row.integrity_check).filter((fault) => fault !== "ok");
  } catch (error) {
    if (isDamage(error)) return [String(error)]; // so broken that not even the check can go on
    throw error;
  }
}

function open(
  path: string,
  options: OpenOptions,
  check: "quick_check" | "integrity_check" = "quick_check",
  unchecked: readonly string[] = [],
): SqliteFile {
  const db = new Sqlite(path, { timeout: 5_000 });
  try {
    shapeNew(db, options);
    db.pragma("journal_mode = WAL");
    db.pragma("synchronous = FULL");
    db.pragma("secure_delete = ON");
    db.pragma(`journal_size_limit = ${walBytesMax}`);
    db.pragma(`cache_size = ${-cacheBytes / 1_024}`);
    refuseDamage(db, check, unchecked);
    makeLogRoom(db);
    migrate(db, options.migrations);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** A file for rows that are saved from another: not durable until it is closed and synced. */
function make(path: string, options: OpenOptions, version: number): SqliteFile {
  const { migrations } = options;
  const db = new Sqlite(path);
  try {
    shapeNew(db, options);
    db.pragma("journal_mode = OFF");
    db.pragma("synchronous = OFF");
    db.pragma("secure_delete = ON");
    const known = version > 0 && version <= migrations.length ? version : migrations.length;
    migrate(db, migrations.slice(0, known));
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** What can only be chosen while a file is empty. */
function shapeNew(db: SqliteFile, { shrinks, pageBytes }: OpenOptions): void {
  if (Number(db.pragma("page_count", { simple: true })) > 0) return;
  if (pageBytes !== undefined) db.pragma(`page_size = ${pageBytes}`);
  if (shrinks === true) db.pragma("auto_vacuum = INCREMENTAL");
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

/** A broken page that only shows at work would end the process at every start, so pages are looked at before the first. */
function refuseDamage(db: SqliteFile, check: "quick_check" | "integrity_check", unchecked: readonly string[]): void {
  const verdicts =
    unchecked.length === 0
      ? [db.pragma(`${check}(1)`, { simple: true })]
      : tableNames(db)
          .filter((name) => !unchecked.includes(name))
          .map((name) => db.pragma(`${check}('${name}')`, { simple: true }));
  const fault = verdicts.find((verdict) => verdict !== "ok");
  if (fault !== undefined) throw new Sqlite.SqliteError(String(fault), "SQLITE_CORRUPT");
}

const tableNames = (db: SqliteFile): readonly string[] =>
  db.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all();

const isLong = (path: string): boolean => existsSync(path) && statSync(path).size > wholeCheckBytesMax;

function lookAtWal(path: string, now: number): Pick<OpenedFile, "walTail" | "walSetAside"> {
  const walTail = readWalTail(`${path}-wal`);
  if (walTail === undefined || !isLogDamaged(walTail)) return { walTail, walSetAside: undefined };
  const walSetAside = `${path}.damaged-${now}-wal`;
  copyFileSync(`${path}-wal`, walSetAside);
  return { walTail, walSetAside };
}
