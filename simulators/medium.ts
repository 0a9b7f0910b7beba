// What a simulated reader is plugged into: one line to a host that comes and goes.

/** Scans go out through it; what the host sends back (feedback commands) is read and dropped. */
export interface Medium {
  /** Where the host finds the reader: a path, or `host:port`. */
  readonly place: string;
  /** Resolves as soon as a host listens; rejects with `SimulationFailure` when none ever can, and with the signal's reason. */
  whenListening(signal: AbortSignal): Promise<void>;
  /** Resolves when the operating system has taken the bytes; rejects with `HostGone` when nobody listens any more. */
  write(bytes: Uint8Array): Promise<void>;
  /** Lets written bytes out and unplugs the reader. Safe to call twice. */
  close(): Promise<void>;
}

/** The host hung up: the scan under way is lost, as it is with a real reader in plain mode. */
export class HostGone extends Error {
  constructor(options?: ErrorOptions) {
    super("The host closed the line", options);
    this.name = "HostGone";
  }
}
