// Reads a person's name: rules N1 to N6, the same for every kind of document.
import { warn } from "./draft.ts";
import { nfc } from "./nfc.ts";
import { isGarbled, seen, surveyText } from "./text-survey.ts";
import type { WarningCode } from "./warnings.ts";

/** Characters of a name after tidying (N3). */
const nameCharactersMax = 100;

/** N3 and N4 for people. */
export const nameRule = `1–${nameCharactersMax} chữ Latinh, dấu, khoảng trắng và ' \` ~ . - | 1 to ${nameCharactersMax} Latin letters, marks, blanks and ' \` ~ . -`;

/** Bits after which a name can't be taken as it stands. */
const needsTidying = seen.perhapsNotNfc | seen.untidy | seen.eth;
/** Bits that tell of damaged text (N5); a garbled pair comes on top. */
const looksDamaged = seen.doubtful | seen.replacement;

/**
 * The name that `raw` writes: NFC, single blanks, case as given. Undefined where it breaks N3 or N4, and then without a warning.
 * `rawBits` is `surveyText(raw)`. `marksExpected` adds rule N6: for the bearer's own name in a source that writes marks.
 */
export function readName(
  raw: string,
  rawBits: number,
  marksExpected: boolean,
  warnings: WarningCode[],
): string | undefined {
  const isTidy = (rawBits & needsTidying) === 0;
  const name = isTidy ? raw : tidyName(raw);
  const bits = isTidy ? rawBits : surveyText(name);
  if (!isNameOf(name, bits)) return undefined;
  if ((rawBits & seen.perhapsNotNfc) !== 0) warnIfNotNfc(raw, warnings); // N1
  if ((bits & looksDamaged) !== 0 || ((rawBits & seen.garbledTail) !== 0 && isGarbled(raw))) {
    warn(warnings, "mojibake-suspected"); // N5
  } else if (marksExpected && (bits & seen.markedLetter) === 0) {
    warn(warnings, "name-no-diacritics"); // N6
  }
  return name;
}

/** Whether `raw` keeps N3 and N4. `rawBits` is `surveyText(raw)`. */
export function isName(raw: string, rawBits: number): boolean {
  if ((rawBits & needsTidying) === 0) return isNameOf(raw, rawBits);
  const name = tidyName(raw);
  return isNameOf(name, surveyText(name));
}

/** N4, then the length of N3. */
function isNameOf(tidy: string, bits: number): boolean {
  if ((bits & (seen.letter | seen.markedLetter)) === 0 || (bits & seen.neverInNames) !== 0) return false;
  const units = tidy.length; // one or two a character
  return units <= nameCharactersMax || (units <= 2 * nameCharactersMax && [...tidy].length <= nameCharactersMax);
}

/** N1. */
export function warnIfNotNfc(raw: string, warnings: WarningCode[]): void {
  if (raw !== nfc(raw)) warn(warnings, "not-nfc");
}

/** N1 to N3: NFC, the eths that stand for Đ and đ, single blanks. */
function tidyName(raw: string): string {
  return nfc(raw)
    .replace(/[\u00d0\u0189]/g, "Đ")
    .replace(/\u00f0/g, "đ")
    .replace(/\s+/g, " ")
    .trim();
}
