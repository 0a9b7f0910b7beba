// What is known of each account besides its rights: when it was last used, and from which networks. One small durable file, which a command may write too.
import { ownSqliteLikeFolder } from "../../store/new-file.ts";
import { readSqliteFile } from "../../store/read-sqlite-file.ts";
import type { SqliteFile } from "../../store/sqlite.ts";
import { openSqliteFile } from "../../store/sqlite-file.ts";

export const accountStoreName = "accounts.db";

export const dayMs = 86_400_000;
/** Whole days since 1970, UTC: coarse on purpose, it says nothing of anybody's working hours. */
export const dayOf = (now: number): number => Math.floor(now / dayMs);

export interface Place {
  readonly user: string;
  readonly network: string;
  readonly day: number;
}

const migrations = [
  `
  CREATE TABLE uses (user TEXT PRIMARY KEY, day INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE places (
    user TEXT NOT NULL, network TEXT NOT NULL, day INTEGER NOT NULL, PRIMARY KEY (user, network)) WITHOUT ROWID;
  `,
];

export class AccountStore {
  readonly setAside: string | undefined;
  readonly #db: SqliteFile;

  /** Opens or makes the file. Throws when it can't be opened. */
  constructor(path: string, now: number) {
    const { db, setAside } = openSqliteFile(path, { migrations, now });
    ownSqliteLikeFolder(path);
    this.#db = db;
    this.setAside = setAside;
  }

  lastUse(user: string): number | undefined {
    return this.#db.prepare<[string], number>("SELECT day FROM uses WHERE user = ?").pluck().get(user);
  }

  uses(): ReadonlyMap<string, number> {
    return usesIn(this.#db);
  }

  places(): readonly Place[] {
    return this.#db.prepare<[], Place>("SELECT user, network, day FROM places ORDER BY day").all();
  }

  /** Writes it all in one transaction. */
  write(changed: {
    readonly uses?: ReadonlyMap<string, number>;
    readonly places?: readonly Place[];
    readonly forgotten?: readonly Omit<Place, "day">[];
  }): void {
    const use = this.#db.prepare<[string, number]>("INSERT OR REPLACE INTO uses (user, day) VALUES (?, ?)");
    const place = this.#db.prepare<[string, string, number]>(
      "INSERT OR REPLACE INTO places (user, network, day) VALUES (?, ?, ?)",
    );
    const forget = this.#db.prepare<[string, string]>("DELETE FROM places WHERE user = ? AND network = ?");
    this.#db
      .transaction(() => {
        for (const [user, day] of changed.uses ?? []) use.run(user, day);
        for (const { user, network } of changed.forgotten ?? []) forget.run(user, network);
        for (const { user, network, day } of changed.places ?? []) place.run(user, network, day);
      })
      .immediate();
  }

  /** Forgets everything of a user who is gone. */
  remove(user: string): void {
    this.#db
      .transaction(() => {
        this.#db.prepare<[string]>("DELETE FROM uses WHERE user = ?").run(user);
        this.#db.prepare<[string]>("DELETE FROM places WHERE user = ?").run(user);
      })
      .immediate();
  }

  close(): void {
    this.#db.close();
  }
}

/** The day of each account's last use, read beside the broker: nothing is made or set aside. Throws when it can't be read. */
export function readUses(path: string): ReadonlyMap<string, number> {
  const db = readSqliteFile(path);
  try {
    return usesIn(db);
  } finally {
    db.close();
  }
}

function usesIn(db: SqliteFile): ReadonlyMap<string, number> {
  const rows = db.prepare<[], { user: string; day: number }>("SELECT user, day FROM uses").all();
  return new Map(rows.map(({ user, day }) => [user, day]));
}
