// The door to SQLite: better-sqlite3 in the version that fits the Node it runs on.
import Sqlite12 from "better-sqlite3";
import Sqlite13 from "better-sqlite3-napi";

/**
 * Version 13 speaks Node-API and needs Node 22. Version 12 is for Node 20; compiled against Node 24.19 or newer it aborts
 * the process whenever a statement is collected (nodejs/node#65446). Neither loads its binary before it opens a file.
 */
const firstNodeForVersion13 = 22;
const isNodeApiReady = Number.parseInt(process.versions.node, 10) >= firstNodeForVersion13;

export const Sqlite: typeof Sqlite12 = isNodeApiReady ? Sqlite13 : Sqlite12;

/** One open file. */
export type SqliteFile = Sqlite12.Database;

/** The code of SQLite's own error (such as `SQLITE_FULL`), or undefined for any other. */
export function sqliteCode(error: unknown): string | undefined {
  return error instanceof Sqlite.SqliteError ? error.code : undefined;
}

/** The file itself is broken: trying again can't help. */
export function isDamage(error: unknown): boolean {
  const code = sqliteCode(error);
  return code === "SQLITE_NOTADB" || code?.startsWith("SQLITE_CORRUPT") === true;
}

/** The disk is full or can't be written: the caller must refuse new work and try again later. */
export function isDiskTrouble(error: unknown): boolean {
  return /^SQLITE_(FULL|IOERR|READONLY)/.test(sqliteCode(error) ?? "");
}

/** Another process is writing just now: the same is worth another try. */
export const isDiskBusy = (error: unknown): boolean => sqliteCode(error)?.startsWith("SQLITE_BUSY") === true;
