// No regular expression of the product can be made slow by what it reads; slow ones prove that the judge sees.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { attributes } from "../../protocol/check-in/event.ts";
import type { Message } from "../../protocol/check-in/field-table.ts";
import { checkInMessage, rejectedMessage } from "../../protocol/check-in/fields.ts";
import { slownessOf } from "./regular-expression.ts";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");

interface Found {
  readonly place: string;
  /** Undefined where the source can't be told from the code alone. */
  readonly expression: RegExp | undefined;
}

/** Every regular expression of one file: literals, and `new RegExp` of texts and of the sources of literals. */
function expressionsIn(path: string): readonly Found[] {
  const source = ts.createSourceFile(path, readFileSync(join(root, path), "utf8"), ts.ScriptTarget.Latest, true);
  const found: Found[] = [];
  const literals = new Map<string, RegExp>();
  const visit = (node: ts.Node): void => {
    const place = `${path}: ${node.getText(source).slice(0, 80)}`;
    if (ts.isRegularExpressionLiteral(node)) {
      const expression = expressionOf(node.text);
      found.push({ place, expression });
      if (ts.isVariableDeclaration(node.parent)) literals.set(node.parent.name.getText(source), expression);
    }
    if (ts.isNewExpression(node) && node.expression.getText(source) === "RegExp") {
      found.push({ place, expression: constructed(node.arguments ?? [], literals, source) });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function expressionOf(literal: string): RegExp {
  const end = literal.lastIndexOf("/");
  return new RegExp(literal.slice(1, end), literal.slice(end + 1));
}

function constructed(
  [pattern, flags]: readonly ts.Expression[],
  literals: ReadonlyMap<string, RegExp>,
  source: ts.SourceFile,
): RegExp | undefined {
  const flagText = flags !== undefined && ts.isStringLiteral(flags) ? flags.text : "";
  if (pattern === undefined) return undefined;
  if (ts.isStringLiteralLike(pattern)) return new RegExp(pattern.text, flagText);
  if (!ts.isTemplateExpression(pattern)) return undefined;
  const parts = pattern.templateSpans.map(({ expression, literal }) => {
    const name = /^(\w+)\.source$/.exec(expression.getText(source))?.[1];
    const inner = name === undefined ? undefined : literals.get(name);
    return inner === undefined ? undefined : `(?:${inner.source})${literal.text}`;
  });
  return parts.includes(undefined) ? undefined : new RegExp(pattern.head.text + parts.join(""), flagText);
}

const folders = ["protocol", "service", "store", "agent", "broker", "simulators", "cluster", "command-line"];
const paths = folders.flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => `${folder}/${name}`),
);
const all = paths.flatMap(expressionsIn);

/** `new RegExp` of the patterns in the field tables, which are judged by themselves below. */
const ofTables = ["protocol/check-in/qd4750.ts: new RegExp(field.pattern)"];

function patternsOf({ fields }: Message): readonly string[] {
  return Object.values(fields).flatMap((field) => {
    if (field.kind === "message") return patternsOf(field.message);
    return "pattern" in field && field.pattern !== undefined ? [field.pattern] : [];
  });
}

describe("the product's regular expressions", () => {
  test("are all known", () => {
    expect(all.length).toBeGreaterThan(60);
    const unknown = all.filter(({ expression }) => expression === undefined).map(({ place }) => place);
    expect(unknown).toEqual(ofTables);
  });

  test("match in time proportional to the text", () => {
    const slow = all.flatMap(({ place, expression }) => {
      const why = expression === undefined ? undefined : slownessOf(expression);
      return why === undefined ? [] : [`${place}: ${why}`];
    });
    expect(slow).toEqual([]);
  });

  test("so do those of the schemas", () => {
    const patterns = [
      ...patternsOf(checkInMessage),
      ...patternsOf(rejectedMessage),
      ...Object.values(attributes).map(({ pattern }) => pattern),
    ];
    expect(patterns.length).toBeGreaterThan(20);
    expect(patterns.filter((pattern) => slownessOf(new RegExp(pattern)) !== undefined)).toEqual([]);
  });
});

describe("the judge", () => {
  test.each([
    /(a+)+$/,
    /^(a|a)*b/,
    /^(?:a*)*b/,
    /^\d+\d+x/,
    /^\s*\w*\s*=/,
    /\s+$/,
    /a+b/,
    /^(?:[^|]*\|){3,}x/,
    /^.*,.*$/,
    /a(?:ba)*c/,
  ])("refuses %s", (expression) => {
    expect(slownessOf(expression)).toBeDefined();
  });

  test.each([
    /^[\w-]{10,}\.[\w-]*$/,
    /\s+/g,
    /^ +/,
    /^\D{0,10}\d{12}$/,
    /^(?:a+|b+)$/,
    /[0-9]{2,4}x/,
    /^a*$/,
    /(?=\p{L})x/u,
    /^([0-9a-f]{2})*$/i,
    /^(.+):(\d{1,5})$/,
    /"state"\s*:\s*"off"/,
  ])("lets %s pass", (expression) => {
    expect(slownessOf(expression)).toBeUndefined();
  });

  test.each([/^(?:(?:a{0,40}){0,40}){0,40}b/])("refuses bounds that multiply: %s", (expression) => {
    expect(slownessOf(expression)).toBe("bounds multiply");
  });
});
