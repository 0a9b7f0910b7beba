// Honeywell: a menu command is echoed with a status byte; text answers stand before the echo.

import { asciiBytes } from "../../bytes/ascii.ts";
import { answerStatusOf } from "../../frame/answer-status.ts";
import { findMenuStatus } from "../../frame/honeywell/menu-answer.ts";
import { cutMenuCommand, isMenuQuery, menuBytesMax } from "../../frame/honeywell/menu-command.ts";
import { type AnswerForm, answerMsMax, type CommandLanguage } from "./command-language.ts";

export const honeywellLanguage: CommandLanguage = {
  alwaysAnswers: true,
  deafMsAfter: () => 0,
  answerTo(command) {
    const cut = cutMenuCommand(command, 0);
    if (cut.kind !== "frame") return undefined;
    const { entries } = cut.frame;
    const isQuery = entries.every(isMenuQuery);
    return formOf(asciiBytes(entries[0]?.tag.toUpperCase() ?? ""), isQuery);
  },
};

const lastEnds = [".", "!"].map((end) => end.charCodeAt(0));

const formOf = (tag: Uint8Array, isQuery: boolean): AnswerForm => ({
  ...{ isQuery, timeoutMs: answerMsMax, bytesMax: menuBytesMax, isBareText: false, followsText: isQuery },
  progress(held, length) {
    const last = held[length - 1] ?? 0;
    if (length <= tag.length) return upperCase(last) === tag[length - 1] ? "more" : "no";
    if (!lastEnds.includes(last) || answerStatusOf(held[length - 2]) === undefined) return "more";
    return isAllDone(held.subarray(0, length)) ? "accepted" : "refused";
  },
  value: (held, length) => held.subarray(tag.length, length - 2),
});

/** Several commands in one answer: each has its status. */
function isAllDone(answer: Uint8Array): boolean {
  for (let at = findMenuStatus(answer, 0); at >= 0; at = findMenuStatus(answer, at + 2)) {
    if (answerStatusOf(answer[at]) !== "ack") return false;
  }
  return true;
}

const upperCase = (byte: number): number => (byte >= 0x61 && byte <= 0x7a ? byte - 0x20 : byte);
