// Writes the schema files of docs/schemas from the field tables, and the page of profile members; a test compares them.
import { mkdirSync, writeFileSync } from "node:fs";
import { jsonSchemaName, profileJsonSchema, profileMembersPage } from "../agent/profile/profile-pages.ts";
import { schemaFiles } from "../protocol/check-in/schema-files.ts";

const root = new URL("../", import.meta.url);
mkdirSync(new URL("docs/schemas/", root), { recursive: true });
const files = [...schemaFiles()].map(([name, text]) => [`docs/schemas/${name}`, text] as const);
files.push([`docs/schemas/${jsonSchemaName}`, profileJsonSchema()]);
files.push(["docs/readers/profile-members.md", profileMembersPage()]);
for (const [path, text] of files) {
  writeFileSync(new URL(path, root), text);
  console.log(path);
}
