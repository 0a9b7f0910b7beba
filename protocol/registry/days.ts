// Days of the calendar as text, `yyyy-MM-dd`, which sorts as they follow each other.

const dayMs = 24 * 60 * 60 * 1_000;
const pattern = /^(\d{4})-(\d{2})-(\d{2})$/;

/** Whether it is written so and such a day exists. */
export function isDay(text: string): boolean {
  const time = timeOf(text);
  return time !== undefined && new Date(time).toISOString().startsWith(text);
}

/** How many days after `from` `to` comes; negative when it comes before. Both have to be days. */
export function daysBetween(from: string, to: string): number {
  return Math.round(((timeOf(to) ?? 0) - (timeOf(from) ?? 0)) / dayMs);
}

function timeOf(text: string): number | undefined {
  const [, year, month, day] = pattern.exec(text) ?? [];
  return year === undefined ? undefined : Date.UTC(Number(year), Number(month) - 1, Number(day));
}
