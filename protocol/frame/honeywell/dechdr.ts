// Honeywell's length-prefixed scan, switched on with DECHDR1: safe with any payload.
import { asciiBytes, joinBytes, mayStandAt } from "../../bytes/ascii.ts";
import { leadingAim } from "../aim-identifier.ts";
import { type Cut, incomplete } from "../cut.ts";

/** `raw` includes the terminator that the reader added, and lies in the bytes that were cut. */
export interface DechdrScan {
  readonly codeId: number;
  /** The two bytes behind `]`, big-endian. */
  readonly aimCode: number;
  readonly raw: Uint8Array;
}

/** Where each field lies, from the first byte of the frame. */
const lengthAt = 2;
const markAt = 6;
const digitsAt = 13;
const digits = 4;
const codeIdAt = 17;
const aimAt = 18;
const separatorAt = 20;
/** Bytes before the data. */
export const dechdrHeaderBytes = 21;
/** What the first length counts besides the data: `MSGGET`, the digits, code id, AIM bytes and the separator. */
export const dechdrCountedBytes = 14;

export const dechdrStart = Uint8Array.of(0x16, 0xfe);
const mark = joinBytes(Uint8Array.of(0x0d), asciiBytes("MSGGET"));
const separator = 0x1d;
const closingBracket = 0x5d;

/**
 * Cuts one frame that begins at `at`. `bad-length` where the two lengths disagree or exceed `dataBytesMax`; only the start
 * bytes are dropped then, since a true frame may begin inside.
 */
export function cutDechdr(bytes: Uint8Array, at: number, dataBytesMax: number): Cut<DechdrScan> {
  const present = bytes.length - at;
  if (!mayStandAt(bytes, dechdrStart, at)) return { kind: "discarded", why: "noise", bytesUsed: 1 };
  if (present <= markAt) return incomplete;
  if (!mayStandAt(bytes, mark, at + markAt)) return refused("bad-frame");
  const length = readLe32(bytes, at + lengthAt) - dechdrCountedBytes;
  if (length < 0 || length > dataBytesMax) return refused("bad-length");
  if (present < dechdrHeaderBytes) return incomplete;
  const told = readDigits(bytes, at + digitsAt);
  if (told < 0 || bytes[at + separatorAt] !== separator) return refused("bad-frame");
  if (told !== length) return refused("bad-length");
  const bytesUsed = dechdrHeaderBytes + length;
  if (present < bytesUsed) return incomplete;
  const aimCode = ((bytes[at + aimAt] ?? 0) << 8) | (bytes[at + aimAt + 1] ?? 0);
  const raw = bytes.subarray(at + dechdrHeaderBytes, at + bytesUsed);
  return { kind: "frame", bytesUsed, frame: { codeId: bytes[at + codeIdAt] ?? 0, aimCode, raw } };
}

const refused = (why: "bad-frame" | "bad-length") =>
  ({ kind: "discarded", why, bytesUsed: dechdrStart.length }) as const;

function readLe32(bytes: Uint8Array, at: number): number {
  const low = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16);
  return low + (bytes[at + 3] ?? 0) * 0x1000000;
}

/** Four ASCII digits; -1 where one is none. */
function readDigits(bytes: Uint8Array, at: number): number {
  let number = 0;
  for (let digit = at; digit < at + digits; digit += 1) {
    const value = (bytes[digit] ?? 0) - 0x30;
    if (value < 0 || value > 9) return -1;
    number = number * 10 + value;
  }
  return number;
}

/** Bytes of the frame that begins at `at`, whose header has been found good. */
export const dechdrFrameBytes = (bytes: Uint8Array, at: number): number =>
  dechdrHeaderBytes + readDigits(bytes, at + digitsAt);

/** `]Q1` and the like; undefined where the two bytes are no identifier. */
export const aimOfCode = (code: number): string | undefined =>
  leadingAim(Uint8Array.of(closingBracket, code >> 8, code & 0xff));

/** `raw` is the data with its terminator, at most 9,999 bytes: four digits tell the length. `aim` as in `]Q1`. */
export function encodeDechdr(scan: {
  readonly codeId: number;
  readonly aim: string;
  readonly raw: Uint8Array;
}): Uint8Array {
  const { codeId, aim, raw } = scan;
  const length = raw.length + dechdrCountedBytes;
  return joinBytes(
    dechdrStart,
    Uint8Array.of(length & 0xff, (length >> 8) & 0xff, (length >> 16) & 0xff, 0),
    mark,
    asciiBytes(String(raw.length).padStart(digits, "0")),
    Uint8Array.of(codeId),
    asciiBytes(aim.slice(1)),
    Uint8Array.of(separator),
    raw,
  );
}
