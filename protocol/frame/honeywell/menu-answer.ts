// Honeywell's answer to a menu command: the command echoed, the value, a status byte, and `.`, `!`, `,` or `;`.
import { asciiBytes, asciiText, joinBytes } from "../../bytes/ascii.ts";
import { type AnswerStatus, answerStatuses, answerStatusOf } from "../answer-status.ts";
import { readMenuEntry } from "./menu-command.ts";

/** One part of an answer; `terminator` `.` or `!` is the last. A query's `value` may be lines of text. */
export interface MenuAnswer {
  readonly tag: string;
  readonly value: string;
  readonly status: AnswerStatus;
  readonly terminator: string;
}

const terminatorBytes: readonly number[] = [...".!,;"].map((character) => character.charCodeAt(0));

/** Where the status byte of the next part stands, at or after `from`; -1 where none follows. */
export function findMenuStatus(bytes: Uint8Array, from: number): number {
  for (let at = from; at + 1 < bytes.length; at += 1) {
    if (answerStatusOf(bytes[at]) !== undefined && terminatorBytes.includes(bytes[at + 1] ?? 0)) return at;
  }
  return -1;
}

/**
 * Reads one part whose status byte stands at `statusAt`. `before` is the tag of the part before, for a lone subtag.
 * Undefined where no tag stands before the status.
 */
export function readMenuAnswer(
  bytes: Uint8Array,
  start: number,
  statusAt: number,
  before = "",
): MenuAnswer | undefined {
  const status = answerStatusOf(bytes[statusAt]);
  if (status === undefined) return undefined;
  const text = asciiText(bytes, start, statusAt);
  const lineStart = Math.max(text.lastIndexOf("\n"), text.lastIndexOf("\r")) + 1;
  const { tag, data } = readMenuEntry(text.slice(lineStart), before);
  if (tag === "") return undefined;
  const value = data === "" ? text.slice(0, lineStart).trimEnd() : data;
  return { tag, value, status, terminator: asciiText(bytes, statusAt + 1, statusAt + 2) };
}

/** A value of several lines stands before the echo, as the text of `REVINF` does. */
export function encodeMenuAnswer({ tag, value, status, terminator }: MenuAnswer): Uint8Array {
  const isText = /[\r\n:]/.test(value);
  const echo = isText ? `${value}\r\n${tag}` : `${tag}${value}`;
  return joinBytes(asciiBytes(echo), Uint8Array.of(answerStatuses[status]), asciiBytes(terminator));
}
