// Readers that IT has switched off: they stay off over a restart of the desk.
import type { SqliteFile } from "../../store/sqlite.ts";

export const switchedOffMigration = "CREATE TABLE switched_off (reader TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;";

export function readSwitchedOff(db: SqliteFile): string[] {
  return db.prepare<[], string>("SELECT reader FROM switched_off").pluck().all();
}

/** Within a transaction. */
export function writeSwitch(db: SqliteFile, reader: string, isOn: boolean): void {
  const sql = isOn
    ? "DELETE FROM switched_off WHERE reader = ?"
    : "INSERT OR IGNORE INTO switched_off (reader) VALUES (?)";
  db.prepare<[string]>(sql).run(reader);
}
