// Makes new inputs out of known ones: small damage, wrong lengths, pieces of other documents. One seed, one series.
import { SeededRandom } from "../../simulators/seeded-random.ts";

/** Pieces on which decoders decide something. */
const tokens = [
  ...[
    "|",
    "||||",
    "$",
    "|$",
    "{",
    "}",
    '":"',
    '"id":2,',
    "[",
    "\\u0000",
    "<<",
    "<",
    "IDVNM",
    "6d82ffff",
    "3082",
    "30",
    "0c",
  ],
  ...["00", "ff", "\0", "\r\n", "\n", "\t", "\u0002", "]Q1", "\\000026", "\ufeff", "\u200b", "\u00a0", "\ufffd", "?"],
  ...[
    "Ã",
    "á»",
    "\u0301",
    "\u0316",
    "ầ",
    "ê",
    "đ",
    "ﬁ",
    "😀",
    "9",
    "0",
    "-",
    "/",
    ".",
    "K1",
    "Nữ",
    "Nam",
    "31022001",
    "99999999",
  ],
  ...[
    "00020101021238",
    "https://",
    "a".repeat(40),
    "A.".repeat(12),
    " ".repeat(30),
    "9".repeat(12),
    "GD4",
    "true",
    "null",
    "1e9",
  ],
].map((token) => Buffer.from(token));

/** Most changes made to one input. */
const changesMax = 6;

export class Mutator {
  readonly #random: SeededRandom;
  readonly #corpus: readonly Uint8Array[];

  constructor(corpus: readonly Uint8Array[], seed: number) {
    this.#random = new SeededRandom(seed);
    this.#corpus = corpus;
  }

  next(): Uint8Array {
    let input = Buffer.from(this.#known());
    const changes = this.#random.between(1, changesMax);
    for (let change = 0; change < changes; change += 1) input = this.#change(input);
    return input;
  }

  #change(input: Buffer): Buffer<ArrayBuffer> {
    const at = this.#random.between(0, input.length);
    const end = this.#random.between(at, Math.min(input.length, at + 20));
    const [before, cut, after] = [input.subarray(0, at), input.subarray(at, end), input.subarray(end)];
    switch (this.#random.between(0, 7)) {
      case 0:
        return Buffer.concat([before, Buffer.of(this.#random.between(0, 255)), input.subarray(at + 1)]);
      case 1:
        return Buffer.concat([
          before,
          flipped(input.subarray(at, at + 1), this.#random.between(0, 7)),
          input.subarray(at + 1),
        ]);
      case 2:
        return Buffer.concat([before, after]);
      case 3:
        return Buffer.concat([before, cut, ...Array<Buffer>(this.#random.between(1, 50)).fill(cut), after]);
      case 4:
        return Buffer.concat([before, this.#random.bytes(this.#random.between(1, 8)), cut, after]);
      case 5: {
        const other = Buffer.from(this.#known());
        return Buffer.concat([before, other.subarray(this.#random.between(0, other.length))]);
      }
      default:
        return Buffer.concat([before, tokens[this.#random.between(0, tokens.length - 1)] ?? Buffer.alloc(0), after]);
    }
  }

  #known(): Uint8Array {
    return this.#corpus[this.#random.between(0, this.#corpus.length - 1)] ?? new Uint8Array();
  }
}

const flipped = (byte: Buffer, bit: number): Buffer => Buffer.from(byte.map((value) => value ^ (1 << bit)));
