// What the pure core may ask of the machine it runs on; the real ones meet in the command line.

/** Wall clock in milliseconds since 1970 UTC, the monotonic clock in milliseconds, and whether the wall clock can be trusted. */
export interface Clock {
  now(): number;
  monotonic(): number;
  isSynced(): boolean;
}

/** A source of chance. `unit` answers a number in [0, 1); `bytes` answers `count` random bytes. */
export interface Random {
  unit(): number;
  bytes(count: number): Uint8Array;
}

/** Structured log lines: a plain object of facts first, then a short English sentence. Never a document field. */
export interface Log {
  debug(facts: object, sentence: string): void;
  info(facts: object, sentence: string): void;
  warn(facts: object, sentence: string): void;
  error(facts: object, sentence: string): void;
}

/** Reads the bytes `start` (included) to `end` (excluded) as UTF-8. Only called on bytes that were found valid. */
export type DecodeText = (bytes: Uint8Array, start: number, end: number) => string;
