// Bundles the command line into one file, dist/tiepdon.cjs; native modules stay outside.
import { mkdirSync, readFileSync, renameSync } from "node:fs";
import { build } from "esbuild";

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
const target = `dist/tiepdon.${process.pid}.tmp`;
mkdirSync("dist", { recursive: true });
await build({
  entryPoints: ["command-line/tiepdon.ts"],
  outfile: target,
  bundle: true,
  platform: "node",
  target: "node20",
  format: "cjs",
  minifySyntax: true,
  legalComments: "none",
  logLevel: "warning",
  define: { TIEPDON_VERSION: JSON.stringify(version) },
  external: ["better-sqlite3", "@serialport/bindings-cpp"],
});
renameSync(target, "dist/tiepdon.cjs"); // whole or not at all: a service may start while this runs
