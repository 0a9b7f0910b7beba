// Reads dates as people write them: 15/03/1990, 9-2-2021, 03/1990.
import { type CalendarDate, fullDate, partialDate } from "./calendar.ts";

const dayMonthYear = /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})$/;
const monthYear = /^(\d{1,2})\/(\d{4})$/;

/** `d/M/yyyy`, also with `-` or `.`; or 0. */
export function readWrittenDay(text: string): CalendarDate {
  const [, day, month, year] = dayMonthYear.exec(text) ?? [];
  return day === undefined ? 0 : fullDate(Number(year), Number(month), Number(day));
}

/** As `readWrittenDay`, also `M/yyyy` and `yyyy`; 00 is a part that is not known. */
export function readWrittenBirthDate(text: string): CalendarDate {
  const [, day, month, year] = dayMonthYear.exec(text) ?? [];
  if (day !== undefined) return partialDate(Number(year), Number(month), Number(day));
  const [, monthOnly, itsYear] = monthYear.exec(text) ?? [];
  if (monthOnly !== undefined) return partialDate(Number(itsYear), Number(monthOnly), 0);
  return /^\d{4}$/.test(text) ? partialDate(Number(text), 0, 0) : 0;
}

/** `yyyy-MM-dd`, or 0. */
export function readIsoDay(text: string): CalendarDate {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? [];
  return year === undefined ? 0 : fullDate(Number(year), Number(month), Number(day));
}
