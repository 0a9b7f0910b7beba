// Datalogic: letters; a few are answered with a line of text, which looks like any other line.
import { asciiText } from "../../bytes/ascii.ts";
import { datalogicAnswers, datalogicCommandOf, datalogicResetMs } from "../../frame/datalogic/host-command.ts";
import { type AnswerForm, answerMsMax, type CommandLanguage } from "./command-language.ts";
import { resemblesDocument } from "./resembles-document.ts";

export const datalogicLanguage: CommandLanguage = {
  alwaysAnswers: false,
  deafMsAfter: (command) => (commandOf(command) === "reset" ? datalogicResetMs : 0),
  answerTo(command) {
    const name = commandOf(command);
    return name !== undefined && datalogicAnswers(name) ? lineForm : undefined;
  },
};

const commandOf = (command: Uint8Array) => (command.length === 1 ? datalogicCommandOf(command[0] ?? 0) : undefined);

const CR = 0x0d;
const LF = 0x0a;
/** Before what a reader tells of the symbology. */
const aimStart = 0x5d;
/** Part the fields of cards, end those of insurance cards, fill those of machine-readable zones. */
const cardMarks = Array.from("|$<", (mark) => mark.charCodeAt(0));
/** No version text is longer than two lines of a display. */
const lineBytesMax = 80;

const lineForm: AnswerForm = {
  ...{ isQuery: true, timeoutMs: answerMsMax, bytesMax: lineBytesMax, isBareText: true, followsText: false },
  progress(held, length) {
    const last = held[length - 1] ?? 0;
    if (last === CR || last === LF) return isAnswer(held.subarray(0, length - 1)) ? "accepted" : "no";
    if (length === 1 && last === aimStart) return "no";
    return last >= 0x20 && last < 0x7f && !cardMarks.includes(last) ? "more" : "no";
  },
  value: (held, length) => held.subarray(0, length - 1),
};

const isAnswer = (line: Uint8Array): boolean => {
  const text = asciiText(line);
  return /[A-Za-z]/.test(text) && !resemblesDocument(text);
};
