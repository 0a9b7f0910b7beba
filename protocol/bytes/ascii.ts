// ASCII text to bytes and back, for the commands of readers.

/** Each character must be below U+0080. */
export const asciiBytes = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

/** Each byte as the character of its number; only meaningful where they are below 80. */
export function asciiText(bytes: Uint8Array, start = 0, end = bytes.length): string {
  let text = "";
  for (let at = start; at < end; at += 1) text += String.fromCharCode(bytes[at] ?? 0);
  return text;
}

/** Whether `pattern` stands in `bytes` at `at`. */
export function standsAt(bytes: Uint8Array, pattern: Uint8Array, at: number): boolean {
  if (at + pattern.length > bytes.length) return false;
  for (let index = 0; index < pattern.length; index += 1) if (bytes[at + index] !== pattern[index]) return false;
  return true;
}

/** Whether `pattern` stands in `bytes` at `at`, or may once more bytes have come. */
export function mayStandAt(bytes: Uint8Array, pattern: Uint8Array, at: number): boolean {
  const present = Math.min(pattern.length, bytes.length - at);
  for (let index = 0; index < present; index += 1) if (bytes[at + index] !== pattern[index]) return false;
  return true;
}

/** All parts, one behind the other. */
export function joinBytes(...parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
