// Makes the tables of a spool fit each other after some of its rows were lost with a damaged file.
import type { Salvaged } from "../../store/salvage.ts";
import type { SqliteFile } from "../../store/sqlite.ts";

/** Within a transaction. Answers how many waiting events are `lost`, and how many are sent `again` because nobody knows whether they were received. */
export function mendSpool(db: SqliteFile, { incomplete }: Salvaged): { lost: number; again: number } {
  const lost = db.prepare("DELETE FROM waiting WHERE position NOT IN (SELECT position FROM event)").run().changes;
  const again = incomplete.has("waiting")
    ? db.prepare("INSERT OR IGNORE INTO waiting (position) SELECT position FROM event").run().changes
    : 0;
  return { lost, again };
}
