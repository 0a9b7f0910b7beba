// Reads what each file of the product imports: values and types, static and dynamic, re-exports too.
import { readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import ts from "typescript";

/** Paths are relative to the root, with slashes. */
export interface SourceFile {
  readonly path: string;
  readonly lineCount: number;
  /** Targets inside the root, as paths. */
  readonly files: readonly string[];
  /** Packages and `node:` modules, by name without what follows in the package. */
  readonly libraries: readonly string[];
}

/** Every TypeScript file under the folders of the root. */
export function readSources(root: string, folders: readonly string[]): SourceFile[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => readSource(root, posix.join(folder, name.replaceAll("\\", "/")))),
  );
}

function readSource(root: string, path: string): SourceFile {
  const text = readFileSync(join(root, path), "utf8");
  const names = importedNames(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true));
  return {
    path,
    lineCount: text.split("\n").length - 1,
    files: names.filter(isRelative).map((name) => posix.join(posix.dirname(path), name)),
    libraries: names.filter((name) => !isRelative(name)).map(packageOf),
  };
}

const isRelative = (name: string): boolean => name.startsWith(".") || name.startsWith("/");

/** `@scope/name/part` is `@scope/name`, `zod/v4` is `zod`, `node:fs/promises` stays under `node:fs`. */
function packageOf(name: string): string {
  return name
    .split("/")
    .slice(0, name.startsWith("@") ? 2 : 1)
    .join("/");
}

function importedNames(source: ts.SourceFile): string[] {
  const names: string[] = [];
  const visit = (node: ts.Node): void => {
    const name = importedName(node);
    if (name !== undefined && ts.isStringLiteralLike(name)) names.push(name.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return names;
}

/** The node that names a module, where the given one imports any. */
function importedName(node: ts.Node): ts.Node | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier;
  if (ts.isImportTypeNode(node)) return ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined;
  if (ts.isExternalModuleReference(node)) return node.expression;
  if (ts.isCallExpression(node)) {
    const isImport = node.expression.kind === ts.SyntaxKind.ImportKeyword;
    const isRequire = ts.isIdentifier(node.expression) && node.expression.text === "require";
    if (isImport || isRequire) return node.arguments[0];
  }
  return undefined;
}
