// A repeatable source of chance: the same seed gives the same numbers on every machine.
import type { Random } from "../protocol/host.ts";

/** xoshiro128** (Blackman and Vigna, 2018) over four words filled by splitmix32. Good for tests, worthless for secrets. */
export class SeededRandom implements Random {
  readonly #state = new Uint32Array(4);

  /** Only the lower 32 bits of `seed` count. */
  constructor(seed: number) {
    let word = seed >>> 0;
    for (let index = 0; index < 4; index += 1) {
      word = (word + 0x9e3779b9) >>> 0;
      let mixed = Math.imul(word ^ (word >>> 16), 0x21f0aaad);
      mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
      this.#state[index] = mixed ^ (mixed >>> 15);
    }
  }

  unit(): number {
    return this.#next() / 2 ** 32;
  }

  bytes(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => this.#next() >>> 24);
  }

  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.unit() * (most - least + 1));
  }

  /** One of the choices, each as likely as the others. */
  pick<T>(choices: readonly [T, ...T[]]): T {
    return choices[this.between(0, choices.length - 1)] ?? choices[0];
  }

  #next(): number {
    const [a = 0, b = 0, c = 0, d = 0] = this.#state;
    const answer = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0;
    const third = c ^ a;
    const fourth = d ^ b;
    this.#state.set([a ^ fourth, b ^ third, third ^ (b << 9), rotateLeft(fourth, 11)]);
    return answer;
  }
}

const rotateLeft = (word: number, bits: number): number => (word << bits) | (word >>> (32 - bits));
