// The symbology identifier that a reader may put before what it read (ISO/IEC 15424, clause 5).

const closingBracket = 0x5d;
/** `]`, a letter for the symbology, a letter or a digit for its variant. */
export const aimBytes = 3;

/** `]Q1` and the like where the bytes begin with one. */
export function leadingAim(bytes: Uint8Array): string | undefined {
  if (bytes[0] !== closingBracket || bytes.length < aimBytes) return undefined;
  const symbology = bytes[1] ?? 0;
  const variant = bytes[2] ?? 0;
  if (!isLetter(symbology) || !(isLetter(variant) || isDigit(variant))) return undefined;
  return String.fromCharCode(closingBracket, symbology, variant);
}

function isLetter(byte: number): boolean {
  const upper = byte & 0xdf;
  return upper >= 0x41 && upper <= 0x5a;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}
