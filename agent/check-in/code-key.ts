// The secret of this installation under which codes of apps are hashed: the same code is seen to come again, and nobody can try which one it was.
import { createHmac } from "node:crypto";
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { KeyedHash } from "../../protocol/check-in/create-event.ts";
import type { Random } from "../../protocol/host.ts";
import { CommandFailure, exitCodes } from "../../service/exit-codes.ts";

/** Lies in the data directory. */
export const codeKeyFileName = "code-hash.key";

/** As long as the hash itself: a longer key adds nothing (RFC 2104, clause 3). */
const keyBytes = 32;

/** Half of SHA-256, the least that RFC 2104 (clause 5) lets one keep; two codes of one desk will not meet in it. */
const hashBytes = 16;

/** The hash under the key at `path`; makes one there that only its owner may read, if there is none. Throws `CommandFailure` (5). */
export function openKeyedHash(path: string, random: Random): KeyedHash {
  const key = openKey(path, random);
  return (bytes) => createHmac("sha256", key).update(bytes).digest().toString("hex", 0, hashBytes);
}

function openKey(path: string, random: Random): Uint8Array {
  let key: Uint8Array;
  try {
    key = readKey(path) ?? makeKey(path, random);
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    throw new CommandFailure(
      exitCodes.diskTrouble,
      `Không đọc hoặc ghi được khóa băm mã | The key of code hashes can't be read or written: ${path} (${code})`,
      { cause: error },
    );
  }
  if (key.length === keyBytes) return key;
  throw new CommandFailure(
    exitCodes.diskTrouble,
    `Khóa băm mã bị hỏng | The key of code hashes is damaged: ${path}\n    → Xóa tệp này: lần khởi động sau sẽ tạo khóa mới | Delete this file: the next start makes a new key`,
  );
}

function readKey(path: string): Uint8Array | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Write, fsync, rename, fsync of the folder: after a power cut there is a whole key or none. */
function makeKey(path: string, random: Random): Uint8Array {
  const folder = dirname(path);
  mkdirSync(folder, { recursive: true, mode: 0o750 });
  const key = random.bytes(keyBytes);
  const written = `${path}.new`;
  rmSync(written, { force: true }); // of a start that was cut off
  const file = openSync(written, "wx", 0o600);
  try {
    writeFileSync(file, key);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(written, path);
  const opened = openSync(folder, "r");
  fsyncSync(opened);
  closeSync(opened);
  return key;
}
