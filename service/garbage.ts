// Collects garbage when buffers and objects pile up, before V8 does.
import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** How often memory is looked at, in milliseconds: what a flood leaves in that time is small beside the bound. */
const lookMs = 25;
/** What may have come since the last collection, in bytes. */
const grownBytesMax = 8 * 1_048_576;
/** As many bytes of buffers may stand longer than this, in milliseconds, only if somebody holds them. */
const staleMs = 5_000;

/**
 * V8 hardly counts the bytes of network buffers: it lets 64 MB of dead ones stand before it collects the old generation,
 * which a process under a flood then has on top of all it needs; and it lets that generation double before it looks. One
 * collection takes a few tens of milliseconds, and without a flood there is none. Call the answer to stop.
 */
export function keepGarbageLow(): () => void {
  setFlagsFromString("--expose-gc");
  const collect: () => void = runInNewContext("gc");
  let left = bytesInUse();
  let collectedAtMs = performance.now();
  const timer = setInterval(() => {
    const inUse = bytesInUse();
    left = Math.min(left, inUse);
    const mayBeStale = performance.now() - collectedAtMs >= staleMs;
    if (inUse - left < grownBytesMax && !(mayBeStale && process.memoryUsage().arrayBuffers >= grownBytesMax)) return;
    collect();
    left = bytesInUse();
    collectedAtMs = performance.now();
  }, lookMs);
  timer.unref();
  return () => clearInterval(timer);
}

/** Far cheaper than `process.memoryUsage`, which reads a file. */
function bytesInUse(): number {
  const { used_heap_size, external_memory } = getHeapStatistics();
  return used_heap_size + external_memory;
}
