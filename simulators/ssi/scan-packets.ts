// Cuts what a simulated decoder has read into the packets that carry it.
import { opcode } from "../../protocol/frame/ssi/opcodes.ts";
import { encodePacket, packetDataBytesMax, source, status } from "../../protocol/frame/ssi/packet.ts";
import { segmentData } from "../../protocol/frame/ssi/segment.ts";

const payloadMax = packetDataBytesMax - 1;
const firstSegmentMax = 241;

/** Whole packets in order: classic ones that continue each other, or segments of opcode 73 where one packet is too small. */
export function scanPackets(codeType: number, payload: Uint8Array, usesSegments: boolean): readonly Uint8Array[] {
  return usesSegments && payload.length > payloadMax ? segments(codeType, payload) : classic(codeType, payload);
}

function classic(codeType: number, payload: Uint8Array): readonly Uint8Array[] {
  const packets: Uint8Array[] = [];
  for (let at = 0; at === 0 || at < payload.length; at += payloadMax) {
    const isLast = at + payloadMax >= payload.length;
    const data = Uint8Array.of(codeType, ...payload.subarray(at, at + payloadMax));
    packets.push(
      encodePacket({
        opcode: opcode.DECODE_DATA,
        source: source.decoder,
        status: isLast ? 0 : status.continuation,
        data,
      }),
    );
  }
  return packets;
}

function segments(type: number, payload: Uint8Array): readonly Uint8Array[] {
  const rest: Uint8Array[] = [];
  for (let at = firstSegmentMax; at < payload.length; at += payloadMax)
    rest.push(payload.subarray(at, at + payloadMax));
  const first = {
    kind: "first",
    embeddedOpcode: opcode.DECODE_DATA,
    type,
    totalBytes: payload.length,
    payload: payload.subarray(0, firstSegmentMax),
  } as const;
  const datas = [
    segmentData(first),
    ...rest.map((part, at) => segmentData({ kind: "next", index: at + 1, payload: part })),
  ];
  return datas.map((data, at) =>
    encodePacket({ opcode: opcode.MULTIPACKET_SEGMENT, source: at === 0 ? rest.length : 0, status: 0, data }),
  );
}
