// How near a bound something has come, in steps, so that people hear of it once and long before.

/** Shares of a bound at which people are told. */
export const alarmSteps = [0.5, 0.8, 0.95] as const;

/** A share has to fall this far below a step to leave it: one that wavers around a step is told of once. */
const heldFrom = 0.9;

/** The step on which a share stands, 0 below the first. `before` is the step on which it stood when it was last asked. */
export function alarmStep(share: number, before: number): number {
  return alarmSteps.findLast((step) => share >= (step <= before ? step * heldFrom : step)) ?? 0;
}
