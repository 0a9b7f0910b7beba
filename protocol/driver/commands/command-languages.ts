// The language of each command set that a profile may name.
import type { CommandSet } from "../profile.ts";
import type { CommandLanguage } from "./command-language.ts";
import { datalogicLanguage } from "./datalogic-language.ts";
import { gm65Language } from "./gm65-language.ts";
import { honeywellLanguage } from "./honeywell-language.ts";
import { newlandLanguage, newlandLegacyLanguage } from "./newland-language.ts";

const silent: CommandLanguage = { alwaysAnswers: false, deafMsAfter: () => 0, answerTo: () => undefined };

export const commandLanguages: Readonly<Record<CommandSet, CommandLanguage>> = {
  none: silent,
  honeywell: honeywellLanguage,
  newland: newlandLanguage,
  "newland-legacy": newlandLegacyLanguage,
  gm65: gm65Language,
  datalogic: datalogicLanguage,
};
