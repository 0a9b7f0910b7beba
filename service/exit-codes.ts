// Why a tiepdon command ended: the exit codes, which are a stable interface, and the one error that carries them.

export const exitCodes = {
  done: 0,
  failed: 1,
  /** Wrong usage or configuration: a person must correct the command line or the file. */
  wrongUsage: 2,
  /** Another process uses the same port or data directory. */
  alreadyRunning: 3,
  /** The broker can't be reached or refuses the user. */
  brokerRefused: 4,
  /** The disk is full, or the data directory can't be written. */
  diskTrouble: 5,
  /** Another program holds the reader's port. */
  readerClaimed: 6,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Ends a command with one sentence for people (Vietnamese, then English after ` | `); it holds nothing of a patient. */
export class CommandFailure extends Error {
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, sentence: string, options?: ErrorOptions) {
    super(sentence, options);
    this.name = "CommandFailure";
    this.exitCode = exitCode;
  }
}
