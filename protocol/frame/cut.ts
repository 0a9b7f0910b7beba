// The outcome of cutting one frame off the front of bytes, the same for every pure cutter.
import type { Discard } from "../driver/discard.ts";

/** `bytesUsed` counts from where the cutter was told to begin, and is at least 1. */
export type Cut<Frame> =
  | { readonly kind: "frame"; readonly bytesUsed: number; readonly frame: Frame }
  | { readonly kind: "discarded"; readonly bytesUsed: number; readonly why: Discard }
  | { readonly kind: "incomplete" };

export const incomplete = { kind: "incomplete" } as const;
