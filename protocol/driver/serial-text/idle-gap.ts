// How long a reader in plain mode must be silent before its scan counts as over (READERS chapter 4).

const usbGapMs = 60;
const tcpGapMs = 100;
/** A true RS-232 line may pause between characters: so many character times come on top. */
const pausedCharacters = 3;
/** Start bit, eight data bits, stop bit. */
const bitsPerCharacter = 10;
const baudDefault = 9_600;

/** Silence inside a frame with marks that is a fault, not a pause. */
export const frameGapMs = 500;
/** A reader that sends terminators and pauses without one has stalled, not ended: it gets this many times the gap. */
export const terminatedGapFactor = 3;

/** Milliseconds. `wantedMs` is the profile's own gap. */
export function idleGapMs(transport: string, baud: number | undefined, wantedMs: number | undefined): number {
  if (transport === "tcp") return Math.max(wantedMs ?? tcpGapMs, 1);
  const base = Math.max(wantedMs ?? usbGapMs, 1);
  if (transport !== "rs232") return base;
  return base + Math.ceil((pausedCharacters * bitsPerCharacter * 1_000) / (baud ?? baudDefault));
}
