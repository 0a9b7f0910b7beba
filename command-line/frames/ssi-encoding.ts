// Builds SSI packets from the members that `tiepdon frames` writes of them.
import { bytesOfHex } from "../../protocol/bytes/hex.ts";
import { codeTypes } from "../../protocol/frame/ssi/code-types.ts";
import { opcode, opcodeEntry, opcodes } from "../../protocol/frame/ssi/opcodes.ts";
import { encodePacket, type Packet, packetDataBytesMax, source, status } from "../../protocol/frame/ssi/packet.ts";
import { segmentData } from "../../protocol/frame/ssi/segment.ts";
import { type Members, type NamedHex, UnfitLine } from "./family.ts";
import {
  bytesMember,
  flagMember,
  hexOf,
  isMembers,
  listMember,
  numberMember,
  objectMember,
  payloadMember,
  textMember,
} from "./members.ts";

const firstSegmentPayloadMax = 241;
const nextSegmentPayloadMax = 250;

/** A scan longer than one packet takes becomes several that continue each other. */
export function encodeSsi(members: Members): string | readonly NamedHex[] {
  const code = opcodeOf(members);
  const header = { opcode: code, source: sourceOf(members, code), status: statusOf(members) };
  const data = bytesMember(members, "data_hex");
  if (data !== undefined) return packetHex(header, data, members);
  switch (code) {
    case opcode.DECODE_DATA:
      return decodeDataHex(header, members);
    case opcode.MULTIPACKET_SEGMENT:
      return segmentHex(header, members);
    default:
      return packetHex(header, bytesMember(members, "payloadHex") ?? new Uint8Array(), members);
  }
}

type Header = Omit<Packet, "data">;

function decodeDataHex(header: Header, members: Members): string | readonly NamedHex[] {
  const [scan = {}] = listMember(members, "scans")?.filter(isMembers) ?? [];
  const type = typeOf(members, scan);
  const payload = payloadMember(members) ?? payloadMember(scan);
  if (payload === undefined) throw new UnfitLine("Thiếu `payloadHex` hoặc `data` | Give `payloadHex` or `data`");
  const payloadMax = packetDataBytesMax - 1;
  if (payload.length <= payloadMax) return packetHex(header, Uint8Array.of(type, ...payload), members);
  const packets: NamedHex[] = [];
  for (let at = 0; at < payload.length; at += payloadMax) {
    const isLast = at + payloadMax >= payload.length;
    const bits = header.status | (isLast ? 0 : status.continuation);
    const data = Uint8Array.of(type, ...payload.subarray(at, at + payloadMax));
    packets.push({ role: "packet", hex: packetHex({ ...header, status: bits }, data, {}) });
  }
  return packets;
}

function segmentHex(header: Header, members: Members): string {
  const index = numberMember(members, "segment_index");
  const bytes = numberMember(members, "data_bytes_here");
  const [byte] = bytesMember(members, "data_byte") ?? [];
  const payload =
    bytesMember(members, "payloadHex") ?? (byte === undefined ? undefined : new Uint8Array(bytes ?? 0).fill(byte));
  if (index === undefined || payload === undefined) {
    throw new UnfitLine("Cần `data_hex` | Give `data_hex`, or `segment_index` with `payloadHex` or `data_byte`");
  }
  if (index > 0) return packetHex(header, segmentData({ kind: "next", index, payload }), members);
  const totalBytes = numberMember(members, "total_length") ?? payload.length;
  const embeddedOpcode = bytesMember(members, "embedded_opcode")?.[0] ?? opcode.DECODE_DATA;
  const type = typeOf(members, {});
  const lastIndex = Math.ceil(Math.max(0, totalBytes - firstSegmentPayloadMax) / nextSegmentPayloadMax);
  const from = members["source"] === undefined ? lastIndex & 0xff : header.source;
  const data = segmentData({ kind: "first", embeddedOpcode, type, totalBytes, payload });
  return packetHex({ ...header, source: from }, data, members);
}

/** A packet that `valid` calls bad keeps the wrong checksum that `checksum_hex` names. */
function packetHex(header: Header, data: Uint8Array, members: Members): string {
  if (data.length > packetDataBytesMax) throw new UnfitLine("Dữ liệu quá dài | The data fits no packet");
  const bytes = encodePacket({ ...header, data });
  const told = bytesMember(members, "checksum_hex");
  if (flagMember(members, "valid") === false && told?.length === 2) bytes.set(told, bytes.length - told.length);
  return hexOf(bytes);
}

function opcodeOf(members: Members): number {
  const [code] = bytesMember(members, "opcode") ?? [];
  if (code !== undefined) return code;
  const name = textMember(members, "name");
  const entry = opcodes.find((each) => each.name === name);
  if (entry !== undefined) return entry.code;
  if (members["scans"] !== undefined || members["type"] !== undefined) return opcode.DECODE_DATA;
  throw new UnfitLine("Thiếu `opcode` hoặc `name` | Give `opcode` (hexadecimal) or `name`");
}

function sourceOf(members: Members, code: number): number {
  const name = textMember(members, "source");
  if (name === undefined) return opcodeEntry(code)?.from === "decoder" ? source.decoder : source.host;
  if (name === "host") return source.host;
  if (name === "decoder") return source.decoder;
  const [byte] = bytesOfHex(name) ?? [];
  if (byte === undefined) throw new UnfitLine("`source`: host, decoder");
  return byte;
}

function statusOf(members: Members): number {
  const bits = objectMember(members, "status") ?? {};
  const [extra = 0] = bytesMember(bits, "extra") ?? [];
  return Object.entries(status).reduce((sum, [name, bit]) => sum | (flagMember(bits, name) === true ? bit : 0), extra);
}

/** `type`, or the symbology that a scan names; QR where neither stands. */
function typeOf(members: Members, scan: Members): number {
  const [type] = bytesMember(members, "type") ?? bytesMember(scan, "type") ?? [];
  const symbology = textMember(scan, "symbology") ?? textMember(members, "symbology") ?? "QR";
  const known = codeTypes.find(({ name, unifiedPos }) => name === symbology || unifiedPos === symbology);
  if (type !== undefined) return type;
  if (known === undefined) throw new UnfitLine("`symbology`: không rõ | unknown; give `type` in hexadecimal");
  return known.code;
}
