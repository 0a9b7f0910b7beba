// Reads the dates of card QR codes, which are written with digits alone.
import { type CalendarDate, fullDate, partialDate } from "./calendar.ts";
import { areDigits, numberOf } from "./digits.ts";

export const dayDigitsRule = "ngày thật, ddMMyyyy | a real day, ddMMyyyy";
export const birthDigitsRule =
  "ddMMyyyy, MMyyyy hoặc yyyy, 00 là không rõ; từ 1900, không ở tương lai | 00 is not known; from 1900, not ahead";

/** `ddMMyyyy`, or 0. */
export function readDay(text: string): CalendarDate {
  if (text.length !== 8 || !areDigits(text)) return 0;
  return fullDate(numberOf(text, 4, 8), numberOf(text, 2, 4), numberOf(text, 0, 2));
}

/** `ddMMyyyy`, `MMyyyy` or `yyyy`, with 00 for a part that is not known; or 0. */
export function readBirthDigits(text: string): CalendarDate {
  const length = text.length;
  if ((length !== 8 && length !== 6 && length !== 4) || !areDigits(text)) return 0;
  const year = numberOf(text, length - 4, length);
  const month = length === 4 ? 0 : numberOf(text, length - 6, length - 4);
  const day = length === 8 ? numberOf(text, 0, 2) : 0;
  return partialDate(year, month, day);
}
