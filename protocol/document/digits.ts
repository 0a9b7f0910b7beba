// Reads numbers that are written with ASCII digits alone.

const zero = 0x30;

/** Whether `text` is nothing but ASCII digits; an empty text is. */
export function areDigits(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const digit = text.charCodeAt(at) - zero;
    if (digit < 0 || digit > 9) return false;
  }
  return true;
}

/** The number that the digits `text[start, end)` write. */
export function numberOf(text: string, start: number, end: number): number {
  let sum = 0;
  for (let at = start; at < end; at += 1) sum = sum * 10 + text.charCodeAt(at) - zero;
  return sum;
}
