// Gives the write-ahead log its room on the disk before the first commit.
import { existsSync, statfsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { isDiskTrouble, type SqliteFile } from "./sqlite.ts";

/**
 * A commit that makes the log longer waits for the file system's own log too: three times as long at the median as one that
 * overwrites, and ten times now and then. So the log gets its length at once, by a transaction that outgrows the cache
 * and is rolled back: nothing of it is in the database, and each further run of the log has other salts.
 * Call it before the first write to a file in WAL mode. On a disk that is nearly full the log stays short.
 */
export function makeLogRoom(db: SqliteFile): void {
  const pageBytes = Number(db.pragma("page_size", { simple: true }));
  const pages = Number(db.pragma("wal_autocheckpoint", { simple: true }));
  const bytes = pages * pageBytes;
  const log = `${db.name}-wal`;
  if (db.memory || (existsSync(log) && statSync(log).size >= bytes) || bytes > shareMax * freeBytes(log)) return;
  const cachePages = Number(db.pragma("cache_size", { simple: true }));
  db.pragma(`cache_size = ${cachePagesMeanwhile}`);
  try {
    db.exec("BEGIN IMMEDIATE; CREATE TABLE room (zeros)");
    db.prepare<[number]>("INSERT INTO room VALUES (zeroblob(?))").run(bytes + 2 * cachePagesMeanwhile * pageBytes);
  } catch (error) {
    if (!isDiskTrouble(error)) throw error;
  } finally {
    if (db.inTransaction) db.exec("ROLLBACK");
    db.pragma(`cache_size = ${cachePages}`);
  }
}

/** What does not fit into it goes into the log before the end of the transaction. */
const cachePagesMeanwhile = 16;
/** Of what is free on the disk: the room must not take what the events need. */
const shareMax = 0.05;

function freeBytes(path: string): number {
  const { bavail, bsize } = statfsSync(dirname(path));
  return bavail * bsize;
}
