// Writes ReaderLink's .proto file, nanopb limits and test vectors from the field tables and the codec; tests compare them.
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { readerLinkOptions, readerLinkProto } from "../protocol/frame/reader-link/proto-file.ts";
import { readerLinkVectors } from "./readerlink-vectors.ts";

const docs = new URL("../docs/", import.meta.url);
const files = {
  "schemas/readerlink-v1.proto": readerLinkProto(),
  "schemas/readerlink-v1.options": readerLinkOptions(),
  "readers/readerlink-vectors.json": readerLinkVectors(),
};
for (const [name, text] of Object.entries(files)) {
  const file = new URL(name, docs);
  mkdirSync(new URL(".", file), { recursive: true });
  writeFileSync(file, text);
  console.log(`docs/${name}`);
}
// Laid out as all JSON of the project is, which the linter checks.
const root = fileURLToPath(new URL("..", import.meta.url));
execFileSync("npx", ["biome", "format", "--write", "docs/readers/readerlink-vectors.json"], {
  cwd: root,
  stdio: "ignore",
});
