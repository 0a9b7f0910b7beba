// The family `ssi`: Zebra's packets with their answers (READERS chapter 6).

import { isSameMark, markOf, type PacketMark } from "../../protocol/driver/ssi/packet-mark.ts";
import { codeType } from "../../protocol/frame/ssi/code-types.ts";
import { ack, nak, segmentAck } from "../../protocol/frame/ssi/host-commands.ts";
import { decodeAttributes } from "../../protocol/frame/ssi/management.ts";
import { nakCause, opcode, opcodeEntry } from "../../protocol/frame/ssi/opcodes.ts";
import {
  decodePacket,
  isRetransmit,
  type Packet,
  source,
  status,
  unknownStatus,
} from "../../protocol/frame/ssi/packet.ts";
import { PacketCutter } from "../../protocol/frame/ssi/packet-cutter.ts";
import { type Assembled, ScanAssembler } from "../../protocol/frame/ssi/scan-assembler.ts";
import { decodeSegment } from "../../protocol/frame/ssi/segment.ts";
import type { Family, FrameReport, Members } from "./family.ts";
import { hexOf, scanMembers } from "./members.ts";
import { encodeSsi } from "./ssi-encoding.ts";

/** Longest scan that is put together; the drivers' limit (READERS chapter 1). */
const scanBytesMax = 8_192;
const checksumBytes = 2;

/** Packets that carry scans, and are therefore sent again until they are acknowledged. */
const scanOpcodes: readonly number[] = [opcode.DECODE_DATA, opcode.MULTIPACKET_SEGMENT];

/** The end of the line in counts as silence. */
export const ssi: Family = {
  decode({ parts }) {
    const reports: FrameReport[] = [];
    const assembler = new ScanAssembler(scanBytesMax, (bytes) => {
      reports.push({ kind: "discarded", why: "unfinished", bytes });
    });
    let last: PacketMark | undefined;
    const cutter = new PacketCutter({
      packet(bytes) {
        const packet = decodePacket(bytes);
        const mark = scanOpcodes.includes(packet.opcode) ? markOf(packet) : undefined;
        const isRepeat = mark !== undefined && last !== undefined && isRetransmit(packet) && isSameMark(mark, last);
        last = mark ?? last;
        reports.push(isRepeat ? repeatedPacket(packet, bytes) : wholePacket(bytes, assembler));
      },
      corrupt(bytes) {
        const why = { kind: "discarded", why: "bad-checksum", bytes: bytes.length } as const;
        const scans = bytes[1] === opcode.DECODE_DATA ? { scans: [] } : {};
        reports.push({ ...why, ...packetMembers(bytes, false), ...scans, reply_hex: hexOf(nak(nakCause.RESEND)) });
      },
      discarded(why, bytes) {
        reports.push(why === "unfinished" ? { kind: "incomplete", bytes } : { kind: "discarded", why, bytes });
      },
    });
    for (const { bytes } of parts) cutter.push(bytes);
    cutter.silence();
    return reports;
  },
  encode: encodeSsi,
};

/** Sent again because its acknowledgement was lost: acknowledged again, and no second scan. */
function repeatedPacket(packet: Packet, bytes: Uint8Array): FrameReport {
  const payloadHex = hexOf(packet.opcode === opcode.DECODE_DATA ? packet.data.subarray(1) : packet.data);
  return {
    kind: "frame",
    payloadHex,
    ...packetMembers(bytes, true),
    duplicate: true,
    scans: [],
    reply_hex: hexOf(ack()),
  };
}

function wholePacket(bytes: Uint8Array, assembler: ScanAssembler): FrameReport {
  const packet = decodePacket(bytes);
  const members = packetMembers(bytes, true);
  if (packet.opcode === opcode.DECODE_DATA && packet.source !== source.decoder) {
    const reply_hex = hexOf(nak(nakCause.BAD_CONTEXT));
    return { kind: "discarded", why: "bad-frame", bytes: bytes.length, ...members, scans: [], reply_hex };
  }
  switch (packet.opcode) {
    case opcode.DECODE_DATA: {
      const assembled = assembler.takeDecodeData(packet);
      const payload = assembled.kind === "scan" ? assembled.payload : packet.data.subarray(1);
      return { kind: "frame", payloadHex: hexOf(payload), ...members, ...scanReport(packet, assembled) };
    }
    case opcode.MULTIPACKET_SEGMENT:
      return { kind: "frame", payloadHex: hexOf(packet.data), ...members, ...segmentReport(bytes, assembler) };
    case opcode.SSI_MGMT_COMMAND:
      return { kind: "frame", payloadHex: hexOf(packet.data), ...members, ...attributesReport(packet) };
    default:
      return { kind: "frame", payloadHex: hexOf(packet.data), ...members, ...replyTo(packet) };
  }
}

