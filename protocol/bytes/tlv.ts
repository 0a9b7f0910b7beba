// Walks definite-length BER-TLV, as the data groups of identity chips are written (ISO/IEC 7816-4; X.690).

export interface TlvNode {
  /** One byte; long tags are refused. */
  readonly tag: number;
  readonly value: Uint8Array;
  /** Of a constructed node, in order; a primitive one has none. */
  readonly children: readonly TlvNode[];
}

/** Levels of nesting: chips use six. Bounds recursion. */
const depthMax = 12;

const constructed = 0x20;
const longTag = 0x1f;
const lengthOfLengthMax = 4;

/** All nodes that fill `bytes` exactly; undefined for a cut node, an indefinite length, a long tag, or deeper nesting than 12. */
export function parseTlv(bytes: Uint8Array, depth = 1): readonly TlvNode[] | undefined {
  if (depth > depthMax) return undefined;
  const nodes: TlvNode[] = [];
  let at = 0;
  while (at < bytes.length) {
    const first = parseFirstTlv(bytes.subarray(at), depth);
    if (first === undefined) return undefined;
    nodes.push(first.node);
    at += first.bytesUsed;
  }
  return nodes;
}

/** The first node of `bytes`, whatever follows it. */
export function parseFirstTlv(
  bytes: Uint8Array,
  depth = 1,
): { readonly node: TlvNode; readonly bytesUsed: number } | undefined {
  const [tag = longTag, lengthByte = 0x80] = bytes;
  if ((tag & longTag) === longTag) return undefined;
  const lengthBytes = lengthByte < 0x80 ? 0 : lengthByte - 0x80;
  if (lengthByte === 0x80 || lengthBytes > lengthOfLengthMax || bytes.length < 2 + lengthBytes) return undefined;
  const length = lengthBytes === 0 ? lengthByte : bytes.subarray(2, 2 + lengthBytes).reduce(appendByte, 0);
  const bytesUsed = 2 + lengthBytes + length;
  if (bytesUsed > bytes.length) return undefined;
  const value = bytes.subarray(2 + lengthBytes, bytesUsed);
  const children = (tag & constructed) === 0 ? [] : parseTlv(value, depth + 1);
  return children === undefined ? undefined : { node: { tag, value, children }, bytesUsed };
}

const appendByte = (sum: number, byte: number): number => sum * 0x100 + byte;
