// Reads data group 13 of the identity chip, where the card's own fields lie: FORMATS §11.1.
import { bytesOfHex } from "../bytes/hex.ts";
import { parseFirstTlv, parseTlv, type TlvNode } from "../bytes/tlv.ts";
import { isUtf8 } from "../bytes/utf8.ts";
import type { DecodeText } from "../host.ts";
import { type ChipField, type ChipRecord, presentText, readChipRecord } from "./chip-record.ts";
import type { CleanScan } from "./clean.ts";
import type { ReadingContext } from "./context.ts";
import { rejected, warn } from "./draft.ts";
import type { DocumentFormat, Reading } from "./patient-document.ts";
import type { WarningCode } from "./warnings.ts";

/** Largest DG13 that is looked at; real ones have less than 1 KiB. */
export const dg13BytesMax = 64 * 1024;

const tags = { sequence: 0x30, set: 0x31, integer: 0x02, objectIdentifier: 0x06, dataGroup13: 0x6d } as const;
/** UTF8String, PrintableString, IA5String, OCTET STRING: UTF-8 is written under each of them. */
const stringTags: readonly number[] = [0x0c, 0x13, 0x16, 0x04];

/** What each field number holds; the strings of a field in order. 16 and others are not published. */
export const fieldsByNumber: Readonly<Record<number, readonly ChipField[]>> = {
  1: ["number"],
  2: ["name"],
  3: ["birthDate"],
  4: ["sex"],
  5: ["nationality"],
  6: ["ethnicity"],
  7: ["religion"],
  8: ["placeOfOrigin"],
  9: ["address"],
  10: ["identifyingMarks"],
  11: ["issueDate"],
  12: ["expiryDate"],
  13: ["fatherName", "motherName"],
  14: ["spouseName"],
  15: ["oldNumber"],
};

/** Reads a scan that was dispatched as a DG13 in hexadecimal. */
export function readDg13Hex({ text }: Pick<CleanScan, "text">, context: ReadingContext): Reading {
  const bytes = bytesOfHex(text.replace(/\s+/g, ""));
  return bytes === undefined ? rejected("hex-invalid", "chip-dg13") : readDg13(bytes, context);
}

/** Reads the bytes of a DG13. `format` names the envelope that they came in. */
export function readDg13(bytes: Uint8Array, context: ReadingContext, format: DocumentFormat = "chip-dg13"): Reading {
  const texts = textsInDg13(bytes, context.decodeText);
  if (texts.kind === "unreadable") return rejected(texts.reason, format);
  return readChipRecord(format, texts.record, context, texts.warnings);
}

/** What the fields say, each by itself unjudged; or why nothing can be read. */
export type Dg13Texts =
  | { readonly kind: "texts"; readonly record: ChipRecord; readonly warnings: readonly WarningCode[] }
  | { readonly kind: "unreadable"; readonly reason: "too-long" | "tlv-invalid" | "bad-utf8" };

export function textsInDg13(bytes: Uint8Array, decodeText: DecodeText): Dg13Texts {
  if (bytes.length > dg13BytesMax) return { kind: "unreadable", reason: "too-long" };
  const roots = bytes[0] === tags.dataGroup13 ? parseFirstTlv(bytes)?.children : parseTlv(bytes);
  if (roots === undefined) return { kind: "unreadable", reason: "tlv-invalid" };
  const fields: FieldNode[] = [];
  collectFields(roots, bytes, fields);
  const record = new Map<ChipField, string>();
  const warnings: WarningCode[] = [];
  const numbersSeen = new Set<number>();
  for (const { number, content } of fields) {
    const names = fieldsByNumber[number];
    if (names === undefined) continue;
    if (numbersSeen.has(number)) {
      warn(warnings, "dg13-duplicate-field"); // the first wins
      continue;
    }
    numbersSeen.add(number);
    const strings: TlvNode[] = [];
    collectStrings(content, 1, strings);
    for (const { start, end } of strings) {
      if (!isUtf8(bytes, start, end)) return { kind: "unreadable", reason: "bad-utf8" };
    }
    for (const [index, name] of names.entries()) {
      const string = strings[index];
      const text = string && presentText(decodeText(bytes, string.start, string.end));
      if (text) record.set(name, text);
    }
  }
  return { kind: "texts", record, warnings };
}

interface FieldNode {
  readonly number: number;
  /** The field number, and what follows it. */
  readonly content: readonly TlvNode[];
}

/**
 * Adds the fields among `nodes` and below, in order. A sequence is a field only if it begins with a one-byte INTEGER and holds
 * neither an object identifier nor a set: the header's version INTEGER would otherwise read as field 1. Text is never searched.
 */
function collectFields(nodes: readonly TlvNode[], bytes: Uint8Array, fields: FieldNode[]): void {
  for (const { tag, children } of nodes) {
    const [first] = children;
    const isField =
      tag === tags.sequence &&
      first?.tag === tags.integer &&
      first.end === first.start + 1 &&
      !children.some((child) => child.tag === tags.objectIdentifier || child.tag === tags.set);
    if (isField) fields.push({ number: bytes[first.start] as number, content: children });
    else collectFields(children, bytes, fields);
  }
}

/** Adds the strings of a field from the node `from` on, written flat or in sequences. */
function collectStrings(nodes: readonly TlvNode[], from: number, strings: TlvNode[]): void {
  for (let index = from; index < nodes.length; index += 1) {
    const node = nodes[index] as TlvNode;
    if (stringTags.includes(node.tag)) strings.push(node);
    else collectStrings(node.children, 0, strings);
  }
}
