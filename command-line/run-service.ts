// Runs a service until it is told to stop: signals, systemd's notifications and watchdog, and a bounded ending.
import type { Log } from "../protocol/host.ts";
import { SdNotify } from "../service/sd-notify.ts";
import { Watchdog } from "../service/watchdog.ts";

export interface Service {
  /** One line for `systemctl status`. */
  status(): string;
  stop(): Promise<void>;
}

export interface ServiceOptions {
  readonly log: Log;
  /** The parts whose progress keeps the watchdog fed. */
  readonly parts: readonly string[];
  /** Starts the service; it reports progress of its parts by `alive`. Throws when it can't start. */
  readonly start: (alive: (part: string) => void) => Promise<Service>;
}

/** An orderly end takes less; after this the process goes anyway, since everything accepted is on the disk. */
const stopMsMax = 1_800;
const statusMs = 60_000;

/** Resolves when the service was told to stop (SIGINT, SIGTERM) and has stopped. */
export async function runService(options: ServiceOptions): Promise<void> {
  const notify = new SdNotify({ environment: process.env, log: options.log });
  const intervalMs = notify.watchdogIntervalMs;
  const watchdog =
    intervalMs === undefined
      ? undefined
      : new Watchdog({ parts: options.parts, intervalMs, feed: () => void notify.feedWatchdog(), log: options.log });
  const asked = stopAsked();
  const service = await options.start((part) => watchdog?.alive(part));
  watchdog?.start();
  void notify.ready(service.status());
  const status = setInterval(() => void notify.status(service.status()), statusMs);

  const signal = await asked;
  options.log.info({ signal }, "stopping");
  void notify.stopping();
  clearInterval(status);
  watchdog?.stop();
  // Unref'd: it ends what would keep a stopped process (a look-up of a name can't be called back), and holds up nothing.
  setTimeout(() => process.exit(0), stopMsMax).unref();
  await service.stop();
}

/** Resolves at the first SIGINT or SIGTERM; a second one ends the process at once. */
export function stopAsked(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.once(signal, () => {
        process.once(signal, () => process.exit(1));
        resolve(signal);
      });
    }
  });
}
