// Hexadecimal text to bytes.

const digitOf = (code: number): number => {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
};

/** What `writeHex` answers for text that is no hexadecimal. */
export const notHex = -1;

/**
 * Writes the bytes that pairs of hex digits of either case mean into `bytes`, and answers how many there are. `notHex` for an
 * odd number of digits, any other character, and more bytes than there is room for.
 */
export function writeHex(hex: string, bytes: Uint8Array): number {
  const length = hex.length / 2;
  if (hex.length % 2 !== 0 || length > bytes.length) return notHex;
  for (let at = 0; at < length; at += 1) {
    const high = digitOf(hex.charCodeAt(at * 2));
    const low = digitOf(hex.charCodeAt(at * 2 + 1));
    if (high < 0 || low < 0) return notHex;
    bytes[at] = (high << 4) | low;
  }
  return length;
}

/** The bytes of all of `hex`, or undefined. */
export function bytesOfHex(hex: string): Uint8Array | undefined {
  const bytes = new Uint8Array(hex.length / 2);
  return writeHex(hex, bytes) === notHex ? undefined : bytes;
}

/** Lower-case digits, two a byte. */
export function hexOfBytes(bytes: Uint8Array): string {
  let hex = "";
  for (const byte of bytes) hex += (byte + 0x100).toString(16).slice(1);
  return hex;
}
