// Cleans the text of one scan, rules P1 to P6: what scanners, drivers and typing add around a document falls away.
import { encodeUtf8 } from "../bytes/utf8.ts";
import type { DecodeText } from "../host.ts";
import { type CleaningRule, scanBytesMax } from "./cleaning-rules.ts";
import type { ReadingObserver } from "./reading-observer.ts";
import type { RejectReason } from "./reject-reasons.ts";
import { type ScanSurvey, surveyScan } from "./scan-survey.ts";
import { invisible, seen } from "./text-survey.ts";

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
export function cleanScan(
  payload: Uint8Array,
  decodeText: DecodeText,
  observer?: ReadingObserver,
): CleanScan | DirtyScan {
  if (payload.length > scanBytesMax) {
    observer?.cleaned("P1", "too-long");
    return dirty("too-long");
  }
  const survey = surveyScan(payload);
  if (survey === undefined) {
    observer?.cleaned("P2", "bad-utf8");
    return dirty("bad-utf8", textOfBytes(payload.subarray(0, familyBytesMax)));
  }
  const text = decodeText(payload, 0, payload.length);
  return isClean(text, survey.bits) ? cleanScanOf(text, survey) : cleanText(text, survey, observer);
}

/** P3 to P6, one after the other. */
function cleanText(raw: string, survey: ScanSurvey, observer: ReadingObserver | undefined): CleanScan | DirtyScan {
  let text = raw;
  for (const { rule, apply, faultOf } of steps) {
    const before = text;
    text = apply(before);
    const reason = faultOf(text);
    if (reason !== undefined || text !== before) observer?.cleaned(rule, reason);
    if (reason !== undefined) return dirty(reason, text);
  }
  return cleanScanOf(text, text === raw ? survey : (surveyScan(encodeUtf8(text)) ?? survey));
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

interface CleaningStep {
  readonly rule: CleaningRule;
  readonly apply: (text: string) => string;
  /** Why what is left must be refused. */
  readonly faultOf: (text: string) => RejectReason | undefined;
}

const faultless = (): undefined => undefined;
const faultOfEmpty = (text: string): RejectReason | undefined => (text === "" ? "empty" : undefined);

const steps: readonly CleaningStep[] = [
  { rule: "P3", apply: (text) => text.replace(invisible, ""), faultOf: faultless },
  { rule: "P4", apply: (text) => trimAround(text).replaceAll("\t", " "), faultOf: faultOfEmpty },
  { rule: "P5", apply: (text) => text, faultOf: faultOfControls },
  { rule: "P6", apply: dropIdentifiers, faultOf: faultOfEmpty },
];

function faultOfControls(text: string): RejectReason | undefined {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (isControl(code) && code !== lineFeed && code !== carriageReturn) return "control-char";
  }
  return undefined;
}

function dropIdentifiers(text: string): string {
  return text.replace(aimIdentifier, "").replace(eciDesignator, "").replace(/^ +/, "");
}

/** Bytes that tell the family of a scan that is not UTF-8: more than the QR of any card has. */
const familyBytesMax = 512;

/** Each byte as the character of the same code: enough to recognise a family in bytes that are not UTF-8. */
function textOfBytes(bytes: Uint8Array): string {
  return Reflect.apply(String.fromCharCode, undefined, bytes);
}

/** P4: controls, blanks and NBSP fall away at both ends; from the first NUL on there are only stale bytes. */
function trimAround(text: string): string {
  let start = 0;
  while (isAround(text.charCodeAt(start))) start += 1;
  const firstNul = text.indexOf("\0", start);
  let end = firstNul < 0 ? text.length : firstNul;
  while (isAround(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(start, end);
}
