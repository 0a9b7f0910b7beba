// Keeps a reader that has the same fault again and again from filling the log and the line to the broker.
import type { DriverFault } from "../../protocol/driver/driver.ts";

/** The same fault of one reader is news once in this time. */
const quietMs = 60_000;

export class ToldFaults {
  /** When each kind was told last. */
  readonly #toldAt = new Map<DriverFault, number>();

  /** `nowMs` is monotonic. */
  isNews(fault: DriverFault, nowMs: number): boolean {
    const toldAt = this.#toldAt.get(fault);
    if (toldAt !== undefined && nowMs - toldAt < quietMs) return false;
    this.#toldAt.set(fault, nowMs);
    return true;
  }
}
