// What a cutter finds where a frame may begin.
import type { Discard } from "../../driver/discard.ts";

export type FrameCut<Frame> =
  | { readonly kind: "frame"; readonly bytesUsed: number; readonly frame: Frame }
  | { readonly kind: "discarded"; readonly bytesUsed: number; readonly why: Discard }
  /** More bytes are needed; never of as many as the reader's longest frame has. */
  | { readonly kind: "incomplete" };

/** One object for all: noise makes a cutter say so as often as there are bytes. */
export const incomplete: FrameCut<never> = { kind: "incomplete" };
