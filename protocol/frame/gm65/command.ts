// Commands of GM65-class modules: 7E 00, type, length, address, data, checksum (Hamlet HBCS2D100W manual, page 14).
import { joinBytes } from "../../bytes/ascii.ts";
import { type Cut, incomplete } from "../cut.ts";
import { gm65Crc, gm65CrcBytes, uncheckedCrc } from "./crc.ts";

export const gm65Types = { read: 0x07, write: 0x08, save: 0x09 } as const;
export type Gm65Type = keyof typeof gm65Types;

/** `data` of a read is the number of bytes wanted. `crc` is what stands in the frame. */
export interface Gm65Command {
  readonly type: Gm65Type;
  readonly address: number;
  readonly data: Uint8Array;
  readonly crc: number;
}

const lengthAt = 3;
const addressAt = 4;
const dataAt = 6;
/** Bytes of a frame besides its data. */
const otherBytes = dataAt + gm65CrcBytes;
/** The length is one byte. */
export const gm65DataBytesMax = 255;

/** `isChecked` false writes AB CD, which the module does not check. */
export function encodeGm65Command(command: Omit<Gm65Command, "crc">, isChecked = true): Uint8Array {
  const { type, address, data } = command;
  const head = Uint8Array.of(0x7e, 0x00, gm65Types[type], data.length, address >> 8, address & 0xff);
  const body = joinBytes(head, data);
  const crc = isChecked ? gm65Crc(body, 2) : uncheckedCrc;
  return joinBytes(body, Uint8Array.of(crc >> 8, crc & 0xff));
}

/** Cuts the command that begins at `at`. */
export function cutGm65Command(bytes: Uint8Array, at: number): Cut<Gm65Command> {
  const present = bytes.length - at;
  const here = (offset: number): number => bytes[at + offset] ?? 0;
  if (here(0) !== 0x7e || (present > 1 && here(1) !== 0)) return { kind: "discarded", why: "noise", bytesUsed: 1 };
  if (present <= lengthAt) return incomplete;
  const type = (["read", "write", "save"] as const).find((name) => gm65Types[name] === here(2));
  if (type === undefined) return { kind: "discarded", why: "bad-frame", bytesUsed: 2 };
  const length = here(lengthAt);
  const bytesUsed = length + otherBytes;
  if (present < bytesUsed) return incomplete;
  const crcAt = at + dataAt + length;
  const crc = ((bytes[crcAt] ?? 0) << 8) | (bytes[crcAt + 1] ?? 0);
  if (crc !== uncheckedCrc && crc !== gm65Crc(bytes, at + 2, crcAt)) {
    return { kind: "discarded", why: "bad-checksum", bytesUsed };
  }
  const address = (here(addressAt) << 8) | here(addressAt + 1);
  return { kind: "frame", bytesUsed, frame: { type, address, data: bytes.slice(at + dataAt, crcAt), crc } };
}
