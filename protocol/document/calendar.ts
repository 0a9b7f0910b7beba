// Calendar dates as one integer, yyyymmdd, with 00 for a part that is not known: 19900315, 19900300, 19900000.
// Later dates are larger integers, and m years later is + m × 10000.

import { numberOf } from "./digits.ts";

/** A date as yyyymmdd. 0 stands for "not a date". */
export type CalendarDate = number;

/** Cards name nobody born earlier (FORMATS §4 [3]). */
const yearMin = 1900;
const yearMax = 9999;

const daysOfMonth = [0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

/** `-MM-dd` for each month and day that a calendar has, at index month × 32 + day. */
const monthAndDay: readonly string[] = daysOfMonth.flatMap((days, month) =>
  Array.from({ length: 32 }, (_, day) => (day >= 1 && day <= days ? `-${twoDigits(month)}-${twoDigits(day)}` : "")),
);

function twoDigits(count: number): string {
  return String(count).padStart(2, "0");
}

const isLeapYear = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

/** A real day, or 0. */
export function fullDate(year: number, month: number, day: number): CalendarDate {
  if (year < yearMin || year > yearMax || day < 1 || day > (daysOfMonth[month] ?? 0)) return 0;
  if (month === 2 && day === 29 && !isLeapYear(year)) return 0;
  return year * 10_000 + month * 100 + day;
}

/** A real day, month or year, where 0 means not known; a day without its month is 0, "not a date". */
export function partialDate(year: number, month: number, day: number): CalendarDate {
  if (day !== 0) return fullDate(year, month, day);
  return year < yearMin || year > yearMax || month > 12 ? 0 : year * 10_000 + month * 100;
}

export const yearOf = (date: CalendarDate): number => Math.floor(date / 10_000);
const monthOf = (date: CalendarDate): number => Math.floor(date / 100) % 100;
const dayOf = (date: CalendarDate): number => date % 100;

export const hasDay = (date: CalendarDate): boolean => dayOf(date) !== 0;
export const isLeapDay = (date: CalendarDate): boolean => date % 10_000 === 229;
export const yearsLater = (date: CalendarDate, years: number): CalendarDate => date + years * 10_000;

/** `yyyy-MM-dd`, `yyyy-MM` or `yyyy`. */
export function isoDate(date: CalendarDate): string {
  const month = monthOf(date);
  if (hasDay(date)) return String(yearOf(date)) + monthAndDay[month * 32 + dayOf(date)];
  return month === 0 ? String(yearOf(date)) : `${yearOf(date)}-${twoDigits(month)}`;
}

/** Reads `yyyy-MM-dd` of `today`, the one date that this software wrote itself. */
export function dateOfToday(today: string): CalendarDate {
  return numberOf(today, 0, 4) * 10_000 + numberOf(today, 5, 7) * 100 + numberOf(today, 8, 10);
}
