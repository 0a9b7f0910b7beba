// What a frame reader tells while it is fed, kept for comparison.
import { type BrokenFrame, FrameReader } from "../../../../../protocol/frame/reader-link/frame-reader.ts";

export type Told =
  | { readonly kind: "payload"; readonly payload: Uint8Array }
  | { readonly kind: "discarded"; readonly why: BrokenFrame; readonly bytes: number };

export function recordPayloads(): { readonly reader: FrameReader; readonly told: Told[] } {
  const told: Told[] = [];
  const reader = new FrameReader({
    payload: (payload) => void told.push({ kind: "payload", payload: payload.slice() }),
    discarded: (why, bytes) => void told.push({ kind: "discarded", why, bytes }),
  });
  return { reader, told };
}

/** Everything that the reader tells of one line: pushed in one piece, then closed. */
export function payloadsOf(bytes: Uint8Array): readonly Told[] {
  const { reader, told } = recordPayloads();
  reader.push(bytes);
  reader.close();
  return told;
}
