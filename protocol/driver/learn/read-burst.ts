// Reads one burst of a reader: where the test code stands in it, what stands around it, and what became of its text.
import { encodeUtf8, isUtf8 } from "../../bytes/utf8.ts";
import { leadingAim } from "../../frame/aim-identifier.ts";
import { dechdrHeaderBytes, dechdrStart } from "../../frame/honeywell/dechdr.ts";
import { ETX, STX, type Terminator, terminators } from "../../frame/plain-framing.ts";
import type { RemarkCode } from "./remarks.ts";
import { type TestField, testFields } from "./test-code.ts";
import { byteText, damageOf } from "./text-damage.ts";

/** How the bytes around the data are laid out. */
export type LearntProtocol = "plain" | "dechdr" | "ssi";

export interface TestCodeReading {
  readonly kind: "test-code";
  readonly protocol: LearntProtocol;
  readonly stxEtx: boolean;
  readonly aim: string | undefined;
  /** What stands before the data and is no symbology identifier, as byte text; empty for nothing. */
  readonly codeId: string;
  /** Terminators in the burst's tail; empty where silence alone ends a scan. */
  readonly end: readonly Terminator[];
  readonly remarks: readonly RemarkCode[];
}

/** Anything else that came: its bytes may be somebody's document, so nothing of them is kept. */
export interface OtherReading {
  readonly kind: "other";
  readonly remark: RemarkCode;
}

/** Bytes before the data that may be a code id; more is a prefix that somebody has set. */
const codeIdBytesMax = 16;
/** An SSI packet with a decoded code: length, opcode F3, source 0, status, type of code. */
const ssiLead = "\u00f3\0";
const ssiLeadBytes = 5;
const stx = String.fromCharCode(STX);
const etx = String.fromCharCode(ETX);
/** Share of ASCII letters below which bytes that are no UTF-8 are no text either. */
const printableShareMin = 0.6;
/** Control characters that codes hold, or readers put around them: EOT, TAB, LF, CR, GS, RS, STX, ETX. */
const usualControls: readonly number[] = [0x04, 0x09, 0x0a, 0x0d, 0x1d, 0x1e, STX, ETX];
/** Share of other control characters above which bytes are no text. */
const controlShareMax = 0.05;

/** Never throws; keeps nothing of a burst without the test code. */
export function readBurst(bytes: Uint8Array): TestCodeReading | OtherReading {
  const text = byteText(bytes);
  const start = text.indexOf(testFields.mark);
  if (start < 0) return { kind: "other", remark: whatElse(text) };
  const endMark = `|${testFields.end}`;
  const end = text.indexOf(endMark, start);
  const lead = readLead(text.slice(0, start));
  if (end < 0) return { kind: "test-code", ...lead, end: [], remarks: [...lead.remarks, "cut-short"] };
  const content = fieldRemarks(text.slice(start, end + endMark.length), lead.remarks.includes("eci"));
  const last = text.lastIndexOf(endMark); // a reader in continuous mode may have read it several times
  const tail = readTail(text.slice(last + endMark.length), lead);
  return { kind: "test-code", ...lead, end: tail.end, remarks: [...lead.remarks, ...content, ...tail.remarks] };
}

function whatElse(text: string): RemarkCode {
  if (text.startsWith("\u00ff\u00fb") || text.startsWith("\u00ff\u00fd")) return "telnet";
  if (withoutEighthBit(text).includes(testFields.mark)) return "parity";
  if (text.replaceAll("\0", "").includes(testFields.mark)) return "utf-16";
  return isText(text) ? "other-code" : "garbage";
}

/** Whether somebody's code may have come: letters in UTF-8, or mostly ASCII ones in a code page. */
function isText(text: string): boolean {
  const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
  const printable = bytes.filter((byte) => byte >= 0x20 && byte < 0x7f).length;
  const controls = bytes.filter((byte) => byte < 0x20 && !usualControls.includes(byte)).length;
  if (controls > controlShareMax * bytes.length) return false;
  return printable >= printableShareMin * bytes.length || isUtf8(bytes);
}

