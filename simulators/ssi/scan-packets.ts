// Cuts what a simulated decoder has read into the packets that carry it.
import { opcode } from "../../protocol/frame/ssi/opcodes.ts";
import { encodePacket, packetDataBytesMax, source, status } from "../../protocol/frame/ssi/packet.ts";
import { segmentData } from "../../protocol/frame/ssi/segment.ts";

/** Payload bytes of one packet: its data field without the type. */
export const packetPayloadMax = packetDataBytesMax - 1;
const firstSegmentMax = 241;

export interface ScanPacketOptions {
  readonly codeType: number;
  readonly usesSegments: boolean;
  /** Of a classic packet; at most `packetPayloadMax`. */
  readonly payloadMax: number;
}

/** Whole packets in order: classic ones that continue each other, or segments of opcode 73 where one packet is too small. */
export function scanPackets(payload: Uint8Array, options: ScanPacketOptions): readonly Uint8Array[] {
  const isLong = payload.length > packetPayloadMax;
  return options.usesSegments && isLong ? segments(options.codeType, payload) : classic(payload, options);
}

function classic(payload: Uint8Array, { codeType, payloadMax }: ScanPacketOptions): readonly Uint8Array[] {
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
  for (let at = firstSegmentMax; at < payload.length; at += packetPayloadMax)
    rest.push(payload.subarray(at, at + packetPayloadMax));
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
