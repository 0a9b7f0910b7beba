// The texts of the built-in profiles by file name: here out of the checkout; the build puts them into the bundle instead.
import { readdirSync, readFileSync } from "node:fs";

export function builtInTexts(): Readonly<Record<string, string>> {
  const folder = new URL("../../profiles/", import.meta.url);
  const names = readdirSync(folder).filter((name) => name.endsWith(".json"));
  return Object.fromEntries(names.sort().map((name) => [name, readFileSync(new URL(name, folder), "utf8")]));
}
