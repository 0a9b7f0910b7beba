// The one configuration file of an installation: a part for the agent, a part for the broker.
import * as z from "zod";
import { agentConfigSchema } from "../agent/config.ts";
import { brokerConfigSchema } from "../broker/config.ts";
import { describeFaults } from "../service/config-fault.ts";
import { CommandFailure, exitCodes } from "../service/exit-codes.ts";
import { loadConfigFile } from "../service/read-config-file.ts";

export const configSchema = z
  .strictObject({
    agent: agentConfigSchema.optional().describe("This desk: what `tiepdon agent` runs"),
    broker: brokerConfigSchema.optional().describe("The facility's broker: what `tiepdon broker` runs"),
  })
  .describe("Tiepdon configuration");

export type Config = z.infer<typeof configSchema>;

/** Reads and checks the file. Throws `CommandFailure` (2) with all faults at once. */
export function readConfig(path: string): Config {
  const loaded = loadConfigFile(path, configSchema);
  if (loaded.kind === "config") return loaded.config;
  throw new CommandFailure(exitCodes.wrongUsage, describeFaults(loaded.faults));
}

/** The part that a command needs. Throws `CommandFailure` (2) when the file has none. */
export function partOf<P extends keyof Config>(config: Config, part: P, path: string): NonNullable<Config[P]> {
  const found = config[part];
  if (found !== undefined) return found;
  throw new CommandFailure(
    exitCodes.wrongUsage,
    `${path}:1 Thiếu phần \`${part}:\` | The part \`${part}:\` is missing\n    → \`tiepdon config example\``,
  );
}
