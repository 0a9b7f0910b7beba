// Proves of a regular expression that its matching takes time in proportion to the text, or says why it can't.
//
// Four rules together suffice. 1: what repeats without bound is one character, or as many of them each time. 2: where another
// such repetition follows, what stands between begins with none of the first one's characters, so that there is one way to match.
// 3: an expression that can fail behind such a repetition is anchored at the start, or begins with a character that none of
// them takes, so that it is tried once for each stretch of text. 4: bounded repetitions multiply to a small constant.

type Node =
  | { readonly kind: "character"; readonly source: string }
  | { readonly kind: "assertion"; readonly isStart: boolean; readonly body: readonly Sequence[] }
  | { readonly kind: "group"; readonly body: readonly Sequence[] }
  | { readonly kind: "repeat"; readonly node: Node; readonly min: number; readonly max: number };
type Sequence = readonly Node[];

/** Product of the bounds of repetitions that stand in one another: the ways to try one place. */
const waysMax = 1_000;

/** Why matching `expression` may take more than linear time; undefined where it can't. */
export function slownessOf({ source, flags }: RegExp): string | undefined {
  const body = parse(source);
  const judge = new Judge(flags.replace(/[gyd]/g, ""));
  const isTriedOnce = (sequence: Sequence): boolean =>
    (!flags.includes("m") && startsAnchored(sequence)) || judge.startsApart(sequence);
  return judge.ofBody(body, [], body.every(isTriedOnce), 1);
}

const startsAnchored = ([first]: Sequence): boolean => {
  if (first?.kind === "assertion") return first.isStart;
  return first?.kind === "group" && first.body.every(startsAnchored);
};

class Judge {
  readonly #flags: string;
  readonly #sets = new Map<string, ReadonlySet<string>>();

  constructor(flags: string) {
    this.#flags = flags;
  }

