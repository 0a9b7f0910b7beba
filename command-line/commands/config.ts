// tiepdon config: checks a configuration file, and shows what one may hold.
import * as z from "zod";
import { configExample } from "../config-example.ts";
import { type Config, configSchema, partOf, readConfig } from "../config-schema.ts";
import { print, say, styled } from "../terminal.ts";

/** Throws `CommandFailure` (2) with every fault, its line and its fix. */
export function runConfigCheck(path: string): void {
  const config = readConfig(path);
  const parts = Object.keys(config).join(", ");
  say(styled("green", `✔ ${path}: hợp lệ | valid (${parts})`));
}

/** The checked file with all its defaults, or one part of it, as JSON. Throws `CommandFailure` (2). */
export function runConfigPrint(path: string, options: { part?: keyof Config }): void {
  const config = readConfig(path);
  print(JSON.stringify(options.part === undefined ? config : partOf(config, options.part, path)));
}

/** The JSON Schema (draft 2020-12) of the file, for editors. */
export function runConfigSchema(): void {
  print(JSON.stringify(z.toJSONSchema(configSchema, { io: "input" }), null, 2));
}

export function runConfigExample(): void {
  process.stdout.write(configExample);
}
