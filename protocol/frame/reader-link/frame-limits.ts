// How long a ReaderLink frame may be (READERS chapter 10).
import { cobsBytesMax } from "../../bytes/cobs.ts";

/** Ends every frame, and stands nowhere inside one. */
export const frameEnd = 0x00;

/** Bytes of the CRC-32C behind the payload, lowest byte first. */
export const crcBytes = 4;

/** Payload and CRC: what `Capabilities.max_frame` counts. */
export const frameBytesMin = 5;
export const frameBytesMax = 4_096;

/** No reader may ask for less: scans and chunks of firmware would not fit. */
export const agreedFrameBytesMin = 1_024;

/** On the wire, without the 00: 4,113. */
export const encodedBytesMax = cobsBytesMax(frameBytesMax);

export const payloadBytesMax = frameBytesMax - crcBytes;
