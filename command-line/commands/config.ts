// tiepdon config: checks a configuration file, and shows what one may hold.
import * as z from "zod";
import { configExample } from "../config-example.ts";
import { type Config, configSchema, partOf, readConfig } from "../config-schema.ts";
import { modelFiles } from "../reader-models.ts";
import { print, say, styled } from "../terminal.ts";

/** Throws `CommandFailure` (2) with every fault, its line and its fix. */
export function runConfigCheck(path: string): void {
  const config = readConfig(path);
  if (config.agent !== undefined) modelFiles(config.agent, path);
  const parts = Object.keys(config).join(", ");
  say(styled("green", `✔ ${path}: hợp lệ | valid (${parts})`));
}

/** The checked file with all its defaults, or one part of it, or a desk with what is known of its readers, as JSON. Throws `CommandFailure` (2). */
export function runConfigPrint(path: string, options: { part?: keyof Config; desk?: true }): void {
  const config = readConfig(path);
  if (options.desk === undefined) {
    print(JSON.stringify(options.part === undefined ? config : partOf(config, options.part, path)));
    return;
  }
  const agent = partOf(config, "agent", path);
  print(JSON.stringify({ config: agent, models: modelFiles(agent, path) }));
}

/** The JSON Schema (draft 2020-12) of the file, for editors. */
export function runConfigSchema(): void {
  print(JSON.stringify(z.toJSONSchema(configSchema, { io: "input" }), null, 2));
}

export function runConfigExample(): void {
  process.stdout.write(configExample);
}
