// Newland's older command mode: `$$$$`, then `#XXXX;` one by one, and `%%%%` to leave (FM100 manual, page 22).
import { asciiBytes, asciiText, mayStandAt, standsAt } from "../../bytes/ascii.ts";
import { type Cut, incomplete } from "../cut.ts";

/** In either direction: what the host says, and what the reader answers. */
export type LegacyWord =
  | { readonly kind: "enter" | "entered" | "leave" | "left" }
  | { readonly kind: "command" | "accepted" | "refused" | "value"; readonly text: string };

const fixed = { enter: "$$$$", entered: "@@@@", leave: "%%%%", left: "^^^^" } as const;
export type LegacyMark = keyof typeof fixed;
export const legacyMarks: Readonly<Record<LegacyMark, Uint8Array>> = {
  enter: asciiBytes(fixed.enter),
  entered: asciiBytes(fixed.entered),
  leave: asciiBytes(fixed.leave),
  left: asciiBytes(fixed.left),
};
const markNames = ["enter", "entered", "leave", "left"] as const;

/** How the words with text begin and end. */
const framed = [
  { kind: "command", open: "#", close: ";" },
  { kind: "accepted", open: "!", close: ";" },
  { kind: "refused", open: "?", close: ";" },
  { kind: "value", open: "&{", close: "}" },
] as const;

/** The reader leaves the mode by itself after this silence, in milliseconds. */
export const legacyIdleMs = 5_000;
/** Longest word in bytes. */
export const legacyWordBytesMax = 512;

export function encodeLegacyWord(word: LegacyWord): Uint8Array {
  if (!("text" in word)) return legacyMarks[word.kind];
  const form = framed.find(({ kind }) => kind === word.kind);
  return asciiBytes(`${form?.open}${word.text}${form?.close}`);
}

export function cutLegacyWord(bytes: Uint8Array, at: number): Cut<LegacyWord> {
  for (const kind of markNames) {
    const mark = legacyMarks[kind];
    if (standsAt(bytes, mark, at)) return { kind: "frame", bytesUsed: mark.length, frame: { kind } };
    if (mayStandAt(bytes, mark, at)) return incomplete;
  }
  for (const { kind, open, close } of framed) {
    if (!standsAt(bytes, asciiBytes(open), at)) continue;
    const found = bytes.subarray(0, at + legacyWordBytesMax).indexOf(close.charCodeAt(0), at + open.length);
    if (found >= 0) {
      const text = asciiText(bytes, at + open.length, found);
      return { kind: "frame", bytesUsed: found + 1 - at, frame: { kind, text } };
    }
    if (bytes.length - at < legacyWordBytesMax) return incomplete;
  }
  return { kind: "discarded", why: "noise", bytesUsed: 1 };
}
