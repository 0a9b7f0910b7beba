// Opens a SQLite file of a running or stopped process for reading beside it.
import { existsSync } from "node:fs";
import { ownLike } from "./new-file.ts";
import { Sqlite, type SqliteFile } from "./sqlite.ts";

/** Throws when there is no such file. Nothing can be written through the answer. */
export function readSqliteFile(path: string): SqliteFile {
  const db = new Sqlite(path, { readonly: true, fileMustExist: true, timeout: 5_000 });
  try {
    db.pragma("schema_version"); // the first look makes the files beside it
    giveBesideToOwner(path);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** What root made by reading must not keep the file's owner from opening it. */
function giveBesideToOwner(path: string): void {
  for (const beside of [`${path}-wal`, `${path}-shm`]) if (existsSync(beside)) ownLike(beside, path);
}
