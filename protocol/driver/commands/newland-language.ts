// Newland: unified commands are answered in kind, commands of the older mode with the same word behind `!` or `?`.
import { asciiBytes, joinBytes } from "../../bytes/ascii.ts";
import { cutLegacyWord, type LegacyWord, legacyMarks, legacyWordBytesMax } from "../../frame/newland/legacy-command.ts";
import {
  cutUnifiedAnswer,
  cutUnifiedCommand,
  isUnifiedQuery,
  type UnifiedCommand,
  unifiedAnswerStart,
  unifiedBytesMax,
} from "../../frame/newland/unified-command.ts";
import { type AnswerForm, answerMsMax, type CommandLanguage } from "./command-language.ts";

export const newlandLanguage: CommandLanguage = {
  alwaysAnswers: true,
  deafMsAfter: () => 0,
  answerTo(command) {
    const cut = cutUnifiedCommand(command, 0);
    return cut.kind === "frame" ? unifiedForm(cut.frame) : undefined;
  },
};

export const newlandLegacyLanguage: CommandLanguage = {
  alwaysAnswers: true,
  deafMsAfter: () => 0,
  answerTo(command) {
    const cut = cutLegacyWord(command, 0);
    if (cut.kind === "frame") return legacyForm(cut.frame);
    return newlandLanguage.answerTo(command); // such readers take both
  },
};

const ETX = 0x03;

const unifiedForm = (command: UnifiedCommand): AnswerForm => ({
  isQuery: isUnifiedQuery(command),
  ...{ timeoutMs: answerMsMax, bytesMax: unifiedBytesMax, isBareText: false, followsText: false },
  progress(held, length) {
    if (length <= unifiedAnswerStart.length) {
      return held[length - 1] === unifiedAnswerStart[length - 1] ? "more" : "no";
    }
    if (held[length - 1] !== ETX || held[length - 2] !== 0x3b) return "more";
    const cut = cutUnifiedAnswer(held.subarray(0, length), 0);
    if (cut.kind !== "frame" || cut.frame.tag !== command.tag || cut.frame.sub !== command.sub) return "no";
    return cut.frame.status === "ack" ? "accepted" : "refused";
  },
  value(held, length) {
    const cut = cutUnifiedAnswer(held.subarray(0, length), 0);
    return asciiBytes(cut.kind === "frame" ? cut.frame.data : "");
  },
});

function legacyForm(word: LegacyWord): AnswerForm | undefined {
  switch (word.kind) {
    case "enter":
      return fixedForm(legacyMarks.entered, undefined);
    case "leave":
      return fixedForm(legacyMarks.left, undefined);
    case "command":
      return fixedForm(asciiBytes(`!${word.text};`), 0x3f);
    case "value": // a query `&{…}` is answered with the same form
      return valueForm;
    case "entered":
    case "left":
    case "accepted":
    case "refused":
      return undefined;
  }
}

/** `refusal` may stand in the place of the first byte. */
const fixedForm = (answer: Uint8Array, refusal: number | undefined): AnswerForm => ({
  ...{ isQuery: false, timeoutMs: answerMsMax, bytesMax: answer.length, isBareText: false, followsText: false },
  progress(held, length) {
    const isRefusal = refusal !== undefined && held[0] === refusal;
    const isRight = held[length - 1] === answer[length - 1] || (length === 1 && isRefusal);
    if (!isRight) return "no";
    if (length < answer.length) return "more";
    return isRefusal ? "refused" : "accepted";
  },
  value: () => new Uint8Array(),
});

const valueStart = asciiBytes("&{");
const valueForm: AnswerForm = {
  ...{ isQuery: true, timeoutMs: answerMsMax, bytesMax: legacyWordBytesMax, isBareText: false, followsText: false },
  progress(held, length) {
    if (length <= valueStart.length) return held[length - 1] === valueStart[length - 1] ? "more" : "no";
    return held[length - 1] === 0x7d ? "accepted" : "more";
  },
  value: (held, length) => joinBytes(held.subarray(valueStart.length, length - 1)),
};
