// Writes down what the SSI cutter tells its sink, in order; bytes are copied as hexadecimal, since they are only lent.
import { PacketCutter } from "../../../../../protocol/frame/ssi/packet-cutter.ts";

export type Told = { packet: string } | { corrupt: string } | { why: string; bytes: number };

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
export const bytesOf = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, "hex"));

export function recordPackets(): { cutter: PacketCutter; told: Told[] } {
  const told: Told[] = [];
  const cutter = new PacketCutter({
    packet: (bytes) => told.push({ packet: hexOf(bytes) }),
    corrupt: (bytes) => told.push({ corrupt: hexOf(bytes) }),
    discarded: (why, bytes) => told.push({ why, bytes }),
  });
  return { cutter, told };
}

/** Pushes pieces of these lengths in turn; the memory of each is overwritten right after, as a port may do. */
export function pushInPieces(cutter: PacketCutter, bytes: Uint8Array, lengths: readonly number[]): void {
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const length = lengths[turn % lengths.length] ?? 1;
    const piece = bytes.slice(at, at + length);
    cutter.push(piece);
    piece.fill(0xee);
    at += length;
  }
}

/** Each text is one burst in hexadecimal, with silence behind it. */
export function cut(bursts: readonly string[], pieceBytes = Number.MAX_SAFE_INTEGER): Told[] {
  const { cutter, told } = recordPackets();
  for (const burst of bursts) {
    pushInPieces(cutter, bytesOf(burst), [pieceBytes]);
    cutter.silence();
  }
  cutter.close();
  return told;
}