function packetMembers(bytes: Uint8Array, isValid: boolean): Members {
  const packet = decodePacket(bytes);
  const extra = unknownStatus(packet);
  return {
    valid: isValid,
    length: bytes[0],
    opcode: byteHex(packet.opcode),
    name: opcodeEntry(packet.opcode)?.name ?? "none",
    source: sourceName(packet.source),
    status: {
      retransmit: (packet.status & status.retransmit) !== 0,
      continuation: (packet.status & status.continuation) !== 0,
      permanent: (packet.status & status.permanent) !== 0,
      ...(extra === 0 ? {} : { extra: byteHex(extra) }),
    },
    data_hex: hexOf(packet.data),
    checksum_hex: hexOf(bytes.subarray(-checksumBytes)),
  };
}

/** `scans` holds the whole scan at its last packet, and nothing before. */
function scanReport(packet: Packet, assembled: Assembled): Members {
  const type = packet.data[0];
  return {
    ...(type === undefined ? {} : { type: byteHex(type) }),
    scans: assembled.kind === "scan" ? [scanOf(assembled)] : [],
    ...(assembled.kind === "nothing" && assembled.why === "no-read" ? { no_read: true } : {}),
    reply_hex: hexOf(ack()),
  };
}

function scanOf({ type, payload }: Assembled & { kind: "scan" }): Members {
  const { data, data_hex } = scanMembers(payload);
  return { symbology: codeType(type)?.name ?? byteHex(type), ...(data === undefined ? { data_hex } : { data }) };
}

/** `data_byte` where all bytes of the segment are the same, as in test patterns. */
function segmentReport(bytes: Uint8Array, assembler: ScanAssembler): Members {
  const end = bytes.length - checksumBytes;
  const segment = decodeSegment(bytes, end);
  const assembled = assembler.takeSegment(bytes.subarray(0, end));
  if (segment === undefined) return {};
  const { payload } = segment;
  const [byte] = payload;
  return {
    segment_index: segment.kind === "first" ? 0 : segment.index,
    ...(segment.kind === "first" && {
      embedded_opcode: byteHex(segment.embeddedOpcode),
      type: byteHex(segment.type),
      total_length: segment.totalBytes,
    }),
    data_bytes_here: payload.length,
    ...(byte !== undefined && payload.every((each) => each === byte) && { data_byte: byteHex(byte) }),
    ...(assembled.kind === "scan" && { scans: [scanOf(assembled)] }),
    reply_hex: hexOf(assembled.kind === "part" ? segmentAck() : ack()),
  };
}

function attributesReport(packet: Packet): Members {
  const texts = decodeAttributes(packet.data).flatMap(({ number, text }) =>
    text === undefined ? [] : [[String(number), text]],
  );
  return texts.length === 0 ? {} : { attributes: Object.fromEntries(texts) };
}

/** What a host answers a decoder: an event is acknowledged, what no decoder may send is refused, an answer needs none. */
function replyTo({ opcode: code, source: from }: Packet): Members {
  if (from !== source.decoder || code === opcode.CMD_ACK || code === opcode.CMD_NAK) return {};
  if (code === opcode.EVENT) return { reply_hex: hexOf(ack()) };
  const entry = opcodeEntry(code);
  return entry === undefined || entry.from === "host" ? { reply_hex: hexOf(nak(nakCause.BAD_CONTEXT)) } : {};
}

const byteHex = (byte: number): string => byte.toString(16).padStart(2, "0");

function sourceName(from: number): string {
  if (from === source.host) return "host";
  return from === source.decoder ? "decoder" : byteHex(from);
}
