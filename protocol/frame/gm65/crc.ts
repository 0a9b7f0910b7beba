// The checksum of GM65-class frames: CRC-16/XMODEM over everything from the type to the data.
import { crcAlgorithms, makeCrc } from "../../bytes/crc.ts";

export const gm65Crc = makeCrc(crcAlgorithms["crc16-xmodem"]);
export const gm65CrcBytes = 2;
/** Stands in the place of a checksum that the module shall not check. */
export const uncheckedCrc = 0xabcd;