const withoutEighthBit = (text: string): string =>
  text.replace(/[\x80-\xff]/g, (byte) => String.fromCharCode(byte.charCodeAt(0) & 0x7f));

type Lead = Pick<TestCodeReading, "protocol" | "stxEtx" | "aim" | "codeId" | "remarks">;

/** What stands before the data: `[STX] [AIM] [code id] [ECI]`, or the header of a frame. */
function readLead(before: string): Lead {
  const lead: Lead = { protocol: "plain", stxEtx: false, aim: undefined, codeId: "", remarks: [] };
  const dechdrAt = before.length - dechdrHeaderBytes;
  if (dechdrAt >= 0 && before.startsWith(byteText(dechdrStart), dechdrAt) && before.includes("MSGGET", dechdrAt)) {
    return { ...lead, protocol: "dechdr", aim: `]${before.slice(-3, -1)}` };
  }
  if (before.length >= ssiLeadBytes && before.startsWith(ssiLead, before.length - ssiLeadBytes + 1)) {
    return { ...lead, protocol: "ssi" };
  }
  const stxEtx = before.startsWith(stx);
  const eci = /\\\d{6}$/.exec(before);
  const rest = before.slice(stxEtx ? 1 : 0, eci?.index ?? before.length);
  const aim = leadingAim(encodeUtf8(rest.slice(0, 3)));
  const codeId = rest.slice(aim?.length ?? 0);
  const isUnknown = codeId.length > codeIdBytesMax || /\][A-Za-z][A-Za-z0-9]/.test(codeId);
  const remarks: RemarkCode[] = [
    ...(eci === null ? [] : (["eci"] as const)),
    ...(isUnknown ? (["prefix-unknown"] as const) : codeId === "" ? [] : (["code-id"] as const)),
  ];
  return { ...lead, stxEtx, aim, codeId: isUnknown ? "" : codeId, remarks };
}

/** What became of each field. */
function fieldRemarks(body: string, isEci: boolean): RemarkCode[] {
  const names = Object.keys(testFields) as TestField[];
  const parts = body.split("|");
  if (parts.length !== names.length) return ["text-changed"];
  return names.flatMap((name, at) => fieldRemark(name, parts[at] ?? "", isEci) ?? []);
}

function fieldRemark(name: TestField, actual: string, isEci: boolean): RemarkCode | undefined {
  if (actual === testFields[name]) return undefined;
  switch (name) {
    case "name":
    case "vowels":
      return damageOf(testFields[name], actual);
    case "digits":
    case "mark":
    case "end":
      return "digits-changed";
    case "typed":
      return "typed-by-keyboard";
    case "backslash":
      return isEci && actual === "a\\\\b" ? undefined : "backslash-changed";
    case "separator":
      return actual === "xy" ? "separator-dropped" : "separator-changed";
  }
}

/** What stands behind the data. */
function readTail(after: string, lead: Lead): Pick<TestCodeReading, "end" | "remarks"> {
  switch (lead.protocol) {
    case "ssi":
    case "dechdr":
      return { end: [], remarks: [] };
    case "plain": {
      const rest = withoutTerminators(after);
      if (lead.stxEtx) {
        const isClosed = rest.endsWith(etx) && rest.slice(0, -1).trim() === "";
        return { end: [], remarks: isClosed ? [] : ["suffix-unknown"] };
      }
      return { end: endOf(after.slice(rest.length)), remarks: rest === "" ? [] : ["suffix-unknown"] };
    }
  }
}

function withoutTerminators(text: string): string {
  let length = text.length;
  while (length > 0 && "\r\n\t".includes(text[length - 1] ?? "-")) length -= 1;
  return text.slice(0, length);
}

const endTexts = Object.entries(terminators) as [Terminator, readonly number[]][];

/** `\r\n` is one terminator; anything longer is a row of single ones. */
function endOf(tail: string): Terminator[] {
  const named = (text: string) => endTexts.find(([, codes]) => String.fromCharCode(...codes) === text)?.[0];
  const whole = named(tail);
  return whole === undefined ? [...new Set(Array.from(tail, named).filter((name) => name !== undefined))] : [whole];
}
