// tiepdon reader profiles: the built bundle brings its profiles along, shows a site's, and names every fault.
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryDirectory } from "../../fixtures/clean-up.ts";
import { tiepdon } from "../../fixtures/tiepdon.ts";

const run = (...words: string[]) => tiepdon(["reader", "profiles", ...words]);
const builtIn = readdirSync(new URL("../../../profiles/", import.meta.url)).map((name) => name.replace(".json", ""));

function site(file: object): string {
  const folder = temporaryDirectory();
  writeFileSync(join(folder, "own.json"), JSON.stringify({ schema: "reader-profile/1", ...file }));
  return folder;
}

test("lists all of them, from whatever directory it is run", () => {
  const { status, out, error } = run("--profiles-dir", temporaryDirectory());
  expect([status, error]).toEqual([0, ""]);
  expect(
    out
      .trimEnd()
      .split("\n")
      .map((line) => line.split(" ")[0]),
  ).toEqual(builtIn.sort());
});

test("lists them as JSON lines with where each comes from", () => {
  const folder = site({ id: "generic-tcp", framing: { end: ["tab"] } });
  const { status, out } = run("--json", "--profiles-dir", folder);
  const rows = out
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(status).toBe(0);
  expect(rows.map(({ id }) => id)).toEqual(builtIn.sort());
  expect(rows.filter(({ origin }) => origin === "site")).toEqual([
    expect.objectContaining({ id: "generic-tcp", isChanged: true, path: join(folder, "own.json") }),
  ]);
});

test("shows one, for people and for programs", () => {
  const folder = site({ id: "x1", vendor: "X", model: "1", driver: "ssi", transport: { kind: "serial" } });
  const { status, out } = run("x1", "--json", "--profiles-dir", folder);
  expect(status).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ origin: "site", isChanged: false, profile: { id: "x1", driver: "ssi" } });
  expect(run("honeywell-cdc-hostack").out).toMatch(/suspends-until-hostack: .* \| .*\n\{\n/);
});

test("ends with 2 for a name that is not there", () => {
  const { status, out, error } = run("none");
  expect([status, out]).toEqual([2, ""]);
  expect(error).toMatch(/Không có hồ sơ nào .* \| No profile/);
});

test("ends with 2 for a faulty file, and still shows the rest", () => {
  const { status, out, error } = run("--profiles-dir", site({ id: "generic-tcp", match: [{}], speed: 9600 }));
  expect(status).toBe(2);
  expect(out.split("\n")).toHaveLength(builtIn.length + 1);
  expect(error).toMatch(/own\.json:1:\d+ match: .*\n {4}→ .*\n.*own\.json:1:\d+ speed: .*\n {4}→/);
});
