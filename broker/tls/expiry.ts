// Warns of certificates and revocation lists that will run out, in time for somebody to renew them.
import type { Log } from "../../protocol/host.ts";

const dayMs = 86_400_000;
/** Days ahead of which a certificate is warned of. */
export const warnedDays = 30;
/** A list is made anew every few days at most authorities, so it is warned of later. */
export const listWarnedDays = 2;

/** Whole days that are left; negative when it is over. */
export const daysLeft = (expires: number, now: number): number => Math.floor((expires - now) / dayMs);

/** Writes a line when `expires` is near or past. Both times in milliseconds since 1970; `facts` say of what. */
export function warnOfExpiry(log: Log, facts: object, expires: number, now: number, days = warnedDays): void {
  const left = daysLeft(expires, now);
  if (left >= days) return;
  const told = { ...facts, expires: new Date(expires).toISOString(), daysLeft: left };
  if (expires <= now) log.error(told, "A certificate or revocation list has run out");
  else log.warn(told, "A certificate or revocation list runs out soon");
}
