// What can be configured of the lock-out after wrong passwords, with the reason of each setting.
import * as z from "zod";

const count = (most: number, standard: number) => z.int().min(1).max(most).default(standard);

export const lockOutConfigSchema = z
  .strictObject({
    wrongMax: count(100, 5).describe(
      "Wrong passwords of a user from a network that it has logged in from before; then this pair waits",
    ),
    lockMinutes: count(60, 1).describe("How long it waits the first time; doubled each time until a right login"),
    lockMinutesMax: count(1_440, 15).describe("The longest wait: a guesser behind the desks' own router costs no more"),
    newPlaceWrongMax: count(1_000, 10).describe(
      "Wrong passwords of a user from all networks together that it has never logged in from",
    ),
    networkWrongMax: count(10_000, 30).describe(
      "Wrong passwords from one network, whatever the user; who has logged in from there before is not counted and not kept out",
    ),
    windowMinutes: count(1_440, 15).describe("The time in which the last two are counted, and for which they lock"),
  })
  .prefault({})
  .describe("Wrong passwords; while locked the right one is refused too. Certificates are never locked out");

export type LockOutLimits = z.infer<typeof lockOutConfigSchema>;
