// What a simulated reader is plugged into: one line to a host that comes and goes.

/** Scans go out through it; what the host sends back is dropped unless somebody listens. */
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

/** What the reader's end of the line notices. */
export interface MediumListener {
  /** A host has opened the line. Told at once where one is already there. */
  opened(): void;
  /** The host closed the line, or the plug was pulled. */
  gone(): void;
  received(bytes: Uint8Array): void;
}

/** A line on which the host is heard, too. */
export interface TwoWayMedium extends Medium {
  /** Replaces the listener before. */
  attach(listener: MediumListener): void;
  /** Pulls the plug for so long, in milliseconds; resolves when it is in again. Rejects where nobody can: a foreign device. */
  unplug(milliseconds: number): Promise<void>;
}

/** Stands for the listener where nobody listens. */
export const nobody: MediumListener = { opened: () => undefined, gone: () => undefined, received: () => undefined };

/** The host hung up: the scan under way is lost, as it is with a real reader in plain mode. */
export class HostGone extends Error {
  constructor(options?: ErrorOptions) {
    super("The host closed the line", options);
    this.name = "HostGone";
  }
}
