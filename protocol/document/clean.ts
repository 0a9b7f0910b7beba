// Cleans the text of one scan, rules P1 to P6: what scanners, drivers and typing add around a document falls away.
import { surveyUtf8, utf8 } from "../bytes/utf8.ts";
import type { DecodeText } from "../host.ts";
import type { RejectReason } from "./reject-reasons.ts";

/** Bytes of the largest QR code, 40-L (ISO/IEC 18004). */
export const scanBytesMax = 2953;

export type Cleaned =
  | { readonly kind: "text"; readonly text: string; readonly hasLineBreaks: boolean }
  | { readonly kind: "dirty"; readonly reason: RejectReason; readonly text: string };

/** `text` is what could be read before, to name the family by; it must not leave this process. */
const dirty = (reason: RejectReason, text = ""): Cleaned => ({ kind: "dirty", reason, text });

/** The cleaned text. Line breaks inside are left for the caller to judge: only an MRZ and JSON may have them (P5). */
export function cleanScan(payload: Uint8Array, decodeText: DecodeText): Cleaned {
  if (payload.length > scanBytesMax) return dirty("too-long"); // P1
  const survey = surveyUtf8(payload);
  if (survey === utf8.broken) return dirty("bad-utf8", textOfBytes(payload)); // P2
  const text = decodeText(payload, 0, payload.length);
  if (survey === utf8.plain && isClean(text)) return { kind: "text", text, hasLineBreaks: false };
  return cleanClosely(text);
}

/** Whether P3 to P6 would change nothing in a text that has neither controls nor special characters. */
function isClean(text: string): boolean {
  const first = text.charCodeAt(0);
  return text !== "" && first !== blank && first !== bracket && first !== backslash && !text.endsWith(" ");
}

const blank = 0x20;
const bracket = 0x5d;
const backslash = 0x5c;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** U+FEFF, and the zero-width and direction marks; not the soft hyphen U+00AD (P3). */
const invisible = /[\ufeff\u200b-\u200f\u2060\u202a-\u202e\u2066-\u2069]/g;
/** ISO/IEC 15424: `]Q1` is a QR code. */
const aimIdentifier = /^\][A-Za-z][0-9A-Za-z]/;
/** Extended channel interpretation: `\000026` is UTF-8. */
const eciDesignator = /^\\\d{6}/;

const isControl = (code: number): boolean => code < 0x20 || code === 0x7f;
const isAround = (code: number): boolean => isControl(code) || code === blank || code === 0xa0;

function cleanClosely(raw: string): Cleaned {
  const visible = raw.replace(invisible, ""); // P3
  const framed = trimAround(visible).replaceAll("\t", " "); // P4
  if (framed === "") return dirty("empty");
  let hasLineBreaks = false;
  for (let at = 0; at < framed.length; at += 1) {
    const code = framed.charCodeAt(at);
    if (code === lineFeed || code === carriageReturn) hasLineBreaks = true;
    else if (isControl(code)) return dirty("control-char", framed); // P5
  }
  const text = framed.replace(aimIdentifier, "").replace(eciDesignator, "").replace(/^ +/, ""); // P6
  return text === "" ? dirty("empty") : { kind: "text", text, hasLineBreaks };
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
