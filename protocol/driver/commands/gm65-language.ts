// GM65 class: every command is answered by a frame with a checksum, within 500 ms.
import { cutGm65Answer, gm65AnswerBytes, gm65AnswerStart } from "../../frame/gm65/answer.ts";
import { cutGm65Command } from "../../frame/gm65/command.ts";
import type { AnswerForm, CommandLanguage } from "./command-language.ts";

/** An answer must not be mistaken for a scan, so it is looked for this long and no longer (READERS chapter 7). */
const gm65AnswerMsMax = 500;
const headBytes = 4;

export const gm65Language: CommandLanguage = {
  alwaysAnswers: true,
  deafMsAfter: () => 0,
  answerTo(command) {
    const cut = cutGm65Command(command, 0);
    return cut.kind === "frame" ? { ...form, isQuery: cut.frame.type === "read" } : undefined;
  },
};

const form: AnswerForm = {
  ...{ isQuery: false, timeoutMs: gm65AnswerMsMax, bytesMax: 512, isBareText: false, followsText: false },
  progress(held, length) {
    if (length <= gm65AnswerStart.length) return held[length - 1] === gm65AnswerStart[length - 1] ? "more" : "no";
    if (length < headBytes || length < (gm65AnswerBytes(held, 0) ?? 0)) return "more";
    const cut = cutGm65Answer(held.subarray(0, length), 0);
    if (cut.kind !== "frame") return "no";
    return cut.frame.type === 0 ? "accepted" : "refused";
  },
  value(held, length) {
    const cut = cutGm65Answer(held.subarray(0, length), 0);
    return cut.kind === "frame" ? cut.frame.data : new Uint8Array();
  },
};
