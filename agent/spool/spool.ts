// The desk's durable queue: an event is accepted when it is committed here, and leaves only after its receipt.
import type { ScanParts } from "../../protocol/driver/scan-parts.ts";
import type { TakenScans } from "../../protocol/driver/taken-scans.ts";
import type { DamageWatch } from "../../store/damage-watch.ts";
import { GroupCommit } from "../../store/group-commit.ts";
import type { SqliteFile } from "../../store/sqlite.ts";
import { type OpenedFile, openSqliteFile } from "../../store/sqlite-file.ts";
import { mendSpool } from "./mend-spool.ts";
import { type Numbers, readNumbers, readStatus, type SpoolStatus, type Stream } from "./read-spool.ts";
import { readSwitchedOff, switchedOffMigration, writeSwitch } from "./switched-off-table.ts";
import { type TakenScan, TakenTable, takenMigration } from "./taken-table.ts";
import { UnfinishedTable, unfinishedMigration } from "./unfinished-table.ts";

export interface SpoolEntry {
  /** Order over all streams; never reused. */
  readonly position: number;
  readonly stream: Stream;
  readonly id: string;
  readonly json: string;
}

/** What the caller wants kept: made inside the transaction, because the sequence is known only there. May be called twice. */
export type MakeEvent = (sequence: number) => { readonly id: string; readonly json: string };

export interface SpoolLimits {
  /** Events without a receipt: beyond it a scan is refused, and the desk is told. */
  readonly waitingMax: number;
}

/** Nothing more can be kept until the broker takes some: the desk must stop accepting. */
export class SpoolFull extends Error {
  constructor(waitingMax: number) {
    super(`Hàng đợi đã đầy | The spool is full: ${waitingMax} events wait for the broker`);
    this.name = "SpoolFull";
  }
}

/**
 * An event waits for its receipt as long as it has a row in `waiting`: a receipt touches that narrow table only, not the
 * event again. `counter` holds the last numbers of events that were wiped; those of the others stand in their rows, so
 * that keeping an event writes two pages and no more.
 */
export const spoolMigrations = [
  `CREATE TABLE event (
     position INTEGER PRIMARY KEY,
     stream   TEXT NOT NULL,
     sequence INTEGER NOT NULL,
     id       TEXT NOT NULL,
     json     TEXT NOT NULL,
     taken_at INTEGER NOT NULL
   ) STRICT;
   CREATE TABLE waiting (position INTEGER PRIMARY KEY, parked_at INTEGER) STRICT;
   CREATE TABLE counter (name TEXT PRIMARY KEY, last INTEGER NOT NULL) STRICT, WITHOUT ROWID;
   INSERT INTO counter VALUES ('position', 0), ('checkin', 0), ('rejected', 0);`,
  takenMigration,
  switchedOffMigration,
  unfinishedMigration,
];

/** After a commit the next one gathers this long: under load it halves the syncs, and a desk is seldom under load. */
const restMs = 4;

/** Rows wiped in one transaction: bounds how long a wipe holds up the next scan. */
const wipeRowsMax = 500;

export class Spool {
  readonly #db: SqliteFile;
  readonly #damage: DamageWatch | undefined;
  readonly #commits: GroupCommit;
  readonly #limits: SpoolLimits;
  readonly #now: () => number;
  readonly #taken: TakenTable;
  readonly #unfinished: UnfinishedTable;
  #waiting: number;
  /** The last numbers given to events on the disk. */
  #committed: Numbers;
  /** The same within the transaction under way; forgotten when it fails. */
  #draft: Numbers;

  readonly #insert;
  readonly #wait;
  readonly #selectNext;
  readonly #endWait;
  readonly #endParking;
  readonly #park;

