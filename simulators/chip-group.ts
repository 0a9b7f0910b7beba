// Writes DG13 of an identity chip: the card's fields as BER-TLV (FORMATS §11.1).
import { fieldsByNumber } from "../protocol/document/chip-dg13.ts";
import type { ChipField } from "../protocol/document/chip-record.ts";

/** The fields as the chip has them: dates as dd/MM/yyyy, sex as Nam or Nữ. */
export type ChipTexts = Readonly<Partial<Record<ChipField, string>>>;

/** How field 13 holds the parents: in two sequences, in one, or flat. All three occur. */
export type ParentsLayout = "two-sequences" | "one-sequence" | "flat";

const tags = {
  integer: 0x02,
  objectIdentifier: 0x06,
  utf8String: 0x0c,
  sequence: 0x30,
  set: 0x31,
  group: 0x6d,
} as const;
const version = 1;
/** Any identifier will do: nobody reads it. */
const objectIdentifier = [0x28, 0xd3, 0x16, 0x01, 0x00, 0x08];

/** The whole data group. A field of several texts is written with all of them, absent ones empty. */
export function encodeChipGroup(texts: ChipTexts, layout: ParentsLayout = "two-sequences"): Uint8Array {
  const fields = Object.entries(fieldsByNumber).flatMap(([number, names]) => {
    if (names.every((name) => texts[name] === undefined)) return [];
    const strings = names.map((name) => tlv(tags.utf8String, new TextEncoder().encode(texts[name] ?? "")));
    return [
      tlv(
        tags.sequence,
        tlv(tags.integer, [Number(number)]),
        ...(names.length > 1 ? arrange(strings, layout) : strings),
      ),
    ];
  });
  const header = [tlv(tags.integer, [version]), tlv(tags.objectIdentifier, objectIdentifier)];
  return Uint8Array.from(tlv(tags.group, tlv(tags.sequence, ...header, tlv(tags.set, ...fields))));
}

function arrange(strings: readonly Bytes[], layout: ParentsLayout): readonly Bytes[] {
  switch (layout) {
    case "two-sequences":
      return strings.map((string) => tlv(tags.sequence, string));
    case "one-sequence":
      return [tlv(tags.sequence, ...strings)];
    case "flat":
      return strings;
  }
}

type Bytes = ArrayLike<number>;

function tlv(tag: number, ...parts: readonly Bytes[]): Bytes {
  const value = parts.flatMap((part) => Array.from(part));
  return [tag, ...lengthOf(value.length), ...value];
}

/** Short form below 128, else one or two bytes of length: a group has less than 64 KiB. */
function lengthOf(bytes: number): readonly number[] {
  if (bytes < 0x80) return [bytes];
  return bytes < 0x100 ? [0x81, bytes] : [0x82, bytes >> 8, bytes & 0xff];
}
