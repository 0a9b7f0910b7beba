// Holds the imports against the tables of the architecture and answers every breach as a sentence.
import type { SourceFile } from "./read-imports.ts";
import { directions, foldersWithoutNode, libraryDoors } from "./rules.ts";

/** Wrong directions, libraries beside their door, and circles; empty when all is well. */
export function findBreaches(sources: readonly SourceFile[]): string[] {
  return [...sources.flatMap(wrongDirections), ...sources.flatMap(wrongLibraries), ...circles(sources)];
}

const folderOf = (path: string): string => path.split("/")[0] ?? "";

function wrongDirections({ path, files }: SourceFile): string[] {
  const folder = folderOf(path);
  const allowed = [folder, ...(directions[folder] ?? [])];
  return files
    .filter((target) => !allowed.includes(folderOf(target)))
    .map((target) => `${path} imports ${target}, but ${folder} may import ${allowed.join(", ")} only`);
}

function wrongLibraries({ path, libraries }: SourceFile): string[] {
  return libraries.flatMap((library) => {
    if (library.startsWith("node:")) {
      return foldersWithoutNode.includes(folderOf(path)) ? [`${path} imports ${library}, but is pure`] : [];
    }
    const doors = libraryDoors[library];
    if (doors === undefined) return [`${path} imports ${library}, which has no door in rules.ts`];
    const isDoor = doors.some((door) => path === door || (door.endsWith("/") && path.startsWith(door)));
    return isDoor ? [] : [`${path} imports ${library}, whose door is ${doors.join(", ")}`];
  });
}

/** One sentence for each circle that a walk through the imports closes. */
function circles(sources: readonly SourceFile[]): string[] {
  const imports = new Map(sources.map((source) => [source.path, source.files]));
  const found: string[] = [];
  const finished = new Set<string>();
  const visit = (path: string, trail: readonly string[]): void => {
    if (finished.has(path)) return;
    const start = trail.indexOf(path);
    if (start >= 0) {
      found.push(`circle: ${[...trail.slice(start), path].join(" → ")}`);
      return;
    }
    for (const target of imports.get(path) ?? []) visit(target, [...trail, path]);
    finished.add(path);
  };
  for (const path of imports.keys()) visit(path, []);
  return found;
}
