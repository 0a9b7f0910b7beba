// Makes a large file under a name that must not be there yet: after a power cut it is whole, or it can be told that it is not.
import {
  closeSync,
  existsSync,
  fsyncSync,
  lchownSync,
  lstatSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { dirname } from "node:path";

/** For their owner alone: these files hold what the store holds. */
const ownerOnly = 0o600;

/**
 * Reserves the name, lets `write` fill another file beside it, syncs that and moves it into place. Throws with code
 * `EEXIST` and its `path` when something of one of these names is there, and with what `write` threw; then nothing is left behind.
 */
export function makeNewFile(path: string, write: (partialPath: string) => void): void {
  const partial = `${path}.partial`;
  reserve(path);
  try {
    reserve(partial);
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  }
  try {
    write(partial);
    syncPath(partial);
    renameSync(partial, path);
  } catch (error) {
    rmSync(partial, { force: true });
    rmSync(path, { force: true });
    throw error;
  }
  syncPath(dirname(path));
}

const reserve = (path: string): void => closeSync(openSync(path, "wx", ownerOnly));

/** Gives a file that root made to whom its folder belongs: the service does not run as root, and has to open it. */
export function ownLikeFolder(path: string): void {
  ownLike(path, dirname(path));
}

/**
 * The same, to whom another file or folder belongs. A link is given away itself, never what it leads to: whoever owns
 * the folder would gain any file of the machine.
 */
export function ownLike(path: string, model: string): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(model);
  const found = lstatSync(path);
  if (found.uid !== uid || found.gid !== gid) lchownSync(path, uid, gid);
}

/** The same for a SQLite file and what SQLite keeps beside it: without them the service can't open it. */
export function ownSqliteLikeFolder(path: string): void {
  for (const file of [path, `${path}-wal`, `${path}-shm`]) if (existsSync(file)) ownLikeFolder(file);
}

/** Waits until a file, or the names in a folder, are on the disk. */
export function syncPath(path: string): void {
  const file = openSync(path, "r");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
