// Bundles the product into dist/: tiepdon.cjs, and one file for each command, so that a service loads one file and no more.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { build } from "esbuild";

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
const commands = readdirSync("command-line/commands").filter((name) => name.endsWith(".ts"));
/** Loaded by few desks, and large: files of their own too, so that the others don't hold them in memory. */
const parts = [
  ...["agent/ports/socket-io-port.ts", "agent/registry/verify-list.ts"],
  ...["broker/authority/enrolment-server.ts", "broker/authority/x509.ts", "broker/observation/http-page.ts"],
];
const staging = `dist/.building-${process.pid}`;

/** Commands are files of their own beside tiepdon.cjs, loaded when they are run. */
const commandsApart = {
  name: "commands-apart",
  setup({ onResolve }) {
    onResolve({ filter: /^\.\.\/commands\/[a-z-]+\.ts$/ }, ({ path, kind }) =>
      kind === "dynamic-import" ? { path: `./commands/${basename(path, ".ts")}.cjs`, external: true } : undefined,
    );
  },
};

/** Parts lie beside the commands' folder, loaded when they are needed. */
const partsApart = {
  name: "parts-apart",
  setup({ onResolve }) {
    onResolve({ filter: /^\.\.?\/.*\.ts$/ }, ({ path, kind, resolveDir }) => {
      const part = parts.find((file) => resolve(file) === resolve(resolveDir, path));
      if (kind !== "dynamic-import" || part === undefined) return undefined;
      return { path: `../parts/${basename(part, ".ts")}.cjs`, external: true };
    });
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

const options = {
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
  plugins: [commandsApart, partsApart, withoutUnusedTransports, profilesInside],
};
const commandFiles = commands.map((name) => `command-line/commands/${name}`);
await build({
  ...options,
  entryPoints: ["command-line/tiepdon.ts", ...commandFiles],
  outdir: staging,
  outbase: "command-line",
});
await build({ ...options, entryPoints: parts, outdir: join(staging, "parts"), entryNames: "[name]" });

// V8 keeps a source in half the memory when it is plain ASCII; regular expressions are all that esbuild leaves unescaped.
const escaped = (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
const built = ["tiepdon.cjs", ...filesOf("commands"), ...filesOf("parts")];
for (const folder of ["dist/commands", "dist/parts"]) mkdirSync(folder, { recursive: true });
for (const file of built) {
  const staged = join(staging, file);
  writeFileSync(staged, readFileSync(staged, "utf8").replace(/[^\0-\x7f]/g, escaped));
  renameSync(staged, join("dist", file)); // whole or not at all: a service may start while this runs
}
rmSync(staging, { recursive: true });
for (const folder of ["commands", "parts"]) {
  for (const old of readdirSync(join("dist", folder))) {
    if (!built.includes(join(folder, old))) rmSync(join("dist", folder, old));
  }
}

function filesOf(folder) {
  return readdirSync(join(staging, folder)).map((name) => join(folder, name));
}
