// Every file says first what it is for, and none names the place where packages were fetched from.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { directions } from "./rules.ts";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");

/** What is made, fetched or private: no part of the project's text. */
const otherDirectories = new Set(["node_modules", "dist", "build", "coverage", ".git", "data", "tiepdon-data"]);
const projectFiles = listFiles(root).map((path) => relative(root, path));

function listFiles(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isFile()) return [path];
    return entry.isDirectory() && !otherDirectories.has(relative(root, path)) ? listFiles(path) : [];
  });
}

const read = (path: string): string => readFileSync(join(root, path), "utf8");

describe("first lines", () => {
  const homes = [...Object.keys(directions), "tests", "scripts", "systemd", ".ci"];
  const commented = projectFiles.filter(
    (path) =>
      homes.includes(path.split("/")[0] ?? "") &&
      (/\.(ts|mjs|cjs|service|rules|sysusers|tmpfiles|sh)$/.test(path) || path === ".ci/run"),
  );

  test("are a comment that is a sentence", () => {
    expect(commented.length).toBeGreaterThan(100);
    expect(commented.filter((path) => !startsWithPurpose(read(path)))).toEqual([]);
  });

  test.each([
    ["// Cuts frames.\ncode", true],
    ["#!/usr/bin/env bash\n# Runs all tests.\n", true],
    ["import x from 'y';\n// Late.", false],
    ["// biome-ignore lint: no\n", false],
    ["//\n", false],
  ])("%j is judged %s", (text, verdict) => expect(startsWithPurpose(text)).toBe(verdict));
});

/** A comment of a few words at least that begins with a capital letter, the name of the file's noun, or a command. */
function startsWithPurpose(text: string): boolean {
  const [first = "", second = ""] = text.split("\n");
  const line = first.startsWith("#!") ? second : first;
  return /^(\/\/|#) \S+( \S+)+/.test(line) && !/biome-ignore|@ts-|eslint/.test(line);
}

describe("package registries", () => {
  // Put together here, so that this file does not name them.
  const hosts = [["registry", "npmjs"], ["registry", "yarnpkg"], ["npm", "pkg"], ["pypi"], ["files", "pythonhosted"]];
  const known = hosts.map((parts) => `${parts.join("\\.")}\\.(org|com|dev)`).join("|");
  const named = new RegExp(`${known}|https?://[^\\s"'/]*(registry|artifactory|nexus|verdaccio)[^\\s"'/]*\\.`, "i");

  test("are named by no file of the project", () => {
    expect(projectFiles.filter((path) => named.test(read(path)))).toEqual([]);
  });

  test("would be seen", () => {
    expect(named.test(`"resolved": "https://${["registry", "npmjs", "org"].join(".")}/x/-/x-1.0.0.tgz"`)).toBe(true);
    expect(named.test(`http://${["nexus", "hospital", "example"].join(".")}/npm`)).toBe(true);
  });
});
