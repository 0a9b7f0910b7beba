// Copies a SQLite file while others write to it, and puts a copy back in place of a file that nobody uses.
import { closeSync, existsSync, linkSync, openSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { makeNewFile, ownLikeFolder, syncPath } from "./new-file.ts";
import { readSqliteFile } from "./read-sqlite-file.ts";
import { finishReplacement } from "./replace-damaged.ts";
import { Sqlite } from "./sqlite.ts";
import { faultsOf } from "./sqlite-file.ts";

/**
 * A copy of what is committed when this begins; writers go on meanwhile. Made by `VACUUM INTO`, which reads in one
 * transaction: SQLite's backup interface begins again whenever another connection writes, under load without end.
 * The copy is checked and synced. Throws with `EEXIST`, with what SQLite says, or `BackupDamaged`.
 */
export function backUp(source: string, target: string): void {
  makeNewFile(target, (partial) => {
    copyInto(partial, source);
    const faults = faultsOfFile(partial);
    if (faults.length > 0) throw new BackupDamaged(target);
  });
}

export class BackupDamaged extends Error {
  constructor(path: string) {
    super(`Bản sao bị hỏng | The copy is damaged: ${path}`);
    this.name = "BackupDamaged";
  }
}

/** What SQLite's full check finds in the file at `path`; empty if it is sound. */
export function faultsOfFile(path: string): readonly string[] {
  const db = readSqliteFile(path);
  try {
    return faultsOf(db);
  } finally {
    db.close();
  }
}

/** What is committed, with what lies in the log beside the file still. */
function copyInto(target: string, source: string): void {
  const db = readSqliteFile(source);
  try {
    db.prepare("VACUUM INTO ?").run(target);
  } finally {
    db.close();
  }
}

const suffixes = ["-wal", "-shm"] as const;

/**
 * Puts a copy of `backup` in the place of `path`, which no process may have open, and answers where the earlier file
 * is now; undefined when there was none. It is never deleted. A power cut leaves the old one or the new one.
 */
export function restore(backup: string, path: string, now: number): string | undefined {
  finishReplacement(path, now); // else the next start would put what was saved earlier in the place of this
  const staged = `${path}.restoring`;
  rmSync(staged, { force: true });
  closeSync(openSync(staged, "wx", 0o600));
  copyInto(staged, backup);
  ownLikeFolder(staged);
  syncPath(staged);
  const setAside = existsSync(path) ? `${path}.replaced-${now}` : undefined;
  if (setAside !== undefined) {
    foldLog(path);
    linkSync(path, setAside);
    // Of a file that could not be read: its log must not meet the new file, whose pages it would overwrite.
    for (const suffix of suffixes) if (existsSync(path + suffix)) renameSync(path + suffix, setAside + suffix);
  }
  renameSync(staged, path);
  syncPath(dirname(path));
  return setAside;
}

/** Brings the log into the file and removes it, if the file is sound enough for that. */
function foldLog(path: string): void {
  try {
    const db = new Sqlite(path, { timeout: 5_000 });
    try {
      db.pragma("wal_checkpoint(TRUNCATE)");
    } finally {
      db.close();
    }
  } catch {
    // it goes as it is, with its log beside it
  }
}
