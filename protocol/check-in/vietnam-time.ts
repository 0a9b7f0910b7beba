// Time as Vietnam writes it: seven hours ahead of UTC, all year (Asia/Ho_Chi_Minh has had no other offset since 1975).

const offsetMs = 7 * 60 * 60 * 1_000;
const offsetText = "+07:00";

/** RFC 3339 with milliseconds and offset: `2026-11-21T07:30:15.220+07:00`. `timeMs` counts from 1970 UTC, years 0 to 9999. */
export function vietnamTime(timeMs: number): string {
  return new Date(timeMs + offsetMs).toISOString().slice(0, 23) + offsetText;
}

/** Today's date at the desk, `yyyy-MM-dd`, for a time in milliseconds since 1970 UTC. */
export function vietnamDate(timeMs: number): string {
  return vietnamTime(timeMs).slice(0, 10);
}
