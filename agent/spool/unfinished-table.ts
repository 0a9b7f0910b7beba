// The beginnings of scans whose packets a reader wants acknowledged one by one; erased with the last packet.
import type { ScanParts } from "../../protocol/driver/scan-parts.ts";
import type { GroupCommit } from "../../store/group-commit.ts";
import type { SqliteFile } from "../../store/sqlite.ts";

export const unfinishedMigration = `CREATE TABLE unfinished (
     reader  TEXT PRIMARY KEY,
     bytes   BLOB NOT NULL,
     kept_at INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;`;

/** A reader sends the rest of a scan within seconds; of one that was unplugged for good nothing may stay on the disk. */
const keptMsMax = 60_000;

export class UnfinishedTable {
  readonly #commits: GroupCommit;
  readonly #now: () => number;
  readonly #select;
  readonly #insert;
  readonly #delete;
  readonly #deleteOld;

  constructor(db: SqliteFile, commits: GroupCommit, now: () => number) {
    this.#commits = commits;
    this.#now = now;
    this.#select = db.prepare<[string], { bytes: Uint8Array; keptAt: number }>(
      "SELECT bytes, kept_at AS keptAt FROM unfinished WHERE reader = ?",
    );
    this.#insert = db.prepare<[string, Uint8Array, number]>(
      "INSERT OR REPLACE INTO unfinished (reader, bytes, kept_at) VALUES (?, ?, ?)",
    );
    this.#delete = db.prepare<[string]>("DELETE FROM unfinished WHERE reader = ?");
    this.#deleteOld = db.prepare<[number, number]>("DELETE FROM unfinished WHERE kept_at NOT BETWEEN ? AND ?");
  }

  /** Within a transaction: erases the beginnings that no reader will finish, and those of a clock that was ahead. */
  wipe(): void {
    const now = this.#now();
    this.#deleteOld.run(now - keptMsMax, now + keptMsMax);
  }

  of(reader: string): ScanParts {
    return {
      read: () => {
        const row = this.#select.get(reader);
        return row === undefined ? undefined : { bytes: row.bytes, ageMs: this.#now() - row.keptAt };
      },
      keep: (bytes, done) => {
        const copy = bytes.slice();
        this.#commits.add(
          () => {
            if (copy.length === 0) this.#delete.run(reader);
            else this.#insert.run(reader, copy, this.#now());
          },
          (error) => done(error === undefined),
        );
      },
    };
  }
}
