// Walks definite-length BER-TLV, as the data groups of identity chips are written (ISO/IEC 7816-4; X.690).

/** One node. Its value is the bytes `start` (included) to `end` (excluded) of what was parsed. */
export interface TlvNode {
  /** One byte; long tags are refused. */
  readonly tag: number;
  readonly start: number;
  readonly end: number;
  /** Of a constructed node, in order; a primitive one has none. */
  readonly children: readonly TlvNode[];
}

/** Levels of nesting: chips use six. Bounds recursion. */
const depthMax = 12;

const constructed = 0x20;
const longTag = 0x1f;
const longLength = 0x80;
const lengthOfLengthMax = 4;

const childless: readonly TlvNode[] = [];

/** All nodes that fill `bytes` exactly; undefined for a cut node, an indefinite length, a long tag, or deeper nesting than 12. */
export const parseTlv = (bytes: Uint8Array): readonly TlvNode[] | undefined => parseNodes(bytes, 0, bytes.length, 1);

/** The first node of `bytes`, whatever follows it. */
export const parseFirstTlv = (bytes: Uint8Array): TlvNode | undefined => parseNode(bytes, 0, bytes.length, 1);

function parseNodes(bytes: Uint8Array, start: number, end: number, depth: number): readonly TlvNode[] | undefined {
  if (depth > depthMax) return undefined;
  const nodes: TlvNode[] = [];
  for (let at = start; at < end; ) {
    const node = parseNode(bytes, at, end, depth);
    if (node === undefined) return undefined;
    nodes.push(node);
    at = node.end;
  }
  return nodes;
}

function parseNode(bytes: Uint8Array, at: number, endMax: number, depth: number): TlvNode | undefined {
  if (at + 2 > endMax) return undefined;
  const tag = bytes[at] as number;
  let length = bytes[at + 1] as number;
  if ((tag & longTag) === longTag || length === longLength) return undefined;
  let start = at + 2;
  if (length > longLength) {
    const lengthBytes = length - longLength;
    if (lengthBytes > lengthOfLengthMax || start + lengthBytes > endMax) return undefined;
    length = 0;
    for (const startMin = start + lengthBytes; start < startMin; start += 1) {
      length = length * 0x100 + (bytes[start] as number);
    }
  }
  const end = start + length;
  if (end > endMax) return undefined;
  const children = (tag & constructed) === 0 ? childless : parseNodes(bytes, start, end, depth + 1);
  return children === undefined ? undefined : { tag, start, end, children };
}
