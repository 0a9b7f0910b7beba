// Datalogic: letters; a few are answered with a line of text, which looks like any other line.
import { datalogicAnswers, datalogicCommandOf, datalogicResetMs } from "../../frame/datalogic/host-command.ts";
import { type AnswerForm, answerMsMax, type CommandLanguage } from "./command-language.ts";

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
/** No version text is longer than two lines of a display. */
const lineBytesMax = 80;

const lineForm: AnswerForm = {
  ...{ isQuery: true, timeoutMs: answerMsMax, bytesMax: lineBytesMax, isBareText: true, followsText: false },
  progress(held, length) {
    const last = held[length - 1] ?? 0;
    if (last === CR || last === LF) return length > 1 && hasLetter(held, length - 1) ? "accepted" : "no";
    return last >= 0x20 && last < 0x7f && last !== 0x7c ? "more" : "no"; // `|` parts the fields of cards
  },
  value: (held, length) => held.subarray(0, length - 1),
};

function hasLetter(bytes: Uint8Array, length: number): boolean {
  for (let at = 0; at < length; at += 1)
    if (((bytes[at] ?? 0) & 0xdf) >= 0x41 && ((bytes[at] ?? 0) & 0xdf) <= 0x5a) return true;
  return false;
}
