// Padded base64 (RFC 4648, chapter 4) to bytes.

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const padded = /^[A-Za-z0-9+/]*={0,2}$/;

/** The bytes of `text`; undefined for any character beyond the alphabet, and for a length or padding that base64 can't have. */
export function bytesOfBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0 || !padded.test(text)) return undefined;
  const padding = text.endsWith("==") ? 2 : Number(text.endsWith("="));
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  let bits = 0;
  let written = 0;
  for (let at = 0; at < text.length - padding; at += 1) {
    bits = (bits << 6) | alphabet.indexOf(text.charAt(at));
    const whole = (at * 6 + 6) % 8; // bits that are left after the last whole byte
    if (at % 4 !== 0) bytes[written++] = (bits >> whole) & 0xff;
  }
  return bytes;
}
