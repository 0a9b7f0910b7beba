// The lines of a serial chip reader that speaks text, and the commands for it (READERS chapter 9, 6C).
import { encodeUtf8 } from "../../bytes/utf8.ts";

export type NfcLine =
  | { readonly kind: "pong" | "ok" | "detected" | "zone-taken" | "removed" | "done" | "failed" | "block-end" }
  | { readonly kind: "block-start"; readonly group: string }
  /** A part of the JSON, of a block, or something that nobody knows. */
  | { readonly kind: "text"; readonly text: string };

const words: ReadonlyMap<string, Exclude<NfcLine["kind"], "block-start" | "text">> = new Map([
  ["PONG", "pong"],
  ["NFC_DETECTED", "detected"],
  ["ACK_MRZ", "zone-taken"],
  ["CARD_REMOVED", "removed"],
  ["SUCCESS", "done"],
  ["SCAN_DONE", "done"],
  ["FAIL", "failed"],
  ["SCAN_FAIL", "failed"],
]);

const blockStart = /^\[([A-Z0-9]{1,8})_RAW_START\]$/;
const blockEnd = /^\[[A-Z0-9]{1,8}_RAW_END\]$/;

/** Reads a line without its end and the blanks around it. */
export function readNfcLine(text: string): NfcLine {
  const word = words.get(text);
  if (word !== undefined) return { kind: word };
  if (text.startsWith("[OK]")) return { kind: "ok" };
  if (blockEnd.test(text)) return { kind: "block-end" };
  const [, group] = blockStart.exec(text) ?? [];
  return group === undefined ? { kind: "text", text } : { kind: "block-start", group };
}

/** The portrait is never asked for; the signatures are, so that a reading can be verified at all. */
export const nfcCommands = {
  ping: encodeUtf8("PING\n"),
  withoutPortrait: encodeUtf8("DG2:OFF\n"),
  withSignatures: encodeUtf8("SOD:ON\n"),
} as const;
