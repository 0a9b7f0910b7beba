// What two SSI packets have in common when one is the other sent again.
import { crc32c } from "../../bytes/crc32c.ts";
import { isContinued, type Packet } from "../../frame/ssi/packet.ts";

/** What makes two packets the same but for their retransmit bit. */
export interface PacketMark {
  readonly opcode: number;
  /** Code type, or index of a segment. */
  readonly first: number | undefined;
  readonly bytes: number;
  readonly isContinued: boolean;
  /** CRC-32C of the data behind the first byte. */
  readonly crc: number;
}

export function markOf(packet: Packet): PacketMark {
  const { data, opcode } = packet;
  const crc = crc32c(data, Math.min(1, data.length));
  return { opcode, first: data[0], bytes: data.length, isContinued: isContinued(packet), crc };
}

export function isSameMark(left: PacketMark, right: PacketMark): boolean {
  return (
    left.crc === right.crc &&
    left.bytes === right.bytes &&
    left.first === right.first &&
    left.isContinued === right.isContinued &&
    left.opcode === right.opcode
  );
}
