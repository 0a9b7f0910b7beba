// The personal identification number (số định danh cá nhân) PPP G YY NNNNNN: what it says, checked against the card.
// It has no check digit (Thông tư 07/2016/TT-BCA; Thông tư 59/2021/TT-BCA), and it outlives a corrected birth date or sex: every check only warns.
import { type CalendarDate, yearOf } from "./calendar.ts";
import { numberOf } from "./digits.ts";
import { warn } from "./draft.ts";
import type { Person } from "./patient-document.ts";
import { isPinPlace } from "./provinces.ts";
import type { FieldLine } from "./reading-observer.ts";
import type { WarningCode } from "./warnings.ts";

export const pinLength = 12;

export const pinCheck: FieldLine = {
  title: "Đối chiếu số định danh | Number against the card",
  rule: "nơi đăng ký, giới tính và năm sinh trong số; chỉ cảnh báo | place, sex and birth year in the number; warns only",
};

export interface PinFacts {
  /** The place of birth registration as a number: 1 is Hà Nội. */
  readonly place: number;
  readonly sex: "male" | "female";
  readonly birthYear: number;
}

/** What the 12 digits of a PIN say. G counts the centuries from 1900 in pairs: even is male, odd is female. */
export function splitPin(pin: string): PinFacts {
  const centuryAndSex = numberOf(pin, 3, 4);
  return {
    place: numberOf(pin, 0, 3),
    sex: centuryAndSex % 2 === 0 ? "male" : "female",
    birthYear: 1900 + Math.floor(centuryAndSex / 2) * 100 + numberOf(pin, 4, 6),
  };
}

/** Warns where a PIN of 12 digits and the rest of the card disagree. `birth` is 0 where the card says none. */
export function checkPin(
  number: string,
  birth: CalendarDate,
  sex: Person["sex"],
  today: CalendarDate,
  warnings: WarningCode[],
): void {
  const pin = splitPin(number);
  if (!isPinPlace(pin.place)) warn(warnings, "pin-province-unknown");
  if (sex !== undefined && pin.sex !== sex) warn(warnings, "pin-sex-mismatch");
  if (birth === 0) {
    if (pin.birthYear > yearOf(today)) warn(warnings, "pin-year-future");
  } else if (pin.birthYear !== yearOf(birth)) {
    warn(warnings, "pin-year-mismatch");
  }
}
