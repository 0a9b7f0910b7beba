// Writes the schema files of docs/schemas, the page of profile members and the picture of the test code; tests compare them.
import { mkdirSync, writeFileSync } from "node:fs";
import { jsonSchemaName, profileJsonSchema, profileMembersPage } from "../agent/profile/profile-pages.ts";
import { registryJsonSchema, registrySchemaName } from "../agent/registry/registry-json-schema.ts";
import { schemaFiles } from "../protocol/check-in/schema-files.ts";
import { testCodeAsSvg } from "../protocol/driver/learn/test-code-picture.ts";

const root = new URL("../", import.meta.url);
mkdirSync(new URL("docs/schemas/", root), { recursive: true });
const files = [...schemaFiles()].map(([name, text]) => [`docs/schemas/${name}`, text] as const);
files.push([`docs/schemas/${jsonSchemaName}`, profileJsonSchema()]);
files.push([`docs/schemas/${registrySchemaName}`, registryJsonSchema()]);
files.push(["docs/readers/profile-members.md", profileMembersPage()]);
files.push(["docs/readers/test-code.svg", testCodeAsSvg()]);
for (const [path, text] of files) {
  writeFileSync(new URL(path, root), text);
  console.log(path);
}
