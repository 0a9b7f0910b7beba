// What a cutter finds at the beginning of the bytes that it is given.
import type { Discard } from "../../driver/discard.ts";

export type FrameCut<Frame> =
  | { readonly kind: "frame"; readonly bytesUsed: number; readonly frame: Frame }
  | { readonly kind: "discarded"; readonly bytesUsed: number; readonly why: Discard }
  /** More bytes are needed; never of as many as the reader's longest frame has. */
  | { readonly kind: "incomplete" };
