// Reads numbers and dates out of a range of a longer text, without cutting it into strings first.
import { type CalendarDate, fullDate, partialDate } from "./calendar.ts";

const zero = 0x30;

/** Blank, or another white space of ECMAScript `\s`. */
const isWhiteSpace = (code: number): boolean =>
  code === 0x20 || (code >= 9 && code <= 13) || (code >= 0xa0 && /\s/.test(String.fromCharCode(code)));

/** First index of `text[start, end)` that is not white space, or `end`. */
export function skipBlanks(text: string, start: number, end: number): number {
  let at = start;
  while (at < end && isWhiteSpace(text.charCodeAt(at))) at += 1;
  return at;
}

/** Index after the last character of `text[start, end)` that is not white space, or `start`. */
export function skipBlanksBack(text: string, start: number, end: number): number {
  let at = end;
  while (at > start && isWhiteSpace(text.charCodeAt(at - 1))) at -= 1;
  return at;
}

/** Whether `text[start, end)` is nothing but ASCII digits; an empty range is. */
export function areDigits(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) {
    const digit = text.charCodeAt(at) - zero;
    if (!(digit >= 0 && digit <= 9)) return false;
  }
  return true;
}

/** The number that the ASCII digits of `text[start, end)` write. */
export function numberOf(text: string, start: number, end: number): number {
  let sum = 0;
  for (let at = start; at < end; at += 1) sum = sum * 10 + text.charCodeAt(at) - zero;
  return sum;
}

/** `ddMMyyyy`, or 0. */
export function readDay(text: string, start: number, end: number): CalendarDate {
  if (end - start !== 8 || !areDigits(text, start, end)) return 0;
  return fullDate(numberOf(text, end - 4, end), numberOf(text, start + 2, start + 4), numberOf(text, start, start + 2));
}

/** `ddMMyyyy`, `MMyyyy` or `yyyy`, with 00 for a part that is not known; or 0. */
export function readBirthDate(text: string, start: number, end: number): CalendarDate {
  const length = end - start;
  if ((length !== 8 && length !== 6 && length !== 4) || !areDigits(text, start, end)) return 0;
  const year = numberOf(text, end - 4, end);
  const month = length >= 6 ? numberOf(text, end - 6, end - 4) : 0;
  const day = length === 8 ? numberOf(text, start, start + 2) : 0;
  return partialDate(year, month, day);
}
