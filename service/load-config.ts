// Turns the text of a YAML configuration into a checked, frozen object, or into the list of all its faults.
import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
} from "yaml";
import type { z } from "zod";
import type { ConfigFault } from "./config-fault.ts";
import { issueWords, missingKeyWords, unknownKeyWords, type Words, yamlErrorWords } from "./config-words.ts";

export type LoadedConfig<T> =
  | { readonly kind: "config"; readonly config: T }
  | { readonly kind: "faulty"; readonly faults: readonly ConfigFault[] };

/**
 * Reads YAML 1.2 (an empty text counts as no keys) and checks it with the schema. Answers every fault of the file at
 * once, in the order of its lines; a syntax error hides those of the schema, since nothing sensible can be read then.
 * Schemas made with `z.strictObject` report unknown keys; a message of the schema's own is kept, and `params.fix` of a
 * refinement is its fix. The configuration is frozen through and through. Never throws for anything in the text.
 */
export function loadConfig<T>(text: string, fileName: string, schema: z.ZodType<T>): LoadedConfig<T> {
  const lines = new LineCounter();
  const faultAt = (offset: number, path: string, words: Words): ConfigFault => {
    const { line, col } = lines.linePos(offset);
    return { fileName, line: Math.max(line, 1), column: Math.max(col, 1), path, ...words };
  };

  let document: Document.Parsed;
  try {
    document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  } catch {
    // The parser calls itself for each level, so thousands of nested brackets exhaust the stack.
    return { kind: "faulty", faults: [faultAt(0, "", tooDeep)] };
  }
  const faults = [...document.errors, ...document.warnings].map((error) =>
    faultAt(error.pos[0], "", yamlErrorWords(error.code)),
  );
  if (faults.length > 0 && !document.errors.every((error) => error.code === "DUPLICATE_KEY")) {
    return faulty(faults);
  }

  let value: unknown;
  try {
    value = document.toJS() ?? {};
  } catch {
    return faulty([...faults, faultAt(0, "", tooManyAliases)]);
  }
  const checked = check(schema, value);
  for (const finding of checked.findings) {
    faults.push(faultAt(offsetOf(document, finding), showPath(finding.path), finding.words));
  }
  if (faults.length > 0 || checked.config === undefined) return faulty(faults);
  return { kind: "config", config: freeze(checked.config.value) };
}

function faulty(faults: ConfigFault[]): { kind: "faulty"; faults: readonly ConfigFault[] } {
  return { kind: "faulty", faults: faults.sort((a, b) => a.line - b.line || a.column - b.column) };
}

const tooDeep: Words = {
  message: "Ngoặc lồng quá sâu | Brackets are nested too deeply",
  fix: "Xóa bớt ngoặc | Remove brackets",
};
const tooManyAliases: Words = {
  message: "Dùng sai dấu & và * của YAML | YAML anchors (&) and aliases (*) are used wrongly or too often",
  fix: "Viết thẳng giá trị | Write the values out",
};

type Path = readonly PropertyKey[];

interface Finding {
  /** Leads to the value; for an absent key, to where it should stand. */
  readonly path: Path;
  readonly subject: "value" | "unknown-key" | "absent-key";
  readonly words: Words;
}

/** Runs the schema and splits what it found into one finding a place. */
function check<T>(schema: z.ZodType<T>, value: unknown): { config?: { value: T }; findings: Finding[] } {
  // Schema and input are only known while a message is made; both are remembered by an object that the issue keeps.
  const knownKeys = new WeakMap<readonly string[], readonly string[]>();
  const result = schema.safeParse(value, {
    error: (issue) => {
      if (issue.code === "unrecognized_keys") knownKeys.set(issue.keys, keysOf(issue.inst));
      const { message, fix } = issueWords(issue);
      return `${message}${fixMark}${fix}`;
    },
  });
  if (result.success) return { config: { value: result.data }, findings: [] };
  const findings = result.error.issues.flatMap((issue) => [...findingsOf(issue, [], value, knownKeys)]);
  return { findings };
}

/** Parts message and fix inside the one text that the schema library lets through; no such character stands in words. */
const fixMark = "\u0000";

function* findingsOf(
  issue: z.core.$ZodIssue,
  parent: Path,
  root: unknown,
  knownKeys: WeakMap<readonly string[], readonly string[]>,
): Generator<Finding> {
  const path = [...parent, ...issue.path];
  if (issue.code === "unrecognized_keys") {
    for (const key of issue.keys) {
      yield {
        path: [...path, key],
        subject: "unknown-key",
        words: unknownKeyWords(key, knownKeys.get(issue.keys) ?? []),
      };
    }
    return;
  }
  const likeliest = issue.code === "invalid_union" ? likeliestBranch(issue.errors) : undefined;
  if (likeliest !== undefined) {
    for (const inner of likeliest) yield* findingsOf(inner, path, root, knownKeys);
    return;
  }
  if (path.length > 0 && valueAt(root, path) === undefined) {
    yield { path, subject: "absent-key", words: missingKeyWords(String(path.at(-1))) };
    return;
  }
  const [message = "", ownFix] = issue.message.split(fixMark);
  yield { path, subject: "value", words: { message, fix: ownFix ?? issueWords({ ...issue, input: undefined }).fix } };
}

/** Of several shapes that a value may have, the one that it came closest to: whose faults lie deepest. Undefined when none does. */
function likeliestBranch(branches: readonly z.core.$ZodIssue[][]): z.core.$ZodIssue[] | undefined {
  const depth = (branch: readonly z.core.$ZodIssue[]) =>
    Math.max(...branch.map((issue) => issue.path.length + (issue.code === "unrecognized_keys" ? 1 : 0)));
  const sorted = [...branches].sort((a, b) => depth(b) - depth(a) || a.length - b.length);
  const [first] = sorted;
  return first !== undefined && depth(first) > 0 ? first : undefined;
}

function keysOf(schema: unknown): readonly string[] {
  if (typeof schema !== "object" || schema === null || !("shape" in schema)) return [];
  return Object.keys(schema.shape as object);
}

function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const key of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}

/** The offset in the text: of a scalar itself, else of the key that leads to it, of the parent's key where the key is absent. */
function offsetOf(document: Document.Parsed, { path, subject }: Finding): number {
  let node: unknown = document.contents;
  let offset = 0;
  for (const segment of subject === "absent-key" ? path.slice(0, -1) : path) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair: Pair | undefined = node.items.find(
        (item) => isScalar(item.key) && String(item.key.value) === String(segment),
      );
      if (pair === undefined) return offset;
      offset = startOf(pair.key) ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(segment)];
      offset = startOf(node) ?? offset;
    } else return offset;
  }
  return subject !== "value" || isCollection(node) ? offset : (startOf(node) ?? offset);
}

function startOf(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}

function showPath(path: Path): string {
  return path
    .map((key, index) => (typeof key === "number" ? `[${key}]` : `${index === 0 ? "" : "."}${String(key)}`))
    .join("");
}

function freeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) freeze(inner);
  }
  return value;
}
