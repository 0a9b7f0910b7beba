// The 15-character card code of health insurance (mã thẻ BHYT): object, level, province, then the insurance number (FORMATS §8.3).
import { warn } from "./draft.ts";
import { insuranceObjects } from "./insurance-objects.ts";
import { isInsuranceProvince } from "./provinces.ts";
import type { WarningCode } from "./warnings.ts";

export const insuranceCodeLength = 15;
export const facilityCodeLength = 5;

export const insuranceCodeRule =
  "2 chữ cái đối tượng, mức hưởng 1–7, tỉnh, 10 ký tự (QĐ 1351/QĐ-BHXH) | object of 2 letters, level 1–7, province, 10 characters";

/** Letters stood in positions 6 and 7 until 2017. */
const insuranceCode = /^[A-Z]{2}[1-7]\d{2}[0-9A-Z]{2}\d{8}$/;

/** Levels 6 and 7 are of a table that no longer holds (Quyết định 1351/QĐ-BHXH). */
const oldLevels = "67";

/** Whether `code`, squeezed, is a card code. Which object has which level is not checked: a card prints the holder's best level. */
export const isInsuranceCode = (code: string): boolean => insuranceCode.test(code);

/** Warns where a well-formed card code names an object, level or province that is not known today. */
export function checkInsuranceCode(code: string, warnings: WarningCode[]): void {
  if (!insuranceObjects.has(code.slice(0, 2))) warn(warnings, "bhyt-object-unknown");
  if (oldLevels.includes(code.charAt(2))) warn(warnings, "bhyt-level-old");
  if (!isInsuranceProvince(code.slice(3, 5))) warn(warnings, "bhyt-province-unknown");
}

/** The five-character code of a facility (mã CSKCB), in capitals. */
export const isFacilityCode = (code: string): boolean => /^\d{2}[0-9A-Z]{3}$/.test(code);
