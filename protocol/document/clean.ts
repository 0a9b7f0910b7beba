// Cleans the text of one scan, rules P1 to P6: what scanners, drivers and typing add around a document falls away.
import { encodeUtf8 } from "../bytes/utf8.ts";
import type { DecodeText } from "../host.ts";
import type { RejectReason } from "./reject-reasons.ts";
import { type ScanSurvey, surveyScan } from "./scan-survey.ts";
import { invisible, seen } from "./text-survey.ts";

/** Bytes of the largest QR code, 40-L (ISO/IEC 18004). */
export const scanBytesMax = 2953;

/** The text of a scan and what one pass over it found; bits and pipes belong to this text, not to the payload. */
export interface CleanScan extends ScanSurvey {
  readonly kind: "clean";
  readonly text: string;
}

/** A scan that is refused before dispatch. `text` is what could be read, to name the family by: it must not leave the process. */
export interface DirtyScan {
  readonly kind: "dirty";
  readonly reason: RejectReason;
  readonly text: string;
}

const dirty = (reason: RejectReason, text = ""): DirtyScan => ({ kind: "dirty", reason, text });

/** Cleans a scan. Line breaks inside are left for the caller to judge: only an MRZ and JSON may have them (P5). */
export function cleanScan(payload: Uint8Array, decodeText: DecodeText): CleanScan | DirtyScan {
  if (payload.length > scanBytesMax) return dirty("too-long"); // P1
  const survey = surveyScan(payload);
  if (survey === undefined) return dirty("bad-utf8", textOfBytes(payload)); // P2
  const text = decodeText(payload, 0, payload.length);
  if (isClean(text, survey.bits)) return cleanScanOf(text, survey);
  const cleaned = cleanText(text);
  if (cleaned.kind === "dirty") return cleaned;
  return cleanScanOf(cleaned.text, surveyScan(encodeUtf8(cleaned.text)) ?? survey);
}

const cleanScanOf = (text: string, { pipes, fieldBits, bits }: ScanSurvey): CleanScan => ({
  kind: "clean",
  text,
  pipes,
  fieldBits,
  bits,
});

/** Whether P3 to P6 would change nothing. */
function isClean(text: string, bits: number): boolean {
  const first = text.charCodeAt(0);
  const last = text.charCodeAt(text.length - 1);
  return (bits & seen.toClean) === 0 && text !== "" && !edges.includes(first) && last !== blank;
}

const blank = 0x20;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
/** Blank, `]` and `\`: P4 and P6 look closer at a text that begins so. */
const edges: readonly number[] = [blank, 0x5d, 0x5c];

/** ISO/IEC 15424: `]Q1` is a QR code. */
const aimIdentifier = /^\][A-Za-z][0-9A-Za-z]/;
/** Extended channel interpretation: `\000026` is UTF-8. */
const eciDesignator = /^\\\d{6}/;

const isControl = (code: number): boolean => code < 0x20 || code === 0x7f;
const isAround = (code: number): boolean => isControl(code) || code === blank || code === 0xa0;

function cleanText(raw: string): { readonly kind: "text"; readonly text: string } | DirtyScan {
  const framed = trimAround(raw.replace(invisible, "")).replaceAll("\t", " "); // P3, P4
  if (framed === "") return dirty("empty");
  for (let at = 0; at < framed.length; at += 1) {
    const code = framed.charCodeAt(at);
    if (isControl(code) && code !== lineFeed && code !== carriageReturn) return dirty("control-char", framed); // P5
  }
  const text = framed.replace(aimIdentifier, "").replace(eciDesignator, "").replace(/^ +/, ""); // P6
  return text === "" ? dirty("empty") : { kind: "text", text };
}

/** Each byte as the character of the same code: enough to recognise a family in bytes that are not UTF-8. */
function textOfBytes(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

/** P4: controls, blanks and NBSP fall away at both ends; from the first NUL on there are only stale bytes. */
function trimAround(text: string): string {
  let start = 0;
  while (start < text.length && isAround(text.charCodeAt(start))) start += 1;
  const firstNul = text.indexOf("\0", start);
  let end = firstNul < 0 ? text.length : firstNul;
  while (end > start && isAround(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(start, end);
}
