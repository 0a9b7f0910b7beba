// How many connections there may be, in total and from one address, and how fast one address may open them.
import type { Clock } from "../../protocol/host.ts";

export const admissionRefusals = ["connections-full", "address-full", "address-too-fast"] as const;
export type AdmissionRefusal = (typeof admissionRefusals)[number];

export interface AdmissionLimits {
  readonly connectionsMax: number;
  /** Of those, for clients that are known by their certificate. */
  readonly connectionsReserved: number;
  readonly connectionsPerAddressMax: number;
  readonly connectsPerSecondPerAddress: number;
}

/** Addresses that are remembered while they have no connection; they are forgotten once they may open all again. */
const absentAddressesMax = 4_096;

interface Address {
  open: number;
  /** Connections that it may open now. */
  credit: number;
  countedAtMs: number;
}

/** Everybody behind one address may come at once, so as after a restart; after that the rate holds. */
export class Admission {
  readonly #limits: AdmissionLimits;
  readonly #clock: Clock;
  readonly #addresses = new Map<string, Address>();
  #open = 0;

  constructor(limits: AdmissionLimits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
  }

  /** Answers why this connection is refused; if it is not, `leave` has to be called at its end. */
  enter(address: string | undefined, isKnown: boolean): AdmissionRefusal | undefined {
    const { connectionsMax, connectionsReserved, connectionsPerAddressMax, connectsPerSecondPerAddress } = this.#limits;
    if (this.#open >= (isKnown ? connectionsMax : connectionsMax - connectionsReserved)) return "connections-full";
    const entry = this.#entry(networkOf(address));
    const nowMs = this.#clock.monotonic();
    const earned = ((nowMs - entry.countedAtMs) / 1_000) * connectsPerSecondPerAddress;
    entry.credit = Math.min(connectionsPerAddressMax, entry.credit + earned);
    entry.countedAtMs = nowMs;
    if (entry.open >= connectionsPerAddressMax) return "address-full";
    if (entry.credit < 1) return "address-too-fast";
    entry.credit -= 1;
    entry.open += 1;
    this.#open += 1;
    return undefined;
  }

  leave(address: string | undefined): void {
    const entry = this.#addresses.get(networkOf(address));
    if (entry === undefined) return;
    entry.open -= 1;
    this.#open -= 1;
  }

  #entry(network: string): Address {
    const known = this.#addresses.get(network);
    if (known !== undefined) return known;
    if (this.#addresses.size >= absentAddressesMax + this.#limits.connectionsMax) this.#forgetAbsent();
    const credit = this.#limits.connectionsPerAddressMax;
    const entry: Address = { open: 0, credit, countedAtMs: this.#clock.monotonic() };
    this.#addresses.set(network, entry);
    return entry;
  }

  #forgetAbsent(): void {
    for (const [network, { open }] of this.#addresses) if (open === 0) this.#addresses.delete(network);
  }
}

/** Of an IPv4 address that a listener for IPv6 sees (RFC 4291 clause 2.5.5.2). */
const mappedPrefix = "::ffff:";

/** An IPv4 address, or the half of an IPv6 address that names the network: one machine may take any of the other half. */
export function networkOf(address: string | undefined): string {
  if (address === undefined) return "";
  const isMapped = address.startsWith(mappedPrefix) && address.includes(".");
  const plain = isMapped ? address.slice(mappedPrefix.length) : address;
  if (!plain.includes(":")) return plain;
  const [withoutZone = ""] = plain.split("%");
  const [front = "", back] = withoutZone.split("::");
  const groups = front === "" ? [] : front.split(":");
  const behind = back === undefined || back === "" ? [] : back.split(":");
  const zeros = Array.from({ length: back === undefined ? 0 : 8 - groups.length - behind.length }, () => "0");
  return [...groups, ...zeros, ...behind].slice(0, 4).join(":");
}
