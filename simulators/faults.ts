// What goes wrong on the way between a simulated reader and its host, by one seed.
import type { SeededRandom } from "./seeded-random.ts";

/** Each with the way it strikes, and how often it does unless told otherwise. */
export const faults = {
  split: { way: "to-host", share: 1, words: "cắt thành mảnh | cut into pieces" },
  merge: { way: "to-host", share: 1, words: "dồn nhiều lần gửi | several sent as one" },
  corrupt: { way: "both", share: 0.1, words: "sai một bit | one bit turned" },
  drop: { way: "both", share: 0.1, words: "mất | lost" },
  repeat: { way: "to-host", share: 0.1, words: "gửi hai lần | sent twice" },
  delay: { way: "both", share: 0.2, words: "chậm 50–500 ms | late" },
  stall: { way: "to-host", share: 0.1, words: "ngừng 1 s giữa chừng | silent in the middle" },
  unplug: { way: "to-host", share: 0.1, words: "rút giữa lượt quét | unplugged in the middle of a scan" },
  "wrong-checksum": { way: "to-host", share: 0.1, words: "sai tổng kiểm | the last byte but one is wrong" },
  "never-acknowledging": { way: "to-reader", share: 1, words: "không nghe máy chủ | deaf to the host" },
} as const satisfies Record<string, { way: FaultWay; share: number; words: string }>;
type FaultWay = "to-host" | "to-reader" | "both";
export type FaultName = keyof typeof faults;

export interface Fault {
  readonly name: FaultName;
  /** Share of what is sent that it strikes, 0 to 1. */
  readonly share: number;
}

/** `name` or `name:share`; undefined for anything else. */
export function parseFault(text: string): Fault | undefined {
  const [name = "", share, ...rest] = text.split(":");
  if (!isFault(name) || rest.length > 0) return undefined;
  const wanted = share === undefined ? faults[name].share : Number(share);
  return wanted >= 0 && wanted <= 1 && share !== "" ? { name, share: wanted } : undefined;
}

const isFault = (name: string): name is FaultName => Object.hasOwn(faults, name);

/** What becomes of one write, in order. `wait` and `unplug` are in milliseconds. */
export type FaultStep =
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  | { readonly kind: "wait" | "unplug"; readonly milliseconds: number }
  /** Whatever is sent within this time goes out in one piece with it. */
  | { readonly kind: "gather"; readonly milliseconds: number };

/** Longer than any gap that ends a scan, shorter than what makes a link give up (READERS chapters 4 to 6). */
const stallMs = 1_000;
const delayMsMin = 50;
const delayMsMax = 500;
const gatherMs = 80;
/** Long enough for a desk to notice. */
const unpluggedMs = 700;
/** Between two pieces: enough for each to be read by itself. */
const pieceMs = 3;
const piecesMax = 6;

/** Every write of either side goes through it. */
export class FaultLayer {
  #faults: readonly Fault[];
  readonly #random: SeededRandom;
  /** How often each fault struck. */
  readonly struck = new Map<FaultName, number>();

  constructor(chosen: readonly Fault[], random: SeededRandom) {
    this.#faults = chosen;
    this.#random = random;
  }

  /** From now on these strike, and no others. */
  choose(faults: readonly Fault[]): void {
    this.#faults = faults;
  }

  apply(bytes: Uint8Array, way: "to-host" | "to-reader"): FaultStep[] {
    let steps: FaultStep[] = [{ kind: "bytes", bytes }];
    for (const { name, share } of this.#faults) {
      const strikes = faults[name].way === "both" || faults[name].way === way;
      if (!strikes || bytes.length === 0 || this.#random.unit() >= share) continue;
      this.struck.set(name, (this.struck.get(name) ?? 0) + 1);
      steps = steps.flatMap((step) => (step.kind === "bytes" ? this.#strike(name, step.bytes) : [step]));
    }
    return steps;
  }

  #strike(name: FaultName, bytes: Uint8Array): FaultStep[] {
    switch (name) {
      case "split":
        return this.#pieces(bytes);
      case "merge":
        return [{ kind: "gather", milliseconds: gatherMs }, sent(bytes)];
      case "corrupt":
        return [sent(withTurnedBit(bytes, this.#random.between(0, bytes.length - 1), this.#random.between(0, 7)))];
      case "drop":
      case "never-acknowledging":
        return [];
      case "repeat":
        return [sent(bytes), sent(bytes)];
      case "delay":
        return [{ kind: "wait", milliseconds: this.#random.between(delayMsMin, delayMsMax) }, sent(bytes)];
      case "stall":
        return this.#inTheMiddle(bytes, { kind: "wait", milliseconds: stallMs });
      case "unplug": {
        const [begun] = this.#halves(bytes);
        return [sent(begun), { kind: "unplug", milliseconds: unpluggedMs }]; // the rest goes with the plug
      }
      case "wrong-checksum":
        return [sent(withTurnedBit(bytes, Math.max(0, bytes.length - 2), 6))];
    }
  }

  #halves(bytes: Uint8Array): [Uint8Array, Uint8Array] {
    const at = bytes.length < 2 ? bytes.length : this.#random.between(1, bytes.length - 1);
    return [bytes.subarray(0, at), bytes.subarray(at)];
  }

  #inTheMiddle(bytes: Uint8Array, step: FaultStep): FaultStep[] {
    const [begun, rest] = this.#halves(bytes);
    return [sent(begun), step, sent(rest)];
  }

  #pieces(bytes: Uint8Array): FaultStep[] {
    const longest = Math.max(1, Math.ceil(bytes.length / this.#random.between(2, piecesMax)));
    const steps: FaultStep[] = [];
    for (let at = 0; at < bytes.length; ) {
      const length = this.#random.between(1, longest);
      if (at > 0) steps.push({ kind: "wait", milliseconds: pieceMs });
      steps.push(sent(bytes.subarray(at, at + length)));
      at += length;
    }
    return steps;
  }
}

const sent = (bytes: Uint8Array): FaultStep => ({ kind: "bytes", bytes });

function withTurnedBit(bytes: Uint8Array, at: number, bit: number): Uint8Array {
  const turned = bytes.slice();
  turned[at] = (turned[at] ?? 0) ^ (1 << bit);
  return turned;
}
