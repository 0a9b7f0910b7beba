// The family `cobs`: bytes that stand between two 00, and what they stand for.
import { decodeCobs, encodeCobs } from "../../protocol/bytes/cobs.ts";
import { type DecodeInput, type Family, type FrameReport, type Members, UnfitLine } from "./family.ts";
import { bytesMember, hexOf } from "./members.ts";
import { streamOf } from "./walk.ts";

/** A line in may leave out the last 00; several byte strings of it are one stream. */
export const cobs: Family = {
  decode: (input: DecodeInput): FrameReport[] => piecesOf(streamOf(input)).map(report),
  encode(members: Members): string {
    const bytes = bytesMember(members, "hex") ?? bytesMember(members, "payloadHex");
    if (bytes === undefined) throw new UnfitLine("Thiếu `payloadHex` | Give `payloadHex`");
    return hexOf(encodeCobs(bytes));
  },
};

function piecesOf(bytes: Uint8Array): readonly Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const found = bytes.indexOf(0, at);
    const end = found < 0 ? bytes.length : found;
    if (end > at) pieces.push(bytes.subarray(at, end));
    at = end + 1;
  }
  return pieces;
}

function report(encoded: Uint8Array): FrameReport {
  const bytes = decodeCobs(encoded);
  if (bytes === undefined) return { kind: "discarded", why: "bad-frame", bytes: encoded.length };
  return { kind: "frame", payloadHex: hexOf(bytes), encoded_hex: hexOf(encoded) };
}
