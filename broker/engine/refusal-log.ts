// What was refused at the door, counted by reason and told once in a burst: a flood must not fill the log.
import type { Clock, Log } from "../../protocol/host.ts";
import type { PacketRefusal } from "../packet/packet-refusal.ts";
import type { AdmissionRefusal } from "./admission.ts";

export type DoorRefusal = PacketRefusal | AdmissionRefusal;
export type RefusalCounts = Readonly<Partial<Record<DoorRefusal, number>>>;

export interface Refused {
  /** Where it was known already. */
  readonly clientId?: string | undefined;
  readonly address: string | undefined;
}

/** One line for each reason in this time, in milliseconds; the next one tells how many were left out. */
const burstMs = 10_000;

interface Burst {
  count: number;
  toldCount: number;
  toldAtMs: number;
}

export class RefusalLog {
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #bursts = new Map<DoorRefusal, Burst>();

  constructor(log: Log, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
  }

  note(refusal: DoorRefusal, { clientId, address }: Refused): void {
    const nowMs = this.#clock.monotonic();
    const burst = this.#bursts.get(refusal) ?? { count: 0, toldCount: 0, toldAtMs: Number.NEGATIVE_INFINITY };
    this.#bursts.set(refusal, burst);
    burst.count += 1;
    if (nowMs - burst.toldAtMs < burstMs) return;
    const untold = burst.count - burst.toldCount - 1;
    this.#log.warn({ refusal, clientId, address, ...(untold > 0 && { untold }) }, "A connection was refused");
    burst.toldCount = burst.count;
    burst.toldAtMs = nowMs;
  }

  /** How often each reason came since the start. */
  counts(): RefusalCounts {
    return Object.fromEntries([...this.#bursts].map(([refusal, { count }]) => [refusal, count]));
  }
}
