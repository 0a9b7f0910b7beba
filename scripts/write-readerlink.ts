// Writes ReaderLink's .proto file, nanopb limits and test vectors from the field tables and the codec; tests compare them.
import { mkdirSync, writeFileSync } from "node:fs";
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
