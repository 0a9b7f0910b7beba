// Takes one terminator off the end of a scan whose length its frame tells.

const CR = 0x0d;
const LF = 0x0a;
const TAB = 0x09;

/** CR LF counts as one. The answer lies in the same memory. */
export function withoutTerminator(bytes: Uint8Array): Uint8Array {
  const last = bytes[bytes.length - 1];
  if (last === LF && bytes[bytes.length - 2] === CR) return bytes.subarray(0, -2);
  return last === CR || last === LF || last === TAB ? bytes.subarray(0, -1) : bytes;
}
