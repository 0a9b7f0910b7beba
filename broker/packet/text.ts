// What the bytes of a text may be: UTF-8, characters, topic names and filters, each in one pass.

const slash = 0x2f;
const plus = 0x2b;
const hash = 0x23;

/** The least code point that needs so many bytes; a lower one is overlong. */
const leastPoint = [0, 0, 0x80, 0x800, 0x1_0000];

/**
 * `text-malformed` and `text-with-nul` are errors in the protocol (MQTT 3.1.1 clause 1.5.3); `text-unclean` stands for
 * control and non-characters, which a receiver may refuse.
 */
export type TextFault = "text-malformed" | "text-with-nul" | "text-unclean";

/** Looks through a UTF-8 text; a malformed one is told before an unclean one. */
export function textFault(bytes: Uint8Array): TextFault | undefined {
  let isClean = true;
  for (let at = 0; at < bytes.length; ) {
    const first = bytes[at] ?? 0;
    const length = sequenceLength(first);
    if (length === 0 || at + length > bytes.length) return "text-malformed";
    let point = length === 1 ? first : first & (0x7f >> length);
    for (let next = at + 1; next < at + length; next += 1) {
      const byte = bytes[next] ?? 0;
      if ((byte & 0xc0) !== 0x80) return "text-malformed";
      point = (point << 6) | (byte & 0x3f);
    }
    if (point < (leastPoint[length] ?? 0) || point > 0x10_ffff || isSurrogate(point)) return "text-malformed";
    if (point === 0) return "text-with-nul";
    if (isControl(point) || isNonCharacter(point)) isClean = false;
    at += length;
  }
  return isClean ? undefined : "text-unclean";
}

/** Does a well-formed text hold a wildcard? */
export function hasWildcard(topic: Uint8Array): boolean {
  return topic.includes(plus) || topic.includes(hash);
}

/** In a topic filter a wildcard fills its level, and `#` the last one (clause 4.7.1). */
export function isFilter(filter: Uint8Array): boolean {
  for (let at = 0; at < filter.length; at += 1) {
    const byte = filter[at];
    if (byte !== plus && byte !== hash) continue;
    const isFirst = at === 0 || filter[at - 1] === slash;
    const isLast = at + 1 === filter.length;
    if (!isFirst || !(isLast || (byte === plus && filter[at + 1] === slash))) return false;
  }
  return true;
}

/** Bytes of the sequence that this byte begins; 0 where none can begin. */
function sequenceLength(first: number): number {
  if (first < 0x80) return 1;
  if (first < 0xc2) return 0;
  if (first < 0xe0) return 2;
  if (first < 0xf0) return 3;
  return first < 0xf5 ? 4 : 0;
}

const isSurrogate = (point: number): boolean => point >= 0xd800 && point <= 0xdfff;
const isControl = (point: number): boolean => point < 0x20 || (point >= 0x7f && point <= 0x9f);
const isNonCharacter = (point: number): boolean => (point >= 0xfdd0 && point <= 0xfdef) || (point & 0xfffe) === 0xfffe;
