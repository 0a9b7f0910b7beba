// What a broker is started with.
import type { Clock, Log } from "../protocol/host.ts";
import type { BrokerConfig } from "./config.ts";

export interface BrokerOptions {
  readonly config: BrokerConfig;
  /** The SQLite file; its directory is made if need be. Only one process may use it. */
  readonly storePath: string;
  readonly log: Log;
  readonly clock: Clock;
  /** Of this build; for those who observe it. */
  readonly version?: string;
}
