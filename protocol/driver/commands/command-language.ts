// How a vendor's readers answer commands: enough to tell an answer from a scan that arrives meanwhile.

/** Where the bytes held so far stand: they may become the answer, can't, or are one. */
export type AnswerProgress = "more" | "no" | "accepted" | "refused";

/** The answer that one command leads to. */
export interface AnswerForm {
  /** A query may be asked again when no answer comes; a setting is not repeated. */
  readonly isQuery: boolean;
  /** How long the reader may take, milliseconds. */
  readonly timeoutMs: number;
  /** Longest answer in bytes. */
  readonly bytesMax: number;
  /** Has no mark of its own, so that it is looked for only where a scan could begin. */
  readonly isBareText: boolean;
  /** Lines `name: value` may stand before the answer, and belong to it. */
  readonly followsText: boolean;
  /** Asked for each byte in turn, with all before it; `held` is `length` bytes of a larger buffer. Constant time but for the last byte. */
  progress(held: Uint8Array, length: number): AnswerProgress;
  /** What a whole answer says; the bytes may lie in `held`. */
  value(held: Uint8Array, length: number): Uint8Array;
}

export interface CommandLanguage {
  /** Undefined: the reader does not answer this command. */
  answerTo(command: Uint8Array): AnswerForm | undefined;
  /** Silence after the version query means that the reader is gone, not that it has nothing to say. */
  readonly alwaysAnswers: boolean;
  /** How long the reader may ignore everything after this command, milliseconds. */
  deafMsAfter(command: Uint8Array): number;
}

/** One outstanding command, and how long it may take (READERS chapter 7). */
export const answerMsMax = 1_000;
