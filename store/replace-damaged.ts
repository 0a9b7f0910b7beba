// Puts a new file with everything that could be saved in the place of a damaged one, so that a crash in between loses nothing.
import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { type Salvaged, salvage, versionOf } from "./salvage.ts";
import type { SqliteFile } from "./sqlite.ts";

export interface Replacement {
  /** Milliseconds since 1970, for the name of what is set aside. */
  readonly now: number;
  /** Makes a new file with the tables of that version, or of the newest for one that it does not know. */
  readonly make: (path: string, version: number) => SqliteFile;
  /** Makes the saved tables fit each other; answers what it had to count, by name. */
  readonly mend: ((db: SqliteFile, saved: Salvaged) => Readonly<Record<string, number>>) | undefined;
}

/** Being filled; worth nothing. */
const begunOf = (path: string) => `${path}.salvaging`;
/** Complete and on the disk. */
const doneOf = (path: string) => `${path}.salvaged`;
const suffixes = ["", "-wal", "-shm"];

/**
 * Answers where the damaged file is now, and how many rows are in its place. Throws what SQLite says when these can't be
 * written, as on a full disk: then everything is as it was.
 */
export function replaceDamaged(
  path: string,
  { now, make, mend }: Replacement,
): { setAside: string; salvaged: Readonly<Record<string, number>> } {
  const begun = begunOf(path);
  removeAll(begun);
  const salvaged = fill(path, { begun, make, mend });
  renameSync(begun, doneOf(path));
  return { setAside: swap(path, now), salvaged };
}

function fill(
  path: string,
  { begun, make, mend }: Pick<Replacement, "make" | "mend"> & { readonly begun: string },
): Readonly<Record<string, number>> {
  try {
    let salvaged: Readonly<Record<string, number>>;
    const db = make(begun, versionOf(path));
    try {
      db.exec("BEGIN");
      const saved = salvage(path, db);
      salvaged = { ...saved.rows, ...mend?.(db, saved) };
      db.exec("COMMIT");
    } finally {
      db.close();
    }
    sync(begun);
    return salvaged;
  } catch (error) {
    removeAll(begun); // else it would hold the last of a full disk
    throw error;
  }
}

/** After a crash while a damaged file was replaced: either nothing of that has happened, or all of it. */
export function finishReplacement(path: string, now: number): void {
  removeAll(begunOf(path));
  if (existsSync(doneOf(path))) swap(path, now);
}

function swap(path: string, now: number): string {
  const setAside = `${path}.damaged-${now}`;
  for (const suffix of suffixes) {
    if (existsSync(path + suffix)) renameSync(path + suffix, freeName(setAside + suffix));
  }
  renameSync(doneOf(path), path);
  sync(dirname(path));
  return setAside;
}

/** Nothing that was set aside is ever overwritten. */
function freeName(path: string): string {
  return existsSync(path) ? freeName(`${path}-later`) : path;
}

function removeAll(path: string): void {
  for (const suffix of [...suffixes, "-journal"]) rmSync(path + suffix, { force: true });
}

function sync(path: string): void {
  const file = openSync(path, "r");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
