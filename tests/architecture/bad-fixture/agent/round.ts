// Breaks the rules on purpose: one half of a circle.
import { trip } from "./trip.ts";

export const round = () => trip;
