// One pass over the bytes of a scan: is it UTF-8, where are its pipes, and what kinds of characters does each field hold?
import { codePointAt, lengthInUtf8, malformed } from "../bytes/utf8.ts";
import { beyondAscii, bitsOfByte, bitsOfCode, isUntidyGap, seen } from "./text-survey.ts";

export interface ScanSurvey {
  /** Index of each pipe in the text that the bytes write, in UTF-16 units; of the first 32, more than any document has. */
  readonly pipes: readonly number[];
  /** The bits of each field between these pipes (`seen`), and of what follows. A `$` at the very end belongs to no field. */
  readonly fieldBits: readonly number[];
  /** The bits of all fields. */
  readonly bits: number;
}

/** Pipes that are told apart. No document has more than 17, and one more tells that there are too many. */
const pipesMax = 32;

const pipe = 0x7c;
const dollar = 0x24;

/** All other bytes are looked up, and that is all. */
const needsALook = seen.gap | beyondAscii;

/** Surveys bytes; undefined when they are not UTF-8. */
export function surveyScan(bytes: Uint8Array): ScanSurvey | undefined {
  const end = bytes[bytes.length - 1] === dollar ? bytes.length - 1 : bytes.length;
  const pipes: number[] = [];
  const fieldBits: number[] = [];
  let all = 0;
  let bits = 0;
  let fieldStart = 0;
  let excess = 0; // bytes before `at`, less UTF-16 units before it
  let at = 0;
  while (at < end) {
    const lead = bytes[at] as number;
    const found = bitsOfByte(lead);
    if ((found & needsALook) === 0) {
      bits |= found;
      at += 1;
      continue;
    }
    if (found === beyondAscii) {
      const code = codePointAt(bytes, at);
      if (code === malformed) return undefined;
      bits |= bitsOfCode(code);
      const length = lengthInUtf8(code);
      excess += length === 2 ? 1 : 2; // four bytes write two units
      at += length;
      continue;
    }
    if (lead === pipe) {
      if (pipes.length < pipesMax) {
        pipes.push(at - excess);
        fieldBits.push(bits);
      }
      all |= bits;
      bits = 0;
      fieldStart = at + 1;
    } else {
      const next = at + 1 < end ? (bytes[at + 1] as number) : pipe;
      const isUntidy = at === fieldStart || next === pipe || isUntidyGap(lead, next);
      bits |= isUntidy ? found | seen.untidy : found;
    }
    at += 1;
  }
  fieldBits.push(bits);
  return { pipes, fieldBits, bits: all | bits };
}
