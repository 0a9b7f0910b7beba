// Finds the machine-readable zone in data group 1 of an identity chip (ICAO Doc 9303-10, 4.7.1.1).
import { lineLength, mrzLines } from "./mrz-layout.ts";

/** The data group's tag, and the tag of the zone in it, which has two bytes. */
const groupTag = 0x61;
const zoneTag: readonly number[] = [0x5f, 0x1f];
const zoneLength = mrzLines * lineLength;

/** The 90 characters of a TD1; undefined for any other bytes: a zone of this size needs no long form of a length. */
export function zoneInDg1(bytes: Uint8Array): string | undefined {
  const [tag, length, ...zone] = bytes.subarray(0, 2 + 3 + zoneLength);
  const isGroup = tag === groupTag && length === 3 + zoneLength && zone.length === length;
  if (!isGroup || zone[0] !== zoneTag[0] || zone[1] !== zoneTag[1] || zone[2] !== zoneLength) return undefined;
  return String.fromCharCode(...zone.slice(3));
}
