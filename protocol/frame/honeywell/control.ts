// Honeywell's three-byte commands that have no answer (manuals, chapter Serial Programming Commands).
import { standsAt } from "../../bytes/ascii.ts";

const SYN = 0x16;
const CR = 0x0d;

export const honeywellControls = {
  "trigger-on": Uint8Array.of(SYN, 0x54, CR),
  "trigger-off": Uint8Array.of(SYN, 0x55, CR),
  beep: Uint8Array.of(SYN, 0x07, CR),
} as const;
export type HoneywellControl = keyof typeof honeywellControls;

/** Bytes of each of them. */
export const honeywellControlBytes = 3;

export function honeywellControlAt(bytes: Uint8Array, at: number): HoneywellControl | undefined {
  for (const name of ["trigger-on", "trigger-off", "beep"] as const) {
    if (standsAt(bytes, honeywellControls[name], at)) return name;
  }
  return undefined;
}