  constructor(db: SqliteFile, limits: SpoolLimits, now: () => number, damage?: DamageWatch) {
    this.#db = db;
    this.#damage = damage;
    this.#committed = readNumbers(db);
    this.#draft = this.#committed;
    const onBegin = () => {
      this.#draft = { ...this.#committed };
    };
    this.#commits = new GroupCommit(db, { restMs, onBegin, ...(damage !== undefined && { damage }) });
    this.#taken = new TakenTable(db);
    this.#unfinished = new UnfinishedTable(db, this.#commits, now);
    this.#limits = limits;
    this.#now = now;
    this.#insert = db.prepare<[number, string, number, string, string, number]>(
      "INSERT INTO event (position, stream, sequence, id, json, taken_at) VALUES (?, ?, ?, ?, ?, ?)",
    );
    this.#wait = db.prepare<[number]>("INSERT INTO waiting (position) VALUES (?)");
    this.#selectNext = db.prepare<[number, number], SpoolEntry>(
      `SELECT position, stream, id, json FROM waiting JOIN event USING (position)
       WHERE position > ? AND parked_at IS NULL ORDER BY position LIMIT ?`,
    );
    this.#endWait = db.prepare<[number, number]>(
      "DELETE FROM waiting WHERE position BETWEEN ? AND ? AND parked_at IS NULL",
    );
    this.#endParking = db.prepare<[number, number]>("DELETE FROM waiting WHERE position BETWEEN ? AND ?");
    this.#park = db.prepare<[number, number]>(
      "UPDATE waiting SET parked_at = ? WHERE position = ? AND parked_at IS NULL",
    );
    this.#waiting = readStatus(db).waiting;
  }

  /** How many events wait for a receipt. */
  get waiting(): number {
    return this.#waiting;
  }

  /**
   * Keeps an event, and in the same transaction the number that the reader gave to its scan. `done` gets the entry once
   * it is on the disk, or the error that kept it from getting there (`SpoolFull`, or what the disk said); then nothing
   * was kept and no sequence number was spent.
   */
  append(stream: Stream, make: MakeEvent, done: (kept: SpoolEntry | Error) => void, taken?: TakenScan): void {
    if (this.#waiting >= this.#limits.waitingMax) {
      done(new SpoolFull(this.#limits.waitingMax));
      return;
    }
    this.#waiting += 1; // counted before the commit, so that one burst can't overrun the limit
    let entry: SpoolEntry | undefined;
    this.#commits.add(
      () => {
        this.#draft.position += 1;
        this.#draft[stream] += 1;
        const { position, [stream]: sequence } = this.#draft;
        const { id, json } = make(sequence);
        this.#insert.run(position, stream, sequence, id, json, this.#now());
        this.#wait.run(position);
        if (taken !== undefined) this.#taken.write(taken);
        entry = { position, stream, id, json };
      },
      (error) => {
        if (entry !== undefined && error === undefined) {
          this.#committed.position += 1;
          this.#committed[stream] += 1;
          if (taken !== undefined) this.#taken.committed(taken);
          done(entry);
          return;
        }
        this.#waiting -= 1;
        done(error ?? new Error("the step did not run"));
      },
    );
  }

  /** Remembers the number of a scan that makes no event; `done` gets the error that kept it off the disk. */
  remember(taken: TakenScan, done: (error: Error | undefined) => void): void {
    this.#commits.add(
      () => this.#taken.write(taken),
      (error) => {
        if (error === undefined) this.#taken.committed(taken);
        done(error);
      },
    );
  }

  /** What was taken from a reader that numbers its scans. */
  takenFrom(reader: string): TakenScans {
    return this.#taken.of(reader);
  }

  /** Where a reader's unfinished scan is kept. */
  scanPartsOf(reader: string): ScanParts {
    return this.#unfinished.of(reader);
  }

  /** Ids of the readers that IT has switched off. */
  get switchedOff(): readonly string[] {
    return readSwitchedOff(this.#db);
  }

  /** Remembers whether IT wants this reader; `done` gets the error that kept it off the disk. */
  switchReader(reader: string, isOn: boolean, done: (error: Error | undefined) => void): void {
    this.#commits.add(() => writeSwitch(this.#db, reader, isOn), done);
  }

  /** The waiting entries after `position`, oldest first. */
  next(position: number, limit: number): SpoolEntry[] {
    const read = () => this.#selectNext.all(position, limit);
    return this.#damage?.guard(read) ?? read();
  }

  /**
   * Ends the wait of these events; `done` gets the error that kept the receipts off the disk. A receipt that a crash
   * loses only means that the event is sent again, with the same id.
   */
  receipts(positions: readonly number[], done: (error: Error | undefined) => void): void {
    let ended = 0;
    this.#commits.add(
      () => {
        ended = 0;
        for (const [first, last] of runsOf(positions)) {
          ended += this.#endWait.run(first, last).changes;
          this.#endParking.run(first, last);
        }
      },
      (error) => {
        if (error === undefined) this.#waiting -= ended;
        done(error);
      },
    );
  }

  /** Sets an event aside that the broker keeps refusing, so that it blocks nobody. */
  park(position: number): void {
    let parked = 0;
    this.#commits.add(
      () => {
        parked = this.#park.run(this.#now(), position).changes;
      },
      (error) => {
        if (error === undefined) this.#waiting -= parked;
      },
    );
  }

  /** Puts parked events back into the queue; answers how many. */
  unpark(): Promise<number> {
    return this.#commits
      .run(() => this.#db.prepare("UPDATE waiting SET parked_at = NULL WHERE parked_at IS NOT NULL").run().changes)
      .then((changes) => {
        this.#waiting += changes;
        return changes;
      });
  }

  /**
   * Erases events with a receipt that were taken before `before` (milliseconds since 1970), a bounded number; answers how
   * many. Beginnings of scans that nobody finishes go too.
   */
  wipe(before: number): Promise<number> {
    return this.#commits.run(() => {
      this.#unfinished.wipe();
      for (const [name, last] of Object.entries(this.#draft)) {
        this.#db.prepare("UPDATE counter SET last = ? WHERE name = ? AND last <> ?").run(last, name, last);
      }
      return this.#db
        .prepare(
          `DELETE FROM event WHERE position IN (
             SELECT position FROM event WHERE taken_at < ? AND position NOT IN (SELECT position FROM waiting) LIMIT ?)`,
        )
        .run(before, wipeRowsMax).changes;
    });
  }

  /** The sequence number of the newest check-in, 0 before the first. */
  get lastCheckIn(): number {
    return this.#committed.checkin;
  }

  /** Counts the whole file: for health, not for every scan. */
  status(): SpoolStatus {
    return readStatus(this.#db);
  }

  /** Tries whether the disk takes a write now. */
  probe(done: (error: Error | undefined) => void): void {
    this.#commits.add(() => this.#db.prepare("UPDATE counter SET last = last").run(), done);
  }

  /** Commits what waits, now. */
  flush(): void {
    this.#commits.flush();
  }

  /** Writes what waits to the disk and closes the file. */
  close(): void {
    this.#commits.flush();
    this.#db.close();
  }
}

/** Opens the spool file; `opened` says how it was found. */
export function openSpool(path: string, limits: SpoolLimits, now: () => number): { spool: Spool; opened: OpenedFile } {
  const opened = openSqliteFile(path, { migrations: spoolMigrations, now: now(), mend: mendSpool });
  return { spool: new Spool(opened.db, limits, now, opened.damage), opened };
}

/** The positions as runs of neighbours, each with its first and last: receipts come nearly in order, so runs are few. */
function runsOf(positions: readonly number[]): [number, number][] {
  const runs: [number, number][] = [];
  for (const position of [...positions].sort((a, b) => a - b)) {
    const run = runs.at(-1);
    if (run !== undefined && position === run[1] + 1) run[1] = position;
    else runs.push([position, position]);
  }
  return runs;
}
