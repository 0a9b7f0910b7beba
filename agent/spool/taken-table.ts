// Which of the scans that readers number themselves are on the disk: what is sent again is then known again.
import type { ScanLink, TakenScans } from "../../protocol/driver/taken-scans.ts";
import type { SqliteFile } from "../../store/sqlite.ts";

export interface TakenScan extends ScanLink {
  readonly reader: string;
}

/** Numbers of one start that are remembered with their checksum, the last ones taken: a reader's ring holds no more (READERS chapter 10). */
const numbersMax = 256;
/** Starts of one reader that are remembered; scans of an older one are long gone from its memory. */
const bootsMax = 8;

export const takenMigration = `CREATE TABLE taken (
     reader   TEXT NOT NULL,
     boot     TEXT NOT NULL,
     seq      INTEGER NOT NULL,
     crc      INTEGER NOT NULL,
     turn     INTEGER NOT NULL,
     PRIMARY KEY (reader, boot, seq)
   ) STRICT, WITHOUT ROWID;`;

/** One start of a reader. */
interface Boot {
  /** CRC by number, in the order in which they were taken. */
  readonly crcs: Map<number, number>;
  /**
   * Numbers up to this one are too old to be sent again: below all of `numbersMax` that were taken. Counted in scans, not
   * from the highest number: one bogus number far ahead says nothing about those that follow.
   */
  forgotten: number;
  /** Every number up to this one was taken, or is forgotten. */
  contiguous: number;
}

export class TakenTable {
  /** The starts of each reader, the latest last. */
  readonly #readers = new Map<string, Map<string, Boot>>();
  /** Orders the rows; a desk's clock may step back. */
  #turn: number;
  readonly #insert;
  readonly #forgetNumbers;
  readonly #forgetBoot;

  constructor(db: SqliteFile) {
    this.#insert = db.prepare<[string, string, number, number, number]>(
      "INSERT OR REPLACE INTO taken (reader, boot, seq, crc, turn) VALUES (?, ?, ?, ?, ?)",
    );
    this.#forgetNumbers = db.prepare<{ reader: string; boot: string; numbersMax: number }>(
      `DELETE FROM taken WHERE reader = @reader AND boot = @boot AND turn <= (
         SELECT turn FROM taken WHERE reader = @reader AND boot = @boot ORDER BY turn DESC LIMIT 1 OFFSET @numbersMax)`,
    );
    this.#forgetBoot = db.prepare<[string, string]>("DELETE FROM taken WHERE reader = ? AND boot = ?");
    const rows = db.prepare<[], TakenScan>("SELECT reader, boot, seq, crc FROM taken ORDER BY turn");
    this.#turn = db.prepare<[], number | null>("SELECT max(turn) FROM taken").pluck().get() ?? 0;
    for (const taken of rows.all()) this.committed(taken);
  }

  /** Within a transaction: writes the number, and erases those that nobody will ask for. */
  write({ reader, boot, seq, crc }: TakenScan): void {
    this.#turn += 1;
    this.#insert.run(reader, boot, seq, crc, this.#turn);
    const boots = this.#readers.get(reader);
    if ((boots?.get(boot)?.crcs.size ?? 0) >= numbersMax) this.#forgetNumbers.run({ reader, boot, numbersMax });
    if (boots === undefined || boots.has(boot) || boots.size < bootsMax) return;
    const [oldest] = boots.keys();
    if (oldest !== undefined) this.#forgetBoot.run(reader, oldest);
  }

  /** The transaction is on the disk. */
  committed({ reader, boot: name, seq, crc }: TakenScan): void {
    const boots = this.#readers.get(reader) ?? new Map<string, Boot>();
    this.#readers.set(reader, boots);
    const boot: Boot = boots.get(name) ?? { crcs: new Map(), forgotten: -1, contiguous: 0 };
    boots.delete(name);
    boots.set(name, boot); // the latest stands last
    boot.crcs.delete(seq);
    boot.crcs.set(seq, crc); // here too
    for (const oldest of boot.crcs.keys()) {
      if (boot.crcs.size <= numbersMax) break;
      boot.crcs.delete(oldest);
    }
    boot.forgotten = boot.crcs.size < numbersMax ? -1 : Math.min(...boot.crcs.keys()) - 1;
    boot.contiguous = Math.max(boot.contiguous, boot.forgotten);
    while (boot.crcs.has(boot.contiguous + 1)) boot.contiguous += 1;
    if (boots.size <= bootsMax) return;
    const [oldest] = boots.keys();
    if (oldest !== undefined) boots.delete(oldest);
  }

  of(reader: string): TakenScans {
    return {
      crcOf: (name, seq) => {
        const boot = this.#readers.get(reader)?.get(name);
        return boot?.crcs.get(seq) ?? (boot !== undefined && seq <= boot.forgotten ? "old" : undefined);
      },
      last: () => {
        const latest = [...(this.#readers.get(reader) ?? [])].at(-1);
        return latest === undefined ? undefined : { boot: latest[0], contiguousSeq: latest[1].contiguous };
      },
    };
  }
}
