// The pages for IT keep to the product: their links lead somewhere, every profile is named, their example files load.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { loadProfiles } from "../../../../agent/profile/load-profiles.ts";
import { temporaryDirectory } from "../../../fixtures/clean-up.ts";

const folder = fileURLToPath(new URL("../../../../docs/readers/", import.meta.url));
const pages = readdirSync(folder).filter((name) => name.endsWith(".md"));
const read = (name: string): string => readFileSync(join(folder, name), "utf8");
const own = ["honeywell.md", "newland.md", "datalogic.md", "gm65.md", "plain-serial.md", "adding-a-model.md"];

test.each(pages)("the links of %s lead to files that are there", (name) => {
  const targets = [...read(name).matchAll(/\]\((?!https?:)([^)#\s]+)/g)].map(([, target = ""]) => target);
  expect(targets.filter((target) => !existsSync(join(folder, target)))).toEqual([]);
});

test("every built-in profile is named in the index", () => {
  const index = read("README.md");
  const { profiles } = loadProfiles(undefined);
  expect([...profiles.keys()].filter((id) => !index.includes(`\`${id}\``))).toEqual([]);
});

test("every page is in the index", () => {
  const index = read("README.md");
  expect(own.filter((name) => !index.includes(`(${name})`))).toEqual([]);
});

test("the pages name no profile that is not there", () => {
  const { profiles } = loadProfiles(undefined);
  const named = own.flatMap((name) => [
    ...read(name).matchAll(/`((?:generic|honeywell|zebra|datalogic|newland)-[a-z0-9-]+)`/g),
  ]);
  const languages = ["newland-legacy", "honeywell-64", "newland-64"];
  const unknown = named.map(([, id = ""]) => id).filter((id) => !profiles.has(id) && !languages.includes(id));
  expect(unknown).toEqual([]);
});

test("the example files are valid", () => {
  const examples = [...read("adding-a-model.md").matchAll(/```json\n([\s\S]*?)```/g)].map(([, text = ""]) => text);
  expect(examples.length).toBe(2);
  const site = temporaryDirectory();
  for (const [at, text] of examples.entries()) writeFileSync(join(site, `${at}.json`), text);
  const { faults, profiles } = loadProfiles(site);
  expect(faults).toEqual([]);
  expect([...profiles.values()].filter(({ origin }) => origin === "site").map(({ file }) => file.id)).toEqual([
    "datalogic-cdc",
    "hang-x-a1",
  ]);
});

test("what the pages say is sent is what the profiles send", () => {
  const { profiles } = loadProfiles(undefined);
  const gm65 = profiles.get("gm65-uart")?.file.trigger;
  const spaced = (hex: string | null | undefined) => hex?.toUpperCase().match(/../g)?.join(" ") ?? "?";
  expect(read("gm65.md")).toContain(spaced(gm65?.on));
  expect(read("gm65.md")).toContain(spaced(gm65?.off));
  const hostAck = profiles.get("honeywell-cdc-hostack")?.file.feedback;
  for (const [, commands] of Object.entries(hostAck ?? {})) {
    const letter = Buffer.from(commands[0] ?? "", "hex")
      .toString("latin1")
      .slice(1);
    expect(read("honeywell.md")).toContain(`\`ESC ${letter}\``);
  }
});
