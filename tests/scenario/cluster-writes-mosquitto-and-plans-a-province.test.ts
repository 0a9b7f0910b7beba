// `tiepdon cluster mosquitto`, `bridge` and `plan` on the command line.
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryDirectory } from "../fixtures/clean-up.ts";
import { tiepdon } from "../fixtures/tiepdon.ts";

function fileWith(text: string): string {
  const file = join(temporaryDirectory(), "description.yaml");
  writeFileSync(file, text);
  return file;
}

test("mosquitto: two files for the owner alone, and the receipt that belongs to it", () => {
  const out = join(temporaryDirectory(), "out");
  const made = tiepdon(["cluster", "mosquitto", fileWith("facilities: [{ facility: 38xxx, desks: 3 }]"), "--out", out]);
  expect(made.status).toBe(0);
  expect(made.error).toContain("receipt: result");
  for (const name of ["tiepdon.conf", "access.acl"]) expect(statSync(join(out, name)).mode & 0o777).toBe(0o600);
  expect(readFileSync(join(out, "access.acl"), "utf8").match(/^user /gm)).toHaveLength(3);
  const faulty = tiepdon(["cluster", "mosquitto", fileWith("facilities: []\nqueuedMax: 1"), "--out", out]);
  expect(faulty).toMatchObject({ status: 2, out: "" });
  expect(faulty.error).toContain("description.yaml:2");
});

test("bridge: the configuration is data on standard output", () => {
  const file = fileWith("name: tinh-38\nfacilities:\n  - { facility: 38001, host: broker.bv1.vn }\n");
  const number = tiepdon(["cluster", "bridge", file]); // a code without quotes is a number
  expect(number).toMatchObject({ status: 2, out: "" });
  expect(number.error).toContain("description.yaml:3");
  const good = tiepdon(["cluster", "bridge", fileWith(readFileSync(file, "utf8").replace("38001", '"38001"'))]);
  expect(good.status).toBe(0);
  expect(good.out).toContain("connection 38001\n");
});

test("plan: a table for people, a line for each figure for programs, other numbers by options", () => {
  expect(tiepdon(["cluster", "plan"]).out).toContain("| centre, direct | connections | 20,000 |");
  const lines = tiepdon(["cluster", "plan", "--json", "--desks", "100", "--facilities", "2", "--format", "pb"])
    .out.trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { what: string; value: number });
  expect(lines.find(({ what }) => what === "desks")?.value).toBe(50);
  expect(tiepdon(["cluster", "plan", "--desks", "-1"]).status).toBe(2);
  expect(tiepdon(["cluster", "plan", "--busiest-hour-share", "2"]).status).toBe(2);
});
