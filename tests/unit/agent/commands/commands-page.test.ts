// The page about commands names every command, outcome, reason and fault that there is.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readerCommands } from "../../../../agent/commands/reader-commands.ts";
import { driverFailures } from "../../../../protocol/driver/driver.ts";
import { outcomes } from "../../../../protocol/driver/outcome.ts";
import { portErrors } from "../../../../protocol/port.ts";

const page = readFileSync(new URL("../../../../docs/readers/commands.md", import.meta.url), "utf8");
/** A port that leads nowhere is `absent`. */
const ports = Object.keys(portErrors).filter((code) => code !== "port-absent");
const others = ["ambiguous", "spool-full", "switched-off", "refused-by-registry"];
const faults = ["scans-lost", "boot-id-reused", "setup-refused", "not-rearmed", "reader-reported"];

test.each([
  ["commands", [...readerCommands.keys()]],
  ["outcomes", outcomes],
  ["reasons", [...Object.keys(driverFailures), ...ports, ...others]],
  ["faults", faults],
])("it names all %s", (_what, words) => {
  expect(words.filter((word) => !page.includes(`\`${word}\``))).toEqual([]);
});
