// Reads an address or another place, which is kept whole: NFC, single blanks, tidy commas (FORMATS §4 [5]).
import { warn } from "./draft.ts";
import { warnIfNotNfc } from "./name.ts";
import { nfc } from "./nfc.ts";
import { isGarbled, seen } from "./text-survey.ts";
import type { WarningCode } from "./warnings.ts";

export const placeRule = "giữ nguyên cả dòng, gọn khoảng trắng và dấu phẩy | kept whole; blanks and commas are tidied";

const needsTidying = seen.perhapsNotNfc | seen.untidy;

/**
 * The place that `raw` writes, or undefined where it is empty; `bits` is `surveyText(raw)`.
 * Splitting it is left to nobody: only its last part is certain.
 */
export function readPlace(raw: string, bits: number, warnings: WarningCode[]): string | undefined {
  if ((bits & seen.replacement) !== 0 || ((bits & seen.garbledTail) !== 0 && isGarbled(raw))) {
    warn(warnings, "mojibake-suspected");
  }
  if ((bits & seen.perhapsNotNfc) !== 0) warnIfNotNfc(raw, warnings);
  const place = (bits & needsTidying) === 0 ? raw : tidyPlace(raw);
  return place === "" ? undefined : place;
}

/** Empty parts between commas fall away, and each part stands by itself with `, ` between. */
function tidyPlace(raw: string): string {
  return nfc(raw)
    .replace(/\s+/g, " ")
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .join(", ");
}
