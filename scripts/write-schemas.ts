// Writes the schema files of docs/schemas from the field tables; a test compares them.
import { mkdirSync, writeFileSync } from "node:fs";
import { schemaFiles } from "../protocol/check-in/schema-files.ts";

const folder = new URL("../docs/schemas/", import.meta.url);
mkdirSync(folder, { recursive: true });
for (const [name, text] of schemaFiles()) {
  writeFileSync(new URL(name, folder), text);
  console.log(`docs/schemas/${name}`);
}
