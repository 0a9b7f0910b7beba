// When an identity card ends, which its QR does not say: at the ages of Luật 26/2023/QH15, Article 21.
import { type CalendarDate, hasDay, isLeapDay, yearsLater } from "./calendar.ts";

/** Ages at which a card must be renewed; the card of 2024 adds the one of childhood. */
const ageLimits = { cccd: [25, 40, 60], canCuoc: [14, 25, 40, 60] } as const;

/** A card issued in the last two years before a limit is good until the next one. */
const graceYears = 2;

/** The Law on Identification took effect on 01/07/2024; cards since then follow it, whatever their QR looks like. */
const lawOn2024Cards: CalendarDate = 20240701;

/**
 * The last day of the card, `unlimited`, or undefined where it can't be told: a birth date without its day, or 29 February.
 * `isCanCuoc` says that the card itself is known to be of 2024 (eleven fields).
 */
export function cardExpiry(
  birth: CalendarDate,
  issue: CalendarDate,
  isCanCuoc: boolean,
): CalendarDate | "unlimited" | undefined {
  if (!hasDay(birth) || isLeapDay(birth)) return undefined;
  for (const age of isCanCuoc || issue >= lawOn2024Cards ? ageLimits.canCuoc : ageLimits.cccd) {
    if (issue < yearsLater(birth, age - graceYears)) return yearsLater(birth, age);
  }
  return "unlimited";
}
