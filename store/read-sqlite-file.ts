// Opens a SQLite file of a running or stopped process for reading beside it.
import { Sqlite, type SqliteFile } from "./sqlite.ts";

/** Throws when there is no such file. Nothing can be written through the answer. */
export function readSqliteFile(path: string): SqliteFile {
  return new Sqlite(path, { readonly: true, fileMustExist: true, timeout: 5_000 });
}
