// Reads the sex of an identity card's QR, which is one of two words (FORMATS §4 [4]).
import { warn } from "./draft.ts";
import { warnIfNotNfc } from "./name.ts";
import { nfc } from "./nfc.ts";
import type { Person } from "./patient-document.ts";
import { isGarbled } from "./text-survey.ts";
import type { WarningCode } from "./warnings.ts";

export const sexRule = "Nam hoặc Nữ, viết hoa hay thường | Nam or Nữ, in any case";

/** "Nữ" that was damaged on the way is still short; a longer word is another field. */
const damagedCharactersMax = 5;

/** `Nam` or `Nữ` in any case, undefined for anything else. A word that must be a damaged `Nữ` is taken with a warning. */
export function readSex(raw: string, warnings: WarningCode[]): Person["sex"] {
  if (raw === "Nam") return "male";
  if (raw === "Nữ") return "female";
  const word = nfc(raw).trim().toLowerCase();
  if (word === "nam") return "male";
  if (word === "nữ") {
    warnIfNotNfc(raw, warnings);
    return "female";
  }
  if (word === "nu") {
    warn(warnings, "diacritics-lost");
    return "female";
  }
  const isDamaged = word.startsWith("n") && [...word].length <= damagedCharactersMax;
  if (isDamaged && (/[?\ufffd]/.test(word) || isGarbled(raw))) {
    warn(warnings, "mojibake-suspected");
    return "female";
  }
  return undefined;
}
