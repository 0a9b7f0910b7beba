// The family `readerlink`: frames with checksum, and the messages in them (READERS chapter 10).
import { crc32c } from "../../protocol/bytes/crc32c.ts";
import { decodeEnvelope } from "../../protocol/frame/reader-link/decode-envelope.ts";
import { encodeEnvelope } from "../../protocol/frame/reader-link/encode-envelope.ts";
import { encodeFrame } from "../../protocol/frame/reader-link/encode-frame.ts";
import { FrameReader } from "../../protocol/frame/reader-link/frame-reader.ts";
import { type DecodeInput, type Family, type FrameReport, type Members, UnfitLine } from "./family.ts";
import { bytesMember, hexOf, objectMember } from "./members.ts";
import { envelopeMembers, envelopeOf } from "./readerlink-envelope.ts";

/** `envelope` stands in a frame whose payload is a message that says its version. */
export const readerlink: Family = {
  decode({ parts }: DecodeInput): FrameReport[] {
    const reports: FrameReport[] = [];
    const reader = new FrameReader({
      payload: (payload) => void reports.push(report(payload)),
      discarded: (why, bytes) =>
        void reports.push(why === "closed" ? { kind: "incomplete", bytes } : { kind: "discarded", why, bytes }),
    });
    for (const { bytes } of parts) reader.push(bytes);
    reader.close();
    return reports;
  },
  /** From `payloadHex` or `hex`, bytes of any kind, or from `envelope`. */
  encode(members: Members): string {
    try {
      return hexOf(encodeFrame(payloadOf(members)));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new UnfitLine("Vượt giới hạn của ReaderLink | Beyond a limit of ReaderLink");
    }
  },
};

function payloadOf(members: Members): Uint8Array {
  const payload = bytesMember(members, "hex") ?? bytesMember(members, "payloadHex");
  if (payload !== undefined) return payload;
  const envelope = objectMember(members, "envelope");
  if (envelope === undefined) throw new UnfitLine("Cần `payloadHex` hoặc `envelope` | Give `payloadHex` or `envelope`");
  return encodeEnvelope(envelopeOf(envelope));
}

function report(payload: Uint8Array): FrameReport {
  const envelope = decodeEnvelope(payload);
  const isMessage = envelope !== undefined && envelope.version > 0;
  return {
    kind: "frame",
    payloadHex: hexOf(payload),
    crc32c: crc32c(payload).toString(16).padStart(8, "0"),
    frame_hex: hexOf(encodeFrame(payload)),
    ...(isMessage ? { envelope: envelopeMembers(envelope) } : {}),
  };
}
