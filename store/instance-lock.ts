// Lets one process at a time own a data directory; the lock goes with the process, however it ends.
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { ownLikeFolder } from "./new-file.ts";
import { Sqlite, type SqliteFile, sqliteCode } from "./sqlite.ts";

/** What this process holds: the collector would close a file, and so free its lock, that nothing refers to. */
const held = new Set<SqliteFile>();

/** Throws `AlreadyRunning` when another process holds the lock. Call the answer to let go. */
export function lockInstance(path: string): () => void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o750 });
  const db = new Sqlite(path, { timeout: 0 });
  try {
    ownLikeFolder(path); // root may lock it for a command; the service has to open it afterwards
    db.pragma("journal_mode = DELETE");
    db.exec("BEGIN EXCLUSIVE"); // an operating-system lock on the file: nothing is left behind by kill -9
  } catch (error) {
    db.close();
    if (sqliteCode(error)?.startsWith("SQLITE_BUSY")) throw new AlreadyRunning(path);
    throw error;
  }
  held.add(db);
  return () => {
    held.delete(db);
    db.close();
  };
}

export class AlreadyRunning extends Error {
  constructor(path: string) {
    super(`Một tiến trình khác đang dùng thư mục này | Another process uses this directory: ${path}`);
    this.name = "AlreadyRunning";
  }
}
