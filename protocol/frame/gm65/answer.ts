// Answers of GM65-class modules: 02 00, type, length, data, checksum.
import { joinBytes } from "../../bytes/ascii.ts";
import { type Cut, incomplete } from "../cut.ts";
import { gm65Crc, gm65CrcBytes } from "./crc.ts";

/** `type` 0 means that the command was carried out. */
export interface Gm65Answer {
  readonly type: number;
  readonly data: Uint8Array;
  readonly crc: number;
}

export const gm65AnswerStart = Uint8Array.of(0x02, 0x00);
const lengthAt = 3;
const dataAt = 4;

export function encodeGm65Answer({ type, data }: Omit<Gm65Answer, "crc">): Uint8Array {
  const body = joinBytes(gm65AnswerStart, Uint8Array.of(type, data.length), data);
  const crc = gm65Crc(body, gm65AnswerStart.length);
  return joinBytes(body, Uint8Array.of(crc >> 8, crc & 0xff));
}

/** Bytes of the whole answer, as soon as its length byte is there. */
export const gm65AnswerBytes = (bytes: Uint8Array, at: number): number | undefined => {
  const length = bytes[at + lengthAt];
  return length === undefined ? undefined : dataAt + length + gm65CrcBytes;
};

/** Cuts the answer that begins at `at`; its checksum must be right. */
export function cutGm65Answer(bytes: Uint8Array, at: number): Cut<Gm65Answer> {
  const present = bytes.length - at;
  if (bytes[at] !== 0x02 || (present > 1 && bytes[at + 1] !== 0)) {
    return { kind: "discarded", why: "noise", bytesUsed: 1 };
  }
  const bytesUsed = gm65AnswerBytes(bytes, at);
  if (bytesUsed === undefined || present < bytesUsed) return incomplete;
  const crcAt = at + bytesUsed - gm65CrcBytes;
  const crc = ((bytes[crcAt] ?? 0) << 8) | (bytes[crcAt + 1] ?? 0);
  if (crc !== gm65Crc(bytes, at + gm65AnswerStart.length, crcAt)) {
    return { kind: "discarded", why: "bad-checksum", bytesUsed };
  }
  return { kind: "frame", bytesUsed, frame: { type: bytes[at + 2] ?? 0, data: bytes.slice(at + dataAt, crcAt), crc } };
}
