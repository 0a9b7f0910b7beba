// Which of the scans that readers number themselves are on the disk: what is sent again is then known again.
import type { ScanLink, TakenScans } from "../../protocol/driver/taken-scans.ts";
import type { SqliteFile } from "../../store/sqlite.ts";

export interface TakenScan extends ScanLink {
  readonly reader: string;
}

/** Numbers of one start that are remembered with their checksum; a reader sends far fewer at once (READERS chapter 10). */
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

/** One start of a reader. Numbers up to `forgotten` are too old to be sent again. */
interface Boot {
  readonly crcs: Map<number, number>;
  forgotten: number;
  /** Every number up to this one was taken. */
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
    this.#forgetNumbers = db.prepare<[string, string, number]>(
      "DELETE FROM taken WHERE reader = ? AND boot = ? AND seq <= ?",
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
    if (seq > numbersMax) this.#forgetNumbers.run(reader, boot, seq - numbersMax);
    const boots = this.#readers.get(reader);
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
    boot.crcs.set(seq, crc);
    boot.forgotten = Math.max(boot.forgotten, seq - numbersMax);
    boot.contiguous = Math.max(boot.contiguous, boot.forgotten);
    while (boot.crcs.has(boot.contiguous + 1)) boot.contiguous += 1;
    for (const old of boot.crcs.keys()) if (old <= boot.forgotten) boot.crcs.delete(old);
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
