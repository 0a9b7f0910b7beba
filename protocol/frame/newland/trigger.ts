// Newland's trigger commands, which have no answer (FM430 user manual UM10054, page 35).
import { standsAt } from "../../bytes/ascii.ts";

export const newlandTriggers = {
  "trigger-on": Uint8Array.of(0x01, 0x54, 0x04),
  "trigger-off": Uint8Array.of(0x01, 0x50, 0x04),
} as const;
export type NewlandTrigger = keyof typeof newlandTriggers;

/** Bytes of each of them. */
export const newlandTriggerBytes = 3;

export function newlandTriggerAt(bytes: Uint8Array, at: number): NewlandTrigger | undefined {
  if (standsAt(bytes, newlandTriggers["trigger-on"], at)) return "trigger-on";
  return standsAt(bytes, newlandTriggers["trigger-off"], at) ? "trigger-off" : undefined;
}
