// Which of several brokers is tried next, and after what delay: round after round, in an order that differs from desk to desk.
import { type Backoff, backoffMs, brokerBackoff } from "../../protocol/backoff.ts";
import type { Random } from "../../protocol/host.ts";

/** From one address to the next of a round: short, since another server may be well, but not all desks of a dead one at once. */
const nextAddress: Backoff = { delaysMs: [200], jitter: 0.9 };

export interface NextTry {
  readonly address: string;
  readonly delayMs: number;
}

export class BrokerRound {
  readonly #addresses: readonly string[];
  readonly #random: Random;
  #at = 0;
  #failures = 0;

  /** The order is drawn once: desks that start together, or lose one server together, spread over the others. */
  constructor(addresses: readonly string[], random: Random) {
    this.#addresses = shuffled(addresses, random);
    this.#random = random;
  }

  /** The address whose turn it is. */
  get address(): string {
    return this.#addresses[this.#at] ?? "";
  }

  /** Failures since the last sound connection, over all addresses. */
  get failures(): number {
    return this.#failures;
  }

  /** The connection was sound: the next loss begins a new round. The same address stays the first of it until it fails. */
  wasSound(): void {
    this.#failures = 0;
  }

  /** This address failed, by loss or refusal. Delays grow with each whole round that failed. */
  failed(): NextTry {
    this.#failures += 1;
    this.#at = (this.#at + 1) % this.#addresses.length;
    const rounds = Math.floor(this.#failures / this.#addresses.length);
    const isRoundOver = this.#failures % this.#addresses.length === 0;
    const chance = this.#random.unit();
    return {
      address: this.address,
      delayMs: isRoundOver ? backoffMs(brokerBackoff, rounds, chance) : backoffMs(nextAddress, 1, chance),
    };
  }
}

/** Fisher and Yates' shuffle. */
function shuffled(addresses: readonly string[], random: Random): string[] {
  const order = [...addresses];
  for (let last = order.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random.unit() * (last + 1));
    [order[last], order[other]] = [order[other] ?? "", order[last] ?? ""];
  }
  return order;
}
