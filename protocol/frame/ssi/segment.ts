// A piece of a long scan as newer Zebra models send it, opcode 73; seen in public code only, never in a guide (READERS chapter 6).
import { headerBytes } from "./packet.ts";

/**
 * `first`: the header of the message that was cut up, here a DECODE_DATA, with the bytes of the whole scan.
 * `next`: counted from 1; the last one is known by the total alone.
 */
export type Segment =
  | {
      readonly kind: "first";
      readonly embeddedOpcode: number;
      readonly type: number;
      /** Payload bytes of all segments together. */
      readonly totalBytes: number;
      readonly payload: Uint8Array;
    }
  | { readonly kind: "next"; readonly index: number; readonly payload: Uint8Array };

// Offsets within the whole packet.
const indexAt = headerBytes;
const embeddedOpcodeAt = 5;
const typeAt = 10;
const totalAt = 12;
const firstPayloadAt = 14;
const nextPayloadAt = 5;

/** What a whole packet with opcode 73 carries, payload lent; undefined for one too short to say so. `end` is where its checksum begins. */
export function decodeSegment(bytes: Uint8Array, end: number): Segment | undefined {
  const index = bytes[indexAt];
  if (index === undefined || end <= indexAt) return undefined;
  if (index !== 0) return { kind: "next", index, payload: bytes.subarray(nextPayloadAt, end) };
  if (end < firstPayloadAt) return undefined;
  return {
    kind: "first",
    embeddedOpcode: bytes[embeddedOpcodeAt] ?? 0,
    type: bytes[typeAt] ?? 0,
    totalBytes: ((bytes[totalAt] ?? 0) << 8) | (bytes[totalAt + 1] ?? 0),
    payload: bytes.subarray(firstPayloadAt, end),
  };
}

/** The data field of segment `index`; the first needs the payload bytes of all of them. */
export function segmentData(segment: Segment): Uint8Array {
  if (segment.kind === "next") return Uint8Array.of(segment.index, ...segment.payload);
  const { embeddedOpcode, type, totalBytes, payload } = segment;
  const embedded = totalBytes + 3; // as the one published sample counts; why 3 is not known
  return Uint8Array.of(
    0,
    embeddedOpcode,
    0,
    0,
    embedded >> 8,
    embedded & 0xff,
    type,
    1,
    totalBytes >> 8,
    totalBytes & 0xff,
    ...payload,
  );
}
