// The family `gm65`: commands and answers with CRC-16/XMODEM, bare and in HID reports, and scans in plain mode.
import { cutGm65Answer, encodeGm65Answer, type Gm65Answer } from "../../protocol/frame/gm65/answer.ts";
import {
  cutGm65Command,
  encodeGm65Command,
  type Gm65Command,
  type Gm65Type,
  gm65Types,
} from "../../protocol/frame/gm65/command.ts";
import { uncheckedCrc } from "../../protocol/frame/gm65/crc.ts";
import {
  gm65InputReport,
  gm65OutputReport,
  gm65ReportBytes,
  unwrapGm65,
  wrapGm65,
} from "../../protocol/frame/gm65/hid-wrap.ts";
import { type Family, type Members, type NamedHex, UnfitLine } from "./family.ts";
import { bytesMember, flagMember, hexOf, numberMember, objectMember, textMember } from "./members.ts";
import { plain } from "./plain.ts";
import { frame, type Standing, standingOf, streamOf, walk } from "./walk.ts";

/** An answer that follows its command is told as the command's `response`; `hid` frames came in 64-byte reports. */
export const gm65: Family = {
  decode(input) {
    const text = (bytes: Uint8Array) => plain.decode({ parts: [{ role: "chunk", bytes }], config: input.config });
    return walk(streamOf(input), standingAt, text);
  },
  encode(members): string | readonly NamedHex[] {
    const isHid = flagMember(members, "hid") === true;
    const response = objectMember(members, "response");
    const parts: NamedHex[] = [];
    if (members["type"] !== undefined) {
      const command = encodeCommand(members);
      if (isHid) parts.push({ role: "hid-output-report", hex: hexOf(wrapGm65(gm65OutputReport, command)) });
      else parts.push({ role: "request", hex: hexOf(command) });
    }
    if (response !== undefined) {
      const answer = encodeAnswer(response);
      if (isHid) parts.push({ role: "hid-input-report", hex: hexOf(wrapGm65(gm65InputReport, answer)) });
      else parts.push({ role: "response", hex: hexOf(answer) });
    }
    return parts.length > 0 ? parts : plain.encode(members);
  },
};

function standingAt(bytes: Uint8Array, at: number): Standing | "incomplete" | undefined {
  const inner = unwrapGm65(bytes, at);
  if (inner !== undefined) {
    const standing = cutAt(inner, 0, { hid: true });
    const isWhole = typeof standing === "object" && standing.bytesUsed === inner.length;
    if (isWhole) return { ...standing, bytesUsed: Math.min(gm65ReportBytes, bytes.length - at) };
  }
  return cutAt(bytes, at, {});
}

function cutAt(bytes: Uint8Array, at: number, more: Members): Standing | "incomplete" | undefined {
  if (bytes[at] === 0x7e) {
    return standingOf(cutGm65Command(bytes, at), (command) => commandFrame(command, more), { takesAnswer: true });
  }
  if (bytes[at] !== 0x02 || bytes[at + 1] !== 0) return undefined;
  return standingOf(cutGm65Answer(bytes, at), (answer) => answerFrame(answer, more), { isAnswer: true });
}

const commandFrame = ({ type, address, data, crc }: Gm65Command, more: Members) =>
  frame(data, {
    ...{ type, address: hex16(address), data_hex: hexOf(data) },
    ...{ crcChecked: crc !== uncheckedCrc, crc_hex: hex16(crc), ...more },
  });

const answerFrame = ({ type, data, crc }: Gm65Answer, more: Members) =>
  frame(data, {
    response: { ok: type === 0, data_hex: hexOf(data), crc_hex: hex16(crc), ...(type !== 0 && { type }) },
    ...more,
  });

function encodeCommand(members: Members): Uint8Array {
  const type = textMember(members, "type") ?? "";
  const address = bytesMember(members, "address");
  const data = bytesMember(members, "data_hex") ?? bytesMember(members, "payloadHex") ?? new Uint8Array();
  if (!isType(type)) throw new UnfitLine(`\`type\`: ${Object.keys(gm65Types).join(", ")}`);
  if (address?.length !== 2) throw new UnfitLine("`address`: bốn chữ số hex | four hexadecimal digits");
  if (data.length > dataBytesMax) throw new UnfitLine("`data_hex` quá dài | is too long");
  const [high = 0, low = 0] = address;
  const isChecked = flagMember(members, "crcChecked") ?? textMember(members, "crc_hex") !== hex16(uncheckedCrc);
  return encodeGm65Command({ type, address: (high << 8) | low, data }, isChecked);
}

function encodeAnswer(response: Members): Uint8Array {
  const data = bytesMember(response, "data_hex") ?? new Uint8Array();
  if (data.length > dataBytesMax) throw new UnfitLine("`data_hex` quá dài | is too long");
  const type = numberMember(response, "type") ?? (flagMember(response, "ok") === false ? 1 : 0);
  return encodeGm65Answer({ type, data });
}

const dataBytesMax = 255;
const isType = (name: string): name is Gm65Type => Object.hasOwn(gm65Types, name);
const hex16 = (number: number): string => number.toString(16).padStart(4, "0");
