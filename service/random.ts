// The real source of chance, drawn from the operating system in larger portions.
import { randomFillSync } from "node:crypto";
import type { Random } from "../protocol/host.ts";

/** Bytes drawn at once: a draw costs microseconds whatever its size, and an event needs ten bytes. */
const poolBytes = 4096;

/** Cryptographically strong; no byte is ever given out twice. */
export function systemRandom(): Random {
  const pool = new Uint8Array(poolBytes);
  let used = poolBytes;
  const bytes = (count: number): Uint8Array => {
    if (count > poolBytes) return randomFillSync(new Uint8Array(count));
    if (used + count > poolBytes) {
      randomFillSync(pool);
      used = 0;
    }
    used += count;
    return pool.slice(used - count, used);
  };
  return {
    bytes,
    unit: () => {
      const view = new DataView(bytes(8).buffer);
      // 53 bits are what a number holds exactly: 21 high ones and 32 low ones.
      return ((view.getUint32(0) >>> 11) * 2 ** 32 + view.getUint32(4)) / 2 ** 53;
    },
  };
}
