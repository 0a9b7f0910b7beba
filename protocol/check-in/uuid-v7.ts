// Makes the id of an event: a UUID of version 7 (RFC 9562, 5.7).

const hex = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** `timeMs` counts from 1970 UTC, below 2^48. `random` holds at least 10 bytes of chance. */
export function uuidV7(timeMs: number, random: Uint8Array): string {
  const high = Math.floor(timeMs / 0x1_0000);
  const low = timeMs % 0x1_0000;
  const byte = (value: number): string => hex[value & 0xff] ?? "";
  const chance = (index: number): string => byte(random[index] ?? 0);
  const version = byte(0x70 | ((random[0] ?? 0) & 0x0f));
  const variant = byte(0x80 | ((random[2] ?? 0) & 0x3f));
  return (
    `${byte(high >>> 24)}${byte(high >>> 16)}${byte(high >>> 8)}${byte(high)}-${byte(low >>> 8)}${byte(low)}` +
    `-${version}${chance(1)}-${variant}${chance(3)}` +
    `-${chance(4)}${chance(5)}${chance(6)}${chance(7)}${chance(8)}${chance(9)}`
  );
}
