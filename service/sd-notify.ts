// Tells systemd how the service is: ready, stopping, its status line, and that it still makes progress.
import { spawn } from "node:child_process";
import type { Log } from "../protocol/host.ts";

/** The part of the environment that systemd sets for a `Type=notify` service (sd_notify(3), sd_watchdog_enabled(3)). */
export interface NotifyEnvironment {
  readonly NOTIFY_SOCKET?: string | undefined;
  /** Microseconds within which systemd wants to hear of progress. */
  readonly WATCHDOG_USEC?: string | undefined;
}

/** How long one message may take, in milliseconds: systemd-notify waits until systemd has taken it. */
const messageMsMax = 5_000;

/** Messages waiting behind the one under way. More than a few mean that systemd does not listen; newer ones are dropped then. */
const waitingMessagesMax = 8;

/**
 * NOTIFY_SOCKET is an AF_UNIX datagram socket, which Node can't open, and a native module for 20 bytes a message would
 * be one more thing to build on every desk. systemd's own systemd-notify is wherever systemd is, so each message is one
 * short-lived child. Two consequences: messages are rare (the watchdog speaks three times in WatchdogSec), and since
 * they come from a child the unit needs NotifyAccess=all.
 * Without NOTIFY_SOCKET every call does nothing. No call ever throws: a service works on when systemd does not listen.
 */
export class SdNotify {
  readonly #environment: NotifyEnvironment;
  readonly #log: Log;
  readonly #program: string;
  #last: Promise<void> = Promise.resolve();
  #waiting = 0;

  constructor(options: { environment: NotifyEnvironment; log: Log; program?: string }) {
    this.#environment = options.environment;
    this.#log = options.log;
    this.#program = options.program ?? "systemd-notify";
  }

  /** How often the watchdog must be fed, in milliseconds: a third of WatchdogSec. Undefined when systemd does not watch. */
  get watchdogIntervalMs(): number | undefined {
    const microseconds = Number(this.#environment.WATCHDOG_USEC ?? 0);
    const isWatched = this.#environment.NOTIFY_SOCKET !== undefined && microseconds > 0;
    return isWatched ? Math.floor(microseconds / 3_000) : undefined;
  }

  /** Start-up is over. Resolves when systemd has heard it. */
  ready(status: string): Promise<void> {
    return this.#tell("READY=1", statusLine(status));
  }

  stopping(): Promise<void> {
    return this.#tell("STOPPING=1");
  }

  /** One line for `systemctl status`; never anything of a patient. */
  status(status: string): Promise<void> {
    return this.#tell(statusLine(status));
  }

  /** Puts off the watchdog's end by one WatchdogSec. */
  feedWatchdog(): Promise<void> {
    return this.#tell("WATCHDOG=1");
  }

  /** In the order of the calls: READY must not overtake STOPPING. */
  #tell(...assignments: readonly string[]): Promise<void> {
    const socket = this.#environment.NOTIFY_SOCKET;
    if (socket === undefined || this.#waiting >= waitingMessagesMax) return Promise.resolve();
    this.#waiting += 1;
    this.#last = this.#last.then(async () => {
      const failure = await this.#run(assignments, socket);
      this.#waiting -= 1;
      if (failure !== undefined) this.#log.warn({ failure }, "systemd could not be told");
    });
    return this.#last;
  }

  /** Resolves with undefined, or with why it failed. */
  #run(assignments: readonly string[], socket: string): Promise<string | undefined> {
    return new Promise((resolve) => {
      const child = spawn(this.#program, assignments, {
        env: { PATH: "/usr/bin:/bin", NOTIFY_SOCKET: socket },
        stdio: "ignore",
        timeout: messageMsMax,
      });
      child.once("error", (error) => resolve(error.message));
      child.once("exit", (code, signal) => resolve(code === 0 ? undefined : `ended with ${code ?? signal}`));
    });
  }
}

const statusLine = (status: string): string => `STATUS=${status.replace(/\s+/g, " ")}`;
