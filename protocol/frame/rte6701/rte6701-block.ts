// One block of a 3M RTE6701: the lines of a zone between SOH and a block check character (integration manual, chapter 9; READERS chapter 8).
import { asciiText } from "../../bytes/ascii.ts";
import { type FrameCut, incomplete } from "../mrz/frame-cut.ts";

export const SOH = 0x01;
const STX = 0x02;
const ETX = 0x03;
const CR = 0x0d;
/** Behind the length: "O" the optical reader, "U" unsolicited, STX. */
const marks: readonly number[] = [0x4f, 0x55, STX];

/** Where the bytes begin that the block check character is the exclusive or of; they end with ETX. */
export type BlockCheck = "from-start" | "from-length" | "from-text";

export interface Rte6701Block {
  readonly kind: "rte6701";
  readonly check: BlockCheck;
  /** What the firmware says beside the lines; of no use here. */
  readonly flag: number;
  /** Without the underscores that fill a line; a line that was not found is empty. The last one is the lowest. */
  readonly lines: readonly string[];
}

const linesMax = 3;
/** SOH, two bytes of length, device, STX, flag, three lines of 44 characters with their CR, ETX, BCC; and some more. */
const blockBytesMax = 160;
/** From SOH to the flag with a length of one byte, as READERS has it; newer manuals have a word. */
const headerBytes = 6;

/** A byte that begins nothing; one object for all. */
const strayByte: FrameCut<never> = { kind: "discarded", bytesUsed: 1, why: "noise" };

/**
 * Cuts the block that begins at `start`, where SOH stands, of what lies before `end`. What its length counts, and where its
 * check begins, is not known for certain: the length is not used, and every check is taken until the caller knows which
 * one the reader uses.
 */
export function cutRte6701(
  bytes: Uint8Array,
  start: number,
  end: number,
  knownCheck?: BlockCheck,
): FrameCut<Rte6701Block> {
  const marksAt = findMarks(bytes, start, end);
  if (marksAt < 0) return marksAt === mayFollow ? incomplete : strayByte;
  const flagAt = marksAt + marks.length;
  const etx = bytes.indexOf(ETX, flagAt + 1);
  const bytesUsed = etx + 2 - start;
  const isCut = etx < 0 || etx + 2 > end;
  if (isCut && end - start < blockBytesMax) return incomplete;
  if (isCut || bytesUsed > blockBytesMax) return { kind: "discarded", bytesUsed: 1, why: "bad-length" };
  const check = checkOf(bytes, start, flagAt, etx);
  if (check === undefined || (knownCheck !== undefined && check !== knownCheck)) {
    return { kind: "discarded", bytesUsed, why: "bad-checksum" };
  }
  const lines = linesOf(bytes.subarray(flagAt + 1, etx));
  if (lines.length > linesMax) return { kind: "discarded", bytesUsed, why: "bad-frame" };
  return { kind: "frame", bytesUsed, frame: { kind: "rte6701", check, flag: bytes[flagAt] ?? 0, lines } };
}

const mayFollow = -1;
const cannotFollow = -2;

/** Where the marks behind a length of one byte or two stand; `mayFollow` while too few bytes are there to tell. */
function findMarks(bytes: Uint8Array, start: number, end: number): number {
  const short = marksAreAt(bytes, start + 2, end);
  if (short === "there") return start + 2;
  const long = marksAreAt(bytes, start + 3, end);
  if (long === "there") return start + 3;
  return short === "maybe" || long === "maybe" ? mayFollow : cannotFollow;
}

function marksAreAt(bytes: Uint8Array, at: number, end: number): "there" | "maybe" | "not" {
  for (let offset = 0; offset < marks.length; offset += 1) {
    if (at + offset >= end) return "maybe";
    if (bytes[at + offset] !== marks[offset]) return "not";
  }
  return "there";
}

/** Which check the character behind ETX is. */
function checkOf(bytes: Uint8Array, start: number, flagAt: number, etx: number): BlockCheck | undefined {
  const check = bytes[etx + 1];
  const fromText = xor(bytes, flagAt, etx + 1); // the flag is the first byte behind STX
  const fromLength = fromText ^ xor(bytes, start + 1, flagAt);
  if (check === fromLength) return "from-length";
  if (check === (fromLength ^ SOH)) return "from-start";
  return check === fromText ? "from-text" : undefined;
}

function linesOf(text: Uint8Array): string[] {
  const lines = asciiText(text).split("\r");
  if (lines.at(-1) === "") lines.pop(); // each line has its CR, so nothing follows the last
  return lines.map(withoutFillers);
}

function withoutFillers(line: string): string {
  let end = line.length;
  while (end > 0 && line.charAt(end - 1) === "_") end -= 1;
  return line.slice(0, end);
}

function xor(bytes: Uint8Array, from: number, to: number): number {
  let sum = 0;
  for (let at = from; at < to; at += 1) sum ^= bytes[at] ?? 0;
  return sum;
}

/** Up to three lines, the lowest last; the length counts every byte from SOH to BCC, the check begins behind SOH. */
export function encodeRte6701({ flag, lines }: Pick<Rte6701Block, "flag" | "lines">): Uint8Array {
  const absent = Array<string>(Math.max(0, linesMax - lines.length)).fill("");
  const text = [...absent, ...lines].flatMap((line) => [...[...line].map((letter) => letter.charCodeAt(0)), CR]);
  const length = headerBytes + text.length + 2;
  const block = Uint8Array.of(SOH, length, ...marks, flag, ...text, ETX, 0);
  block[length - 1] = xor(block, 1, length - 1);
  return block;
}
