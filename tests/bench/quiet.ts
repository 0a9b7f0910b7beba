// Keeps the work of others on a shared machine out of the figures, as far as it can be seen and waited for.
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** What `/proc/stat` counts in a second of one core. */
const ticksPerSecond = 100;
const lookMs = 500;
/** How long a quiet moment is waited for; after that the measurement is taken as it comes. */
const patienceMs = 3_000;
/** Tries of one measurement; the least disturbed one counts. */
const triesMax = 2;
/** Of one core, that others use: less disturbs nobody. */
const foreignMax = 0.15;

/** Seconds of all cores that programs have used since the machine started. */
function usedSeconds(): number {
  const [user, nice, system] = readFileSync("/proc/stat", "utf8")
    .split("\n", 1)
    .join()
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return ((user ?? 0) + (nice ?? 0) + (system ?? 0)) / ticksPerSecond;
}

/** Cores in use, on average of the time that `work` takes. */
async function coresUsed<T>(work: () => Promise<T>): Promise<{ result: T; cores: number }> {
  const [startAt, before] = [performance.now(), usedSeconds()];
  const result = await work();
  return { result, cores: (usedSeconds() - before) / ((performance.now() - startAt) / 1_000) };
}

async function quietMoment(): Promise<void> {
  const giveUpAt = performance.now() + patienceMs;
  while (performance.now() < giveUpAt) {
    const { cores } = await coresUsed(() => sleep(lookMs));
    if (cores < foreignMax) return;
  }
}

/**
 * Measures when the machine is quiet, again when others came in between. `ownSeconds` is the processor time that the
 * measured processes have used so far. `foreign` is what others used meanwhile, in cores.
 */
export async function undisturbed<T>(
  work: () => Promise<T>,
  ownSeconds: () => number,
): Promise<{ result: T; foreign: number }> {
  let best: { result: T; foreign: number } | undefined;
  for (let tried = 0; best === undefined || (tried < triesMax && best.foreign > foreignMax); tried += 1) {
    await quietMoment();
    const [startAt, ownBefore] = [performance.now(), ownSeconds()];
    const { result, cores } = await coresUsed(work);
    const foreign = Math.max(0, cores - (ownSeconds() - ownBefore) / ((performance.now() - startAt) / 1_000));
    if (best === undefined || foreign < best.foreign) best = { result, foreign };
  }
  return best;
}
