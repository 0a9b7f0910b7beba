// Reads what may be a scan or the longer message of a chip reader, where nobody says which it is.
import type { DecodeText } from "../host.ts";
import { dg13BytesMax, readDg13Hex } from "./chip-dg13.ts";
import { scanBytesMax } from "./cleaning-rules.ts";
import { type ReadingOptions, readingContext } from "./context.ts";
import { dispatchRows } from "./dispatch.ts";
import type { Reading } from "./patient-document.ts";
import { readDocument } from "./read-document.ts";
import { readReaderMessage } from "./reader-message.ts";

/** A DG13 as text: two digits a byte, and as many blanks and line ends again. */
const hexCharactersMax = dg13BytesMax * 4;

const openingBrace = 0x7b;
const byteOrderMark: readonly number[] = [0xef, 0xbb, 0xbf];

/**
 * As `readDocument`; but JSON up to 1 MiB and the hexadecimal of a DG13 up to 64 KiB are read, too, which no scan is long
 * enough for. Never throws.
 */
export function readMessage(
  payload: Uint8Array,
  today: string,
  decodeText: DecodeText,
  options?: ReadingOptions,
): Reading {
  if (payload.length <= scanBytesMax) return readDocument(payload, today, decodeText, options);
  const context = readingContext(today, decodeText, options);
  const start = byteOrderMark.every((byte, at) => payload[at] === byte) ? byteOrderMark.length : 0;
  if (payload[start] === openingBrace) {
    tellRow("3", options);
    return readReaderMessage(payload, context);
  }
  if (payload.length <= hexCharactersMax && isHexOfTlv(payload)) {
    tellRow("7a", options);
    return readDg13Hex({ text: decodeText(payload, 0, payload.length) }, context);
  }
  return readDocument(payload, today, decodeText, options);
}

function tellRow(name: string, options: ReadingOptions | undefined): void {
  const row = dispatchRows.find(({ row }) => row === name);
  if (row !== undefined) options?.observer?.dispatched(row);
}

/** Whether the bytes are hex digits and white space alone, and begin as a DG13 or one of its fields does. */
function isHexOfTlv(bytes: Uint8Array): boolean {
  const [first = 0, second = 0] = bytes;
  const isStart = (first === 0x36 && (second | 0x20) === 0x64) || (first === 0x33 && second === 0x30); // 6d or 30
  return isStart && bytes.every(isHexOrSpace);
}

function isHexOrSpace(byte: number): boolean {
  const letter = byte | 0x20;
  return (byte >= 0x30 && byte <= 0x39) || (letter >= 0x61 && letter <= 0x66) || byte === 0x20 || isLineEnd(byte);
}

const isLineEnd = (byte: number): boolean => byte === 0x0a || byte === 0x0d;
