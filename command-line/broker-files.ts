// Where a broker keeps its files, and what can go wrong when it starts.
import { join } from "node:path";
import { UserError } from "../broker/access/users-file.ts";
import { BrokerError } from "../broker/broker-error.ts";
import type { BrokerConfig } from "../broker/config.ts";
import { CommandFailure, exitCodes } from "../service/exit-codes.ts";

export const storeFileName = "broker.db";

export function usersFileOf(config: Pick<BrokerConfig, "usersFile">, dataDir: string): string {
  return config.usersFile ?? join(dataDir, "users.json");
}

/** One sentence and the right exit code for why the broker did not start. */
export function brokerStartFailure(error: unknown, config: BrokerConfig): unknown {
  if (error instanceof UserError) return new CommandFailure(exitCodes.wrongUsage, error.message);
  if (!(error instanceof BrokerError)) return error;
  const cause = error.cause instanceof Error ? `: ${error.cause.message}` : "";
  const place = error.place ?? `${config.host}:${config.port}`;
  switch (error.code) {
    case "port-in-use":
      return new CommandFailure(
        exitCodes.alreadyRunning,
        `${error.message} (${place})\n    → --mqtt-port N, broker.port, hoặc dừng chương trình kia | or stop the other program`,
      );
    case "store-unavailable":
      return new CommandFailure(exitCodes.diskTrouble, `${error.message}${cause}`);
    case "port-forbidden":
    case "address-absent":
    case "listen-failed":
      return new CommandFailure(exitCodes.wrongUsage, `${error.message} (${place})`);
    case "tls-unusable":
    case "authority-unusable":
    case "observation-token-unusable":
    case "no-listener":
      return new CommandFailure(exitCodes.wrongUsage, `${error.message}${cause}`);
  }
}
