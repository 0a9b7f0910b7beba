// Reads dates as people write them: 15/03/1990, 9-2-2021, 03/1990.
import { type CalendarDate, fullDate, partialDate } from "./calendar.ts";
import { numberOf } from "./digits.ts";

export const writtenDayRule = "ngày thật, d/M/yyyy (cả - và .) | a real day, d/M/yyyy (also - and .)";
export const writtenBirthRule =
  "d/M/yyyy, M/yyyy hoặc yyyy; từ 1900, không ở tương lai | d/M/yyyy, M/yyyy or yyyy; from 1900, not ahead";

const monthYear = /^(\d{1,2})\/(\d{4})$/;

/** `d/M/yyyy`, also with `-` or `.`; or 0. */
export const readWrittenDay = (text: string): CalendarDate => dateOfThreeParts(text, fullDate);

/** As `readWrittenDay`, also `M/yyyy` and `yyyy`; 00 is a part that is not known. */
export function readWrittenBirthDate(text: string): CalendarDate {
  const date = dateOfThreeParts(text, partialDate);
  if (date !== 0) return date;
  const [, month, year] = monthYear.exec(text) ?? [];
  if (month !== undefined) return partialDate(Number(year), Number(month), 0);
  return /^\d{4}$/.test(text) ? partialDate(Number(text), 0, 0) : 0;
}

/** `yyyy-MM-dd`, or 0. */
export function readIsoDay(text: string): CalendarDate {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? [];
  return year === undefined ? 0 : fullDate(Number(year), Number(month), Number(day));
}

const yearDigits = 4;

/** Insurance cards carry five such dates, so they are walked and not matched. */
function dateOfThreeParts(text: string, dateOf: typeof fullDate): CalendarDate {
  const dayEnd = isDigit(text, 1) ? 2 : 1;
  const monthStart = dayEnd + 1;
  const monthEnd = isDigit(text, monthStart + 1) ? monthStart + 2 : monthStart + 1;
  const yearStart = monthEnd + 1;
  if (text.length !== yearStart + yearDigits || !isSeparator(text, dayEnd) || !isSeparator(text, monthEnd)) return 0;
  if (!isDigit(text, 0) || !isDigit(text, monthStart)) return 0;
  for (let at = yearStart; at < text.length; at += 1) if (!isDigit(text, at)) return 0;
  return dateOf(
    numberOf(text, yearStart, text.length),
    numberOf(text, monthStart, monthEnd),
    numberOf(text, 0, dayEnd),
  );
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0x30 && code <= 0x39;
}

/** `-`, `.` and `/` follow one another in ASCII. */
function isSeparator(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0x2d && code <= 0x2f;
}
