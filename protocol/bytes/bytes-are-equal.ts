// Whether two pieces of bytes are the same.

export function bytesAreEqual(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, at) => byte === right[at]);
}
