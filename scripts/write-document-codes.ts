// Writes docs/documents.md from the tables that decode documents; a test compares them.
import { writeFileSync } from "node:fs";
import { documentCodesPage } from "../protocol/document/document-codes.ts";

writeFileSync(new URL("../docs/documents.md", import.meta.url), documentCodesPage());
console.log("docs/documents.md");
