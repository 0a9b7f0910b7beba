// The family `tcp`: what a TCP device server carries, as a raw port and as one that speaks telnet (READERS chapter 4).
import { type Family, type FrameReport, type Members, UnfitLine } from "./family.ts";
import { bytesMember, hexOf, objectMember } from "./members.ts";
import { streamOf } from "./walk.ts";

/** Telnet's escape byte, doubled where it is data, and the two offers that such a server opens with (RFC 854, RFC 2217). */
const IAC = 0xff;
const offers: readonly number[] = [0xfb, 0xfd];

/** One frame for the whole stream: which view holds is a matter of the port, not of the bytes. */
export const tcp: Family = {
  decode(input): FrameReport[] {
    const bytes = streamOf(input);
    if (bytes.length === 0) return [];
    if (bytes[0] === IAC && offers.includes(bytes[1] ?? 0))
      return [{ kind: "discarded", why: "telnet", bytes: bytes.length }];
    const raw = hexOf(bytes);
    const telnet = hexOf(withoutDoubles(bytes));
    return [{ kind: "frame", payloadHex: raw, rawTcp: { data_hex: raw }, telnet: { data_hex: telnet } }];
  },
  encode(members: Members): string {
    const raw = bytesMember(objectMember(members, "rawTcp") ?? {}, "data_hex") ?? bytesMember(members, "payloadHex");
    if (raw !== undefined) return hexOf(raw);
    const telnet = bytesMember(objectMember(members, "telnet") ?? {}, "data_hex");
    if (telnet === undefined)
      throw new UnfitLine("Cần `rawTcp` hoặc `telnet` | Give `rawTcp` or `telnet` with `data_hex`");
    return hexOf(withDoubles(telnet));
  },
};

/** A lone FF at the end is kept: its second half may still be on the way. */
function withoutDoubles(bytes: Uint8Array): Uint8Array {
  const kept = new Uint8Array(bytes.length);
  let length = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    kept[length++] = bytes[at] ?? 0;
    if (bytes[at] === IAC && bytes[at + 1] === IAC) at += 1;
  }
  return kept.subarray(0, length);
}

const withDoubles = (bytes: Uint8Array): Uint8Array =>
  Uint8Array.from([...bytes].flatMap((byte) => (byte === IAC ? [byte, byte] : [byte])));
