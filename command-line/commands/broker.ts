// tiepdon broker: the service of one facility.
import { join } from "node:path";
import { startBroker } from "../../broker/broker.ts";
import { systemClock } from "../../service/clock.ts";
import { keepBuffersFew } from "../../service/external-memory.ts";
import { openLog } from "../../service/log.ts";
import { keepYoungGenerationSmall } from "../../service/small-young-generation.ts";
import { brokerStartFailure, storeFileName } from "../broker-files.ts";
import { checkedConfig } from "../checked-config.ts";
import { ownDataDir } from "../own-data-dir.ts";
import { runService } from "../run-service.ts";
import { version } from "../version.ts";

/** Runs until it is told to stop. Throws `CommandFailure`. */
export async function runBroker(options: { config: string; dataDir: string }): Promise<void> {
  keepYoungGenerationSmall();
  keepBuffersFew();
  const config = await checkedConfig(options.config, "broker");
  const unlock = ownDataDir(options.dataDir, "broker");
  const log = openLog({ level: "info", service: "broker" });
  await runService({
    log,
    parts: ["loop"],
    start: async (alive) => {
      const broker = await startBroker({
        config,
        storePath: join(options.dataDir, storeFileName),
        clock: systemClock(),
        log,
        version,
      }).catch((error: unknown) => {
        throw brokerStartFailure(error, config);
      });
      const pulse = setInterval(() => alive("loop"), pulseMs);
      return {
        status: () =>
          JSON.stringify({ ...broker.counts(), tls: broker.tlsFacts(), enrolment: broker.enrolmentFacts() }),
        stop: () => {
          clearInterval(pulse);
          return broker.close();
        },
      };
    },
  });
  unlock();
}

/** The loop turns and with it every commit: what the watchdog wants to know. */
const pulseMs = 2_000;
