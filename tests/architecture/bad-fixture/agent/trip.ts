// Breaks the rules on purpose: the other half of a circle, closed by a type alone.
import type { round } from "./round.ts";

export const trip = (there: typeof round) => there;
