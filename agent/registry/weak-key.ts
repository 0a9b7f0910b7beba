// Ed25519 public keys under which anybody can forge: the points of small order, among them a placeholder of zeros.

/** The encodings of their y, the sign bit left out, canonical or not (RFC 7748, chapter 7, warns of them; RFC 8032, 5.1.3). */
const smallOrder: readonly string[] = [
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0100000000000000000000000000000000000000000000000000000000000000",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
];

/** `x` is the key as base64url. OpenSSL, and so Node, takes such a key and accepts a signature that needs no private one. */
export function isWeakKey(x: string): boolean {
  const bytes = Buffer.from(x, "base64url");
  bytes[31] = (bytes[31] ?? 0) & 0x7f;
  return smallOrder.includes(bytes.toString("hex"));
}
