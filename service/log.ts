// The one log of a process: JSON lines on standard output, with everything about a patient or a secret taken out.
import { pino } from "pino";
import type { Log } from "../protocol/host.ts";

export const logLevels = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof logLevels)[number];

/** Facts under these names never reach the output, however the call site came by them. Redaction is declared here and nowhere else. */
const secretNames = [
  // what a patient presents
  ...["person", "insurance", "document", "qd4750", "data", "payload", "payloadHex", "raw", "bytes", "text", "scan"],
  // who the patient is
  ...["name", "fatherName", "motherName", "spouseName", "parentName", "birthDate", "sex", "address", "placeOfOrigin"],
  ...["number", "oldNumber", "cancelledNumber", "insuranceNumber", "nationality", "ethnicity", "religion"],
  // what opens a door
  ...["password", "passwordHash", "token", "secret", "key", "privateKey", "credentials", "authorization"],
] as const;

/** Levels of nesting in which a secret name is looked for; our facts have two. */
const redactedDepthMax = 4;

/** Characters of an error's sentence that are kept. */
const errorMessageCharactersMax = 300;

/** Lines of an error's stack that are kept: enough to find our own code. */
const stackLinesMax = 8;

export interface LogOptions {
  readonly level: LogLevel;
  /** Which process speaks: `agent`, `broker`, `up`. */
  readonly service: string;
  /** Where the lines go instead of standard output; for tests. */
  readonly destination?: { write(line: string): void };
}

/** Lines are written before the call returns, so a crash loses none. An error stands under `error`. */
export function openLog(options: LogOptions): Log {
  const settings = {
    level: options.level,
    base: { service: options.service },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (level: string) => ({ level }) },
    redact: { paths: redactedPaths(), censor: "[redacted]" },
    serializers: { error: describeError, clientId: blotWord }, // a client chooses its id, and may choose a number that is a person's
  };
  return options.destination === undefined ? pino(settings) : pino(settings, options.destination);
}

function redactedPaths(): string[] {
  return secretNames.flatMap((name) =>
    Array.from({ length: redactedDepthMax }, (_, depth) => `${"*.".repeat(depth)}${name}`),
  );
}

/**
 * What may be told of an error. A SyntaxError quotes the text it could not parse, and a schema's error the value, so
 * their sentences are dropped; in all others a run of digits as long as an identity number is blotted out.
 */
function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error };
  const quotesInput = error instanceof SyntaxError || "issues" in error;
  return {
    type: error.name,
    code: "code" in error ? error.code : undefined,
    message: quotesInput ? undefined : blotDigits(error.message).slice(0, errorMessageCharactersMax),
    stack: stackFrames(error),
    cause: error.cause instanceof Error ? describeError(error.cause) : undefined,
  };
}

const blotWord = (word: unknown): unknown => (typeof word === "string" ? blotDigits(word) : word);
const blotDigits = (sentence: string): string => sentence.replace(/\d{9,}/g, "[digits]");

/** The calls only: a stack begins with the message, which may run over several lines. */
function stackFrames(error: Error): string | undefined {
  const frames = error.stack?.split("\n").filter((line) => /^\s+at /.test(line));
  return frames?.slice(0, stackLinesMax).join("\n");
}
