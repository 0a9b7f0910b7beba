// The JSON Schema and the page of members are what the schema says, and the JSON Schema judges as the schema does.
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { fromJSONSchema } from "zod";
import { jsonSchemaName, profileJsonSchema, profileMembersPage } from "../../../../agent/profile/profile-pages.ts";

const root = new URL("../../../../", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), "utf8");

test("the committed JSON Schema is today's (npm run schemas)", () => {
  expect(read(`docs/schemas/${jsonSchemaName}`)).toBe(profileJsonSchema());
});

test("the committed page of members is today's (npm run schemas)", () => {
  expect(read("docs/readers/profile-members.md")).toBe(profileMembersPage());
});

test("every member has a meaning in both languages", () => {
  const rows = profileMembersPage()
    .split("\n")
    .filter((line) => line.startsWith("| `"));
  expect(rows.length).toBeGreaterThan(55);
  expect(rows.filter((row) => !/\S.* \\\| \S[^|]* \|$/.test(row))).toEqual([]);
});

const schema = fromJSONSchema(JSON.parse(profileJsonSchema()));

test.each(readdirSync(new URL("profiles/", root)))("the JSON Schema takes %s", (name) => {
  schema.parse(JSON.parse(read(`profiles/${name}`)));
});

test("the JSON Schema refuses what it does not know", () => {
  const known = JSON.parse(read("profiles/generic-serial.json"));
  for (const wrong of [{ more: 1 }, { init: ["1"] }, { driver: "pcsc" }, { transport: { kind: "serial", speed: 1 } }]) {
    expect(schema.safeParse({ ...known, ...wrong }).success).toBe(false);
  }
});
