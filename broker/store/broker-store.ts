// The broker's one durable store: all tables over one file, and the queue of its commits.
import { Compaction } from "../../store/compaction.ts";
import { suspect } from "../../store/damage-watch.ts";
import { GroupCommit } from "../../store/group-commit.ts";
import { SlowCheck } from "../../store/slow-check.ts";
import { isDamage, type SqliteFile } from "../../store/sqlite.ts";
import { type OpenedFile, openSqliteFile } from "../../store/sqlite-file.ts";
import { EventQueue } from "./event-queue.ts";
import { IncomingTable } from "./incoming-table.ts";
import { mendQueues } from "./mend-queues.ts";
import { RetainedTable } from "./retained-table.ts";
import { migrations } from "./schema.ts";
import { SessionTable } from "./session-table.ts";
import { WillTable } from "./will-table.ts";

export interface BrokerStore {
  readonly commit: GroupCommit;
  readonly queue: EventQueue;
  readonly sessions: SessionTable;
  readonly retained: RetainedTable;
  readonly wills: WillTable;
  readonly incoming: IncomingTable;
  /** How the file was found. */
  readonly opened: OpenedFile;
  /** Looks through what was not looked at before the first use; undefined when there is nothing left. */
  readonly slowCheck: SlowCheck | undefined;
  readonly compaction: Compaction;
  /** What the file holds, without the space that deleted rows left. */
  usedBytes(): number;
  /** Space that deleted rows left inside the file: it is used again before the file grows. */
  reusableBytes(): number;
  /** Commits what waits, and closes the file. */
  close(): void;
}

/** Three check-ins of 2 KiB fit on a page: with 4,096 bytes it is one, and a commit of many writes half as much again. */
const pageBytes = 8_192;

/** Opens or makes the file. `now` in milliseconds since 1970. Throws when it can't be opened or is of a newer version. */
export function openBrokerStore(path: string, now: number): BrokerStore {
  const options = { migrations, now, pageBytes, largeTables: ["events"], shrinks: true, mend: mendQueues };
  const opened = openSqliteFile(path, options);
  try {
    return tablesOf(opened);
  } catch (error) {
    opened.db.close();
    if (!isDamage(error)) throw error;
    suspect(path); // a table that was too long to be read before
    return tablesOf(openSqliteFile(path, options));
  }
}

function tablesOf(opened: OpenedFile): BrokerStore {
  const { db, damage, unchecked } = opened;
  const commit = new GroupCommit(db, { damage });
  return {
    commit,
    queue: new EventQueue(db, damage),
    sessions: new SessionTable(db),
    retained: new RetainedTable(db, damage),
    wills: new WillTable(db),
    incoming: new IncomingTable(db),
    opened,
    slowCheck: unchecked.length > 0 ? new SlowCheck(db, unchecked, damage) : undefined,
    compaction: new Compaction(db, commit, damage),
    usedBytes: () => bytesOf(db, "page_count") - bytesOf(db, "freelist_count"),
    reusableBytes: () => bytesOf(db, "freelist_count"),
    close: () => {
      commit.flush();
      db.close();
    },
  };
}

function bytesOf(db: SqliteFile, pages: "page_count" | "freelist_count"): number {
  return Number(db.pragma(pages, { simple: true })) * Number(db.pragma("page_size", { simple: true }));
}
