// The broker's one durable store: all tables over one file, and the queue of its commits.
import { GroupCommit } from "../../store/group-commit.ts";
import type { SqliteFile } from "../../store/sqlite.ts";
import { openSqliteFile } from "../../store/sqlite-file.ts";
import { EventQueue } from "./event-queue.ts";
import { IncomingTable } from "./incoming-table.ts";
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
  /** Where a damaged file was moved, when one stood in the way. */
  readonly setAside: string | undefined;
  /** Commits what waits, and closes the file. */
  close(): void;
}

/** Opens or makes the file. `now` in milliseconds since 1970. Throws when it can't be opened or is of a newer version. */
export function openBrokerStore(path: string, now: number): BrokerStore {
  const { db, setAside } = openSqliteFile(path, { migrations, now });
  return tablesOf(db, setAside);
}

function tablesOf(db: SqliteFile, setAside: string | undefined): BrokerStore {
  const commit = new GroupCommit(db);
  return {
    commit,
    queue: new EventQueue(db),
    sessions: new SessionTable(db),
    retained: new RetainedTable(db),
    wills: new WillTable(db),
    incoming: new IncomingTable(db),
    setAside,
    close: () => {
      commit.flush();
      db.close();
    },
  };
}
