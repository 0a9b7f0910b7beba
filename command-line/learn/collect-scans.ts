// Collects what a reader sends until enough has come: bytes with the times of their arrival.
import { type Arrival, burstSilenceMs } from "../../protocol/driver/learn/bursts.ts";
import type { Port } from "../../protocol/port.ts";

/** Bytes of one session: the test code has 99, and nobody scans it a hundred times. */
const sessionBytesMax = 65_536;

export interface CollectOptions {
  /** Longest wait without anything enough, milliseconds. */
  readonly waitMs: number;
  /** Ends the session early. */
  readonly signal: AbortSignal;
  /** Asked whenever the reader has been silent after some bytes. */
  readonly isEnough: (arrivals: readonly Arrival[]) => boolean;
}

/** Starts the port. Resolves with all that came; rejects with `PortError` when the line is lost. The port stays open. */
export function collectScans(port: Port, { waitMs, signal, isEnough }: CollectOptions): Promise<readonly Arrival[]> {
  return new Promise((resolve, reject) => {
    const arrivals: Arrival[] = [];
    let bytesLeft = sessionBytesMax;
    let silence: NodeJS.Timeout | undefined;
    const end = () => {
      clearTimeout(silence);
      clearTimeout(deadline);
      signal.removeEventListener("abort", end);
      resolve(arrivals);
    };
    const deadline = setTimeout(end, waitMs);
    signal.addEventListener("abort", end);
    port.start(
      (chunk) => {
        clearTimeout(silence);
        bytesLeft -= chunk.length;
        if (bytesLeft < 0) return end();
        arrivals.push({ atMs: performance.now(), bytes: Uint8Array.from(chunk) });
        silence = setTimeout(() => {
          if (isEnough(arrivals)) end();
        }, burstSilenceMs);
      },
      (error) => {
        clearTimeout(silence);
        clearTimeout(deadline);
        reject(error);
      },
    );
    if (signal.aborted) end();
  });
}
