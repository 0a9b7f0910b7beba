// Collects garbage when buffers pile up beside V8's heap.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** How often buffers are looked at, in milliseconds: what a flood leaves in that time is small beside the bound. */
const lookMs = 100;
/** Buffers that may have come since the last collection, in bytes. */
const bufferBytesMax = 16 * 1_048_576;
/** As many may stand longer than this, in milliseconds, only if somebody holds them. */
const staleMs = 5_000;

/**
 * V8 hardly counts the bytes of network buffers: it lets 64 MB of dead ones stand before it collects the old generation,
 * which a process under a flood then has on top of all it needs. One collection takes a few tens of milliseconds, and
 * without a flood there is none. Call the answer to stop.
 */
export function keepBuffersFew(): () => void {
  setFlagsFromString("--expose-gc");
  const collect: () => void = runInNewContext("gc");
  let left = process.memoryUsage().arrayBuffers;
  let collectedAtMs = performance.now();
  const timer = setInterval(() => {
    const { arrayBuffers } = process.memoryUsage();
    left = Math.min(left, arrayBuffers);
    const isStale = arrayBuffers >= bufferBytesMax && performance.now() - collectedAtMs >= staleMs;
    if (arrayBuffers - left < bufferBytesMax && !isStale) return;
    collect();
    left = process.memoryUsage().arrayBuffers;
    collectedAtMs = performance.now();
  }, lookMs);
  timer.unref();
  return () => clearInterval(timer);
}
