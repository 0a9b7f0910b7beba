// Gives the write-ahead log its room on the disk before the first commit.
import { closeSync, existsSync, openSync, statfsSync, statSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import type { SqliteFile } from "./sqlite.ts";

/**
 * A commit that makes the log longer waits for the file system's own log too: three times as long at the median as one that
 * overwrites, and ten times now and then. So the log gets its length at once, by zeros behind all that stands in it: they
 * are of no run of the log, so SQLite, and whoever looks for what a crash left, pass over them.
 * Call it when the file has been read in WAL mode. On a disk that is nearly full the log stays short.
 */
export function makeLogRoom(db: SqliteFile): void {
  const log = `${db.name}-wal`;
  if (db.memory || !existsSync(log)) return;
  const pageBytes = Number(db.pragma("page_size", { simple: true }));
  const pages = Number(db.pragma("wal_autocheckpoint", { simple: true })) + pagesOfLastCommit;
  const bytes = pages * (pageBytes + frameHeaderBytes);
  const missing = bytes - statSync(log).size;
  if (missing <= 0 || bytes > shareMax * freeBytes(log)) return;
  const file = openSync(log, "a"); // never over what is there; SQLite locks another file, so closing this one frees no lock
  try {
    writeSync(file, Buffer.alloc(missing));
  } catch {
    // a full disk: the log stays short
  } finally {
    closeSync(file);
  }
}

/** The log is begun anew after the commit that brings it to its bound. */
const pagesOfLastCommit = 32;
const frameHeaderBytes = 24;
/** Of what is free on the disk: the room must not take what the events need. */
const shareMax = 0.05;

function freeBytes(path: string): number {
  const { bavail, bsize } = statfsSync(dirname(path));
  return bavail * bsize;
}
