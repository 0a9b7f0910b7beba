// Keeps the broker of a data directory from running while its store is changed.
import { ownDataDir } from "./own-data-dir.ts";

/** Runs it while neither `tiepdon broker` nor `tiepdon up` can. Throws `CommandFailure` (3) when one of them runs. */
export async function whileStopped<T>(dataDir: string, work: () => Promise<T> | T): Promise<T> {
  const unlocks = [];
  try {
    for (const service of ["broker", "up"] as const) unlocks.push(ownDataDir(dataDir, service));
    return await work();
  } finally {
    for (const unlock of unlocks) unlock();
  }
}
