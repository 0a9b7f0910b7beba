// Honeywell's length-prefixed scan, switched on with DECHDR1: safe with any payload.
import { asciiBytes, asciiText, joinBytes, standsAt } from "../../bytes/ascii.ts";
import { leadingAim } from "../aim-identifier.ts";
import { type Cut, incomplete } from "../cut.ts";

/** `raw` includes the terminator that the reader added, and lies in the bytes that were cut. */
export interface DechdrScan {
  readonly codeId: number;
  /** `]Q1` and the like; undefined where the two bytes are none. */
  readonly aim: string | undefined;
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
const countedBytes = 14;

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
  const here = (offset: number): number => bytes[at + offset] ?? 0;
  if (here(0) !== 0x16 || (present > 1 && here(1) !== 0xfe)) return { kind: "discarded", why: "noise", bytesUsed: 1 };
  if (present < markAt + 1) return incomplete;
  const refused = (why: "bad-frame" | "bad-length") => ({ kind: "discarded", why, bytesUsed: 2 }) as const;
  for (let index = 0; index < mark.length && markAt + index < present; index += 1) {
    if (here(markAt + index) !== mark[index]) return refused("bad-frame");
  }
  const declared =
    (here(lengthAt) | (here(lengthAt + 1) << 8) | (here(lengthAt + 2) << 16)) + here(lengthAt + 3) * 0x1000000;
  if (declared < countedBytes || declared - countedBytes > dataBytesMax) return refused("bad-length");
  if (present < dechdrHeaderBytes) return incomplete;
  const text = asciiText(bytes, at + digitsAt, at + digitsAt + digits);
  if (!/^\d{4}$/.test(text) || here(separatorAt) !== separator) return refused("bad-frame");
  const length = Number(text);
  if (length !== declared - countedBytes) return refused("bad-length");
  if (present < dechdrHeaderBytes + length) return incomplete;
  const start = at + dechdrHeaderBytes;
  const aim = leadingAim(Uint8Array.of(closingBracket, here(aimAt), here(aimAt + 1)));
  const raw = bytes.subarray(start, start + length);
  return { kind: "frame", bytesUsed: dechdrHeaderBytes + length, frame: { codeId: here(codeIdAt), aim, raw } };
}

/** `raw` is the data with its terminator, at most 9,999 bytes: four digits tell the length. */
export function encodeDechdr({ codeId, aim = "]X0", raw }: DechdrScan): Uint8Array {
  const length = raw.length + countedBytes;
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

/** Whether a frame may begin at `at`, as far as the bytes go. */
export const dechdrMayStart = (bytes: Uint8Array, at: number): boolean =>
  standsAt(bytes, dechdrStart, at) || (bytes[at] === dechdrStart[0] && at + 1 === bytes.length);
