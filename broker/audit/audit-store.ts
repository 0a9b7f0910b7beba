// The audit log on disk: one SQLite file of chained records, which the broker and commands may append to at once.
import { basename } from "node:path";
import { ownSqliteLikeFolder } from "../../store/new-file.ts";
import { readSqliteFile } from "../../store/read-sqlite-file.ts";
import type { SqliteFile } from "../../store/sqlite.ts";
import { openSqliteFile } from "../../store/sqlite-file.ts";
import {
  type AuditRecord,
  type ChainedRecord,
  chain,
  genesis,
  type Head,
  readHead,
  writeHead,
} from "./audit-record.ts";
import { type Verdict, verifyChain } from "./verify-chain.ts";

export const auditFileName = "audit.db";

const migrations = [
  `CREATE TABLE records (sequence INTEGER PRIMARY KEY, body TEXT NOT NULL, hash TEXT NOT NULL);
  CREATE TABLE checkpoints (sequence INTEGER PRIMARY KEY);`,
];

/** Records removed in one transaction: bounds how long the broker stands still for it. */
export const removedAtOnceMax = 500;

/** What is to be appended: everything but the place in the chain. */
export type NewRecord = Omit<AuditRecord, "sequence">;

export class AuditStore {
  readonly #db: SqliteFile;

  private constructor(db: SqliteFile) {
    this.#db = db;
  }

  /** Opens or makes the file, for writing. A damaged one is set aside, and the new chain says so. Throws when it can't be opened. */
  static open(path: string, now: number, options: { readonly waitMs: number }): AuditStore {
    const { db, setAside } = openSqliteFile(path, { migrations, now });
    ownSqliteLikeFolder(path);
    db.pragma(`busy_timeout = ${options.waitMs}`);
    const store = new AuditStore(db);
    if (store.head().sequence === 0) {
      const damaged = setAside === undefined ? {} : { why: "damaged", object: basename(setAside) };
      const result = setAside === undefined ? "ok" : "alarm";
      store.append([{ time: timeOf(now), action: "chain-begin", result, ...damaged }]);
    }
    return store;
  }

  /** For reading beside the processes that write. Throws when there is no such file. */
  static read(path: string): AuditStore {
    return new AuditStore(readSqliteFile(path));
  }

  head(): Head {
    const last = "SELECT sequence, hash FROM records ORDER BY sequence DESC LIMIT 1";
    return this.#db.prepare<[], Head>(last).get() ?? genesis;
  }

  /** In one transaction, behind whatever is there. Answers the new head. Throws when it can't be written. */
  append(records: readonly NewRecord[]): Head {
    return this.#db.transaction(() => this.#append(records)).immediate();
  }

  /**
   * Removes some of the oldest records: those from before a time (milliseconds since 1970), and those beyond a number.
   * A checkpoint in the chain says up to which one. Answers how many were removed.
   */
  trim(before: number, recordsMax: number, now: number): number {
    return this.#db
      .transaction(() => {
        const limit = timeOf(before);
        const beyond = this.head().sequence - recordsMax;
        const oldest = this.#db
          .prepare<[number], ChainedRecord>("SELECT * FROM records ORDER BY sequence LIMIT ?")
          .all(removedAtOnceMax);
        const kept = oldest.findIndex(({ sequence, body }) => sequence > beyond && timeIn(body) >= limit);
        const removed = kept < 0 ? oldest : oldest.slice(0, kept);
        const last = removed.at(-1);
        if (last === undefined) return 0;
        const { sequence } = this.#append([
          { time: timeOf(now), action: "checkpoint", result: "ok", object: writeHead(last) },
        ]);
        this.#db.prepare<[number]>("INSERT INTO checkpoints (sequence) VALUES (?)").run(sequence);
        this.#db.prepare<[number]>("DELETE FROM records WHERE sequence <= ?").run(last.sequence);
        this.#db.prepare<[number]>("DELETE FROM checkpoints WHERE sequence <= ?").run(last.sequence);
        return removed.length;
      })
      .immediate();
  }

  /** In their order. */
  records(): Iterable<ChainedRecord> {
    return this.#db.prepare<[], ChainedRecord>("SELECT * FROM records ORDER BY sequence").iterate();
  }

  /** The newest, in their order. */
  latest(count: number): readonly ChainedRecord[] {
    const newest = "SELECT * FROM records ORDER BY sequence DESC LIMIT ?";
    return this.#db.prepare<[number], ChainedRecord>(newest).all(count).reverse();
  }

  /** All of it, as it is at this moment. */
  verify(expected?: Head): Verdict {
    return this.#db.transaction(() => {
      const claims = this.#checkpointClaims();
      return verifyChain(this.records(), (sequence) => claims.get(sequence), expected);
    })();
  }

  close(): void {
    this.#db.close();
  }

  #append(records: readonly NewRecord[]): Head {
    const insert = this.#db.prepare<[number, string, string]>(
      "INSERT INTO records (sequence, body, hash) VALUES (?, ?, ?)",
    );
    let head = this.head();
    for (const record of records) {
      const { sequence, body, hash } = chain(head, record);
      insert.run(sequence, body, hash);
      head = { sequence, hash };
    }
    return head;
  }

  /** What the checkpoints say: by number, the hash of a record that was removed. They are part of the chain themselves. */
  #checkpointClaims(): ReadonlyMap<number, string> {
    const bodies = this.#db
      .prepare<[], string>("SELECT body FROM records WHERE sequence IN (SELECT sequence FROM checkpoints)")
      .pluck()
      .all();
    const claims = bodies.flatMap((body) => {
      const { action, object = "" } = readBody(body);
      const head = action === "checkpoint" ? readHead(object) : undefined;
      return head === undefined ? [] : [[head.sequence, head.hash] as const];
    });
    return new Map(claims);
  }
}

/** RFC 3339 in UTC: such times sort like texts. */
export const timeOf = (now: number): string => new Date(now).toISOString();

const timeIn = (body: string): string => readBody(body).time ?? "";

/** What a record holds; nothing of one that was damaged. */
export function readBody(body: string): Partial<AuditRecord> {
  try {
    return JSON.parse(body) as Partial<AuditRecord>;
  } catch {
    return {};
  }
}
