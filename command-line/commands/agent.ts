// tiepdon agent: the service of one desk.
import type { AgentOptions } from "../../agent/agent.ts";
import { systemClock } from "../../service/clock.ts";
import { CommandFailure, exitCodes } from "../../service/exit-codes.ts";
import { keepBuffersFew } from "../../service/external-memory.ts";
import { openLog } from "../../service/log.ts";
import { systemRandom } from "../../service/random.ts";
import { checkedDesk } from "../checked-config.ts";
import { modelsFrom } from "../models-from.ts";
import { ownDataDir } from "../own-data-dir.ts";
import { readSecret } from "../read-secret.ts";
import { runService } from "../run-service.ts";
import { version } from "../version.ts";

/** Runs until it is told to stop. Throws `CommandFailure`. */
export async function runAgent(options: { config: string; dataDir: string }): Promise<void> {
  keepBuffersFew();
  // The file is checked in another process while this one loads what it will need.
  const [{ config, models }, { agentParts, startAgent }] = await Promise.all([
    checkedDesk(options.config),
    import("../../agent/agent.ts"),
  ]);
  const password = config.mqtt.passwordFile === undefined ? undefined : readSecret(config.mqtt.passwordFile);
  const unlock = ownDataDir(options.dataDir, "agent");
  const log = openLog({ level: config.log.level, service: "agent" });
  const common = {
    config,
    models: modelsFrom(models),
    dataDir: options.dataDir,
    password,
    version,
    clock: systemClock(),
    random: systemRandom(),
    log,
  };
  const start = (onProgress: AgentOptions["onProgress"]) =>
    startAgent({ ...common, onProgress }).catch((error: unknown) => {
      if (error instanceof CommandFailure) throw error;
      throw new CommandFailure(
        exitCodes.diskTrouble,
        `Không mở được hàng đợi trong ${options.dataDir} | The spool in ${options.dataDir} can't be opened: ${String(error)}`,
        { cause: error },
      );
    });
  await runService({ log, parts: agentParts, start });
  unlock();
}
