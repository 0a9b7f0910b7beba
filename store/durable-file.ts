// Replaces a small file so that after a power cut there is the whole old one or the whole new one.
import { open, rename } from "node:fs/promises";
import { dirname } from "node:path";

/** Write beside it, fsync, rename, fsync of the folder. The folder has to be there. Rejects with what the file system says. */
export async function replaceFile(path: string, bytes: Uint8Array | string, mode: number): Promise<void> {
  const written = `${path}.new`;
  const file = await open(written, "w", mode);
  try {
    await file.chmod(mode); // of a write that was cut off another mode may have stayed
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(written, path);
  const folder = await open(dirname(path), "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
