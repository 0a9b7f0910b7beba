// Bundles the product into dist/: tiepdon.cjs, and one file for each command, so that a service loads one file and no more.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { build } from "esbuild";

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
const commands = readdirSync("command-line/commands").filter((name) => name.endsWith(".ts"));
const staging = `dist/.building-${process.pid}`;

/** Commands are files of their own beside tiepdon.cjs, loaded when they are run. */
const commandsApart = {
  name: "commands-apart",
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/commands\/[a-z-]+\.ts$/ }, ({ path, kind }) =>
      kind === "dynamic-import" ? { path: path.replace(/\.ts$/, ".cjs"), external: true } : undefined,
    );
  },
};

/**
 * MQTT.js and the broker's engine bring WebSocket and SOCKS along; Tiepdon speaks MQTT over TCP and TLS only, so they stay out
 * of memory. Socket.IO, which chip readers speak, is nothing without WebSocket.
 */
const withoutUnusedTransports = {
  name: "without-unused-transports",
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^(ws|socks)$/ }, ({ path, importer }) =>
      /node_modules\/engine\.io(-client)?\//.test(importer) ? undefined : { path, namespace: "unused-transport" },
    );
    onLoad({ filter: /.*/, namespace: "unused-transport" }, () => ({ contents: "module.exports = {};" }));
  },
};

/** The built-in reader profiles travel inside the bundle; a checkout reads them from its folder. */
const profilesInside = {
  name: "profiles-inside",
  setup({ onLoad }) {
    const names = readdirSync("profiles").filter((name) => name.endsWith(".json"));
    const texts = names.sort().map((name) => [name, readFileSync(join("profiles", name), "utf8")]);
    onLoad({ filter: /agent\/profile\/built-in-texts\.ts$/ }, () => ({
      contents: `export const builtInTexts = () => (${JSON.stringify(Object.fromEntries(texts))});`,
    }));
  },
};

await build({
  entryPoints: ["command-line/tiepdon.ts", ...commands.map((name) => `command-line/commands/${name}`)],
  outdir: staging,
  outbase: "command-line",
  outExtension: { ".js": ".cjs" },
  bundle: true,
  platform: "node",
  target: "node20",
  format: "cjs",
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: "none",
  logLevel: "warning",
  define: { TIEPDON_VERSION: JSON.stringify(version) },
  external: ["better-sqlite3", "better-sqlite3-napi", "@serialport/bindings-cpp", "node-hid"], // native: they stay in node_modules
  alias: { "readable-stream": "node:stream" }, // a copy of Node's own streams for old versions
  plugins: [commandsApart, withoutUnusedTransports, profilesInside],
});

// V8 keeps a source in half the memory when it is plain ASCII; regular expressions are all that esbuild leaves unescaped.
const escaped = (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
mkdirSync("dist/commands", { recursive: true });
for (const file of ["tiepdon.ts", ...commands.map((name) => join("commands", name))]) {
  const name = file.replace(/\.ts$/, ".cjs");
  const built = join(staging, name);
  writeFileSync(built, readFileSync(built, "utf8").replace(/[^\0-\x7f]/g, escaped));
  renameSync(built, join("dist", name)); // whole or not at all: a service may start while this runs
}
rmSync(staging, { recursive: true });
const known = new Set(commands.map((name) => name.replace(/\.ts$/, ".cjs")));
for (const old of readdirSync("dist/commands")) if (!known.has(basename(old))) rmSync(join("dist/commands", old));