  /** Whether `sequence` begins with a character that no unbounded repetition in it takes. */
  startsApart(sequence: Sequence): boolean {
    const [first] = sequence;
    if (first?.kind !== "character") return false;
    const own = this.#setOf(first.source);
    const taken = endlessIn(sequence).flatMap(charactersIn);
    return taken.every((source) => ![...this.#setOf(source)].some((one) => own.has(one)));
  }

  ofBody(body: readonly Sequence[], after: Sequence, isAnchored: boolean, ways: number): string | undefined {
    for (const sequence of body) {
      for (const [index, node] of sequence.entries()) {
        const rest = [...sequence.slice(index + 1), ...after];
        const fault = this.#ofNode(node, rest, isAnchored, ways);
        if (fault !== undefined) return fault;
      }
    }
    return undefined;
  }

  #ofNode(node: Node, rest: Sequence, isAnchored: boolean, ways: number): string | undefined {
    switch (node.kind) {
      case "character":
        return undefined;
      case "assertion":
        return this.ofBody(node.body, [], false, ways); // tried at every place
      case "group":
        return this.ofBody(node.body, rest, isAnchored, ways);
      case "repeat":
        return this.#ofRepeat(node, rest, isAnchored, ways);
    }
  }

  #ofRepeat(
    { node, max }: Node & { kind: "repeat" },
    rest: Sequence,
    isAnchored: boolean,
    ways: number,
  ): string | undefined {
    if (max !== Number.POSITIVE_INFINITY) {
      return ways * (max + 1) > waysMax ? "bounds multiply" : this.#ofNode(node, rest, isAnchored, ways * (max + 1));
    }
    if (!isFixed(node)) return "what repeats without bound may have several lengths";
    if (rest.length === 0) return undefined; // nothing behind it can fail
    if (!isAnchored) return "can fail behind a repetition, and is tried at every place";
    if (endlessIn(rest).length === 0) return undefined; // each place is tried again, at a bounded cost
    const own = this.#firstOfNode(node);
    return [...this.#firstOf(rest)].some((character) => own.has(character))
      ? "between two repetitions the first one's character may stand"
      : undefined;
  }

  /** Characters that a match of `sequence` may begin with. */
  #firstOf(sequence: Sequence): ReadonlySet<string> {
    const first = new Set<string>();
    for (const node of sequence) {
      for (const character of this.#firstOfNode(node)) first.add(character);
      if (!isNullable(node)) break;
    }
    return first;
  }

  #firstOfNode(node: Node): ReadonlySet<string> {
    switch (node.kind) {
      case "character":
        return this.#setOf(node.source);
      case "assertion":
        return new Set();
      case "group":
        return new Set(node.body.flatMap((sequence) => [...this.#firstOf(sequence)]));
      case "repeat":
        return this.#firstOfNode(node.node);
    }
  }

  #setOf(source: string): ReadonlySet<string> {
    const known = this.#sets.get(source);
    if (known !== undefined) return known;
    const one = new RegExp(`^(?:${source})$`, this.#flags);
    const set = new Set(alphabet.filter((character) => one.test(character)));
    this.#sets.set(source, set);
    return set;
  }
}

/** The unbounded repetitions in a sequence. */
const endlessIn = (sequence: Sequence): readonly Node[] => sequence.flatMap(endlessOf);

function endlessOf(node: Node): readonly Node[] {
  switch (node.kind) {
    case "character":
      return [];
    case "assertion":
    case "group":
      return node.body.flatMap(endlessIn);
    case "repeat":
      return node.max === Number.POSITIVE_INFINITY ? [node] : endlessOf(node.node);
  }
}

/** The sources of all characters in a node. */
function charactersIn(node: Node): readonly string[] {
  switch (node.kind) {
    case "character":
      return [node.source];
    case "assertion":
    case "group":
      return node.body.flat().flatMap(charactersIn);
    case "repeat":
      return charactersIn(node.node);
  }
}

/** Whether there is one length, and no choice. */
function isFixed(node: Node): boolean {
  switch (node.kind) {
    case "character":
      return true;
    case "assertion":
      return false;
    case "group":
      return node.body.length === 1 && node.body.every((sequence) => sequence.every(isFixed));
    case "repeat":
      return node.min === node.max && isFixed(node.node);
  }
}

/** The Basic Multilingual Plane without surrogates, and a character beyond it. */
const alphabet = [
  ...Array.from({ length: 0x10000 }, (_, code) => code).filter((code) => code < 0xd800 || code > 0xdfff),
  0x1f600,
].map((code) => String.fromCodePoint(code));

function isNullable(node: Node): boolean {
  switch (node.kind) {
    case "character":
      return false;
    case "assertion":
      return true;
    case "group":
      return node.body.some((sequence) => sequence.every(isNullable));
    case "repeat":
      return node.min === 0 || isNullable(node.node);
  }
}

const quantifier = /^(?:([*+?])|\{(\d+)(,?)(\d*)\})\??/;
const character =
  /^(?:\\u\{[0-9A-Fa-f]+\}|\\u[0-9A-Fa-f]{4}|\\x[0-9A-Fa-f]{2}|\\[pP]\{[^}]+\}|\\.|\[(?:\\.|[^\]\\])*\]|.)/su;
const opening = /^\((?:\?(?:[:=!]|<[=!]|<\w+>))?/;

/** The alternatives of an expression. Throws for what it does not know, such as references back. */
function parse(source: string): readonly Sequence[] {
  let at = 0;

  function body(): readonly Sequence[] {
    const alternatives: Node[][] = [[]];
    while (at < source.length && source[at] !== ")") {
      if (source[at] === "|") {
        alternatives.push([]);
        at += 1;
      } else alternatives.at(-1)?.push(repeated(element()));
    }
    return alternatives;
  }

  function element(): Node {
    const head = source.slice(at);
    const [bracket] = opening.exec(head) ?? [];
    if (bracket !== undefined) {
      at += bracket.length;
      const inside = body();
      at += 1;
      return /[=!]$/.test(bracket)
        ? { kind: "assertion", isStart: false, body: inside }
        : { kind: "group", body: inside };
    }
    const [boundary] = /^(?:[\^$]|\\[bB])/.exec(head) ?? [];
    if (boundary !== undefined) {
      at += boundary.length;
      return { kind: "assertion", isStart: boundary === "^", body: [] };
    }
    const [one] = character.exec(head) ?? [];
    if (one === undefined || /^\\[1-9k]/.test(one)) throw new Error(`unknown at ${at}: ${source}`);
    at += one.length;
    return { kind: "character", source: one };
  }

  function repeated(node: Node): Node {
    const [whole, sign, least, comma, most] = quantifier.exec(source.slice(at)) ?? [];
    if (whole === undefined) return node;
    at += whole.length;
    if (sign !== undefined) {
      return { kind: "repeat", node, min: sign === "+" ? 1 : 0, max: sign === "?" ? 1 : Number.POSITIVE_INFINITY };
    }
    const min = Number(least);
    const max = comma === "" ? min : most === "" ? Number.POSITIVE_INFINITY : Number(most);
    return { kind: "repeat", node, min, max };
  }

  const parsed = body();
  if (at < source.length) throw new Error(`unknown at ${at}: ${source}`);
  return parsed;
}
