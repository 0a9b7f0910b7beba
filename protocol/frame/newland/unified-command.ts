// Newland's unified commands: start, four zeros, how long it lasts, tag, subtag, data, `;` and ETX.
import { asciiBytes, asciiText, joinBytes, standsAt } from "../../bytes/ascii.ts";
import { type AnswerStatus, answerStatuses, answerStatusOf } from "../answer-status.ts";
import { type Cut, incomplete } from "../cut.ts";

/** `data` is a value, or `*` current, `&` factory, `^` range. */
export interface UnifiedCommand {
  readonly storage: "permanent" | "temporary";
  readonly tag: string;
  readonly sub: string;
  readonly data: string;
}
export interface UnifiedAnswer extends UnifiedCommand {
  readonly status: AnswerStatus;
}

const zeros = asciiBytes("0000");
export const unifiedCommandStart = joinBytes(Uint8Array.of(0x7e, 0x01), zeros);
export const unifiedAnswerStart = joinBytes(Uint8Array.of(0x02, 0x01), zeros);
const storageMarks = { permanent: 0x40, temporary: 0x23 } as const;
const end = Uint8Array.of(0x3b, 0x03);

const storageAt = 6;
const tagAt = 7;
const tagBytes = 3;
const dataAt = tagAt + 2 * tagBytes;
/** Longest command or answer in bytes; a version text takes some 300. */
export const unifiedBytesMax = 1_024;

export const isUnifiedQuery = ({ data }: UnifiedCommand): boolean => data === "*" || data === "&" || data === "^";

export const encodeUnifiedCommand = (command: UnifiedCommand): Uint8Array =>
  joinBytes(unifiedCommandStart, bodyOf(command), end);

export const encodeUnifiedAnswer = (answer: UnifiedAnswer): Uint8Array =>
  joinBytes(unifiedAnswerStart, bodyOf(answer), Uint8Array.of(answerStatuses[answer.status]), end);

const bodyOf = ({ storage, tag, sub, data }: UnifiedCommand): Uint8Array =>
  joinBytes(Uint8Array.of(storageMarks[storage]), asciiBytes(tag + sub + data));

/** Cuts the command whose start stands at `at`. */
export function cutUnifiedCommand(bytes: Uint8Array, at: number): Cut<UnifiedCommand> {
  const cut = cutBody(bytes, at, unifiedCommandStart);
  if (cut.kind !== "frame") return cut;
  return { ...cut, frame: readBody(bytes, at, at + cut.bytesUsed - end.length) };
}

/** Cuts the answer whose start stands at `at`; its last byte of data is the status. */
export function cutUnifiedAnswer(bytes: Uint8Array, at: number): Cut<UnifiedAnswer> {
  const cut = cutBody(bytes, at, unifiedAnswerStart);
  if (cut.kind !== "frame") return cut;
  const statusAt = at + cut.bytesUsed - end.length - 1;
  const status = answerStatusOf(bytes[statusAt]);
  if (status === undefined || statusAt < at + dataAt) {
    return { kind: "discarded", why: "bad-frame", bytesUsed: cut.bytesUsed };
  }
  return { ...cut, frame: { ...readBody(bytes, at, statusAt), status } };
}

function readBody(bytes: Uint8Array, at: number, dataEnd: number): UnifiedCommand {
  return {
    storage: bytes[at + storageAt] === storageMarks.permanent ? "permanent" : "temporary",
    tag: asciiText(bytes, at + tagAt, at + tagAt + tagBytes),
    sub: asciiText(bytes, at + tagAt + tagBytes, at + dataAt),
    data: asciiText(bytes, at + dataAt, dataEnd),
  };
}

function cutBody(bytes: Uint8Array, at: number, start: Uint8Array): Cut<undefined> {
  for (let index = 0; index < start.length; index += 1) {
    if (at + index >= bytes.length) return incomplete;
    if (bytes[at + index] !== start[index]) return { kind: "discarded", why: "noise", bytesUsed: 1 };
  }
  const storage = bytes[at + storageAt];
  if (storage !== undefined && storage !== storageMarks.permanent && storage !== storageMarks.temporary) {
    return { kind: "discarded", why: "bad-frame", bytesUsed: start.length };
  }
  const endMax = Math.min(bytes.length, at + unifiedBytesMax);
  for (let here = at + dataAt; here + end.length <= endMax; here += 1) {
    if (standsAt(bytes, end, here)) return { kind: "frame", bytesUsed: here + end.length - at, frame: undefined };
  }
  if (bytes.length - at < unifiedBytesMax) return incomplete;
  return { kind: "discarded", why: "overflow", bytesUsed: start.length };
}
