// `tiepdon cluster mosquitto` and `tiepdon cluster bridge`: configuration of Mosquitto as a facility's broker, and as a province's.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type * as z from "zod";
import { bridgeConfig, bridgeDescriptionSchema } from "../../cluster/mosquitto-bridge.ts";
import {
  mosquittoAccess,
  mosquittoConfig,
  mosquittoDescriptionSchema,
  mosquittoFiles,
} from "../../cluster/mosquitto-config.ts";
import { describeFaults } from "../../service/config-fault.ts";
import { CommandFailure, exitCodes } from "../../service/exit-codes.ts";
import { loadConfigFile } from "../../service/read-config-file.ts";
import { replaceFile } from "../../store/durable-file.ts";
import { print, say } from "../terminal.ts";

const privateMode = 0o600;

/** Writes configuration and access list. Throws `CommandFailure`: 2 for a faulty description, 5 when files can't be written. */
export async function runClusterMosquitto(path: string, options: { readonly out: string }): Promise<void> {
  const description = read(path, mosquittoDescriptionSchema);
  const files = [
    [mosquittoFiles.config, mosquittoConfig(description)],
    [mosquittoFiles.access, mosquittoAccess(description)],
  ] as const;
  try {
    mkdirSync(options.out, { recursive: true, mode: 0o700 });
    for (const [name, text] of files) {
      await replaceFile(join(options.out, name), text, privateMode);
      print(join(options.out, name));
    }
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new CommandFailure(exitCodes.diskTrouble, `Không ghi được tệp | The files can't be written: ${cause}`);
  }
  const { certificate, key, authority, revoked } = mosquittoFiles;
  say(
    [
      `Đặt cạnh đó | put beside them in ${description.directory}: ${[certificate, key, authority, revoked].join(", ")} (tiepdon ca)`,
      "agent.publish.receipt: result — Mosquitto xác nhận cả những gì nó bỏ | Mosquitto acknowledges what it drops, too",
    ].join("\n"),
  );
}

/** Prints the bridges of a province. Throws `CommandFailure` (2) for a faulty description. */
export function runClusterBridge(path: string): void {
  const description = read(path, bridgeDescriptionSchema);
  process.stdout.write(bridgeConfig(description));
  say(
    `Ở mỗi cơ sở | at every facility: tiepdon broker user add ${description.name} --role his --facility …; tiepdon ca issue ${description.name}`,
  );
}

function read<T>(path: string, schema: z.ZodType<T>): T {
  const loaded = loadConfigFile(path, schema);
  if (loaded.kind === "config") return loaded.config;
  throw new CommandFailure(exitCodes.wrongUsage, describeFaults(loaded.faults));
}
