// How a reader in plain mode marks where a scan begins and ends (READERS chapter 4), as settings of one reader.

/** The bytes that may end a scan. `crlf` is the pair: CR alone and LF alone are data unless they are named too. */
export const terminators = { cr: [0x0d], lf: [0x0a], crlf: [0x0d, 0x0a], tab: [0x09] } as const;
export type Terminator = keyof typeof terminators;

/** STX opens a scan in which terminators are data, ETX closes it (ASCII, ISO/IEC 646). */
export const STX = 0x02;
export const ETX = 0x03;

/** Longest scan in bytes: the largest QR code holds 7,089 digits (ISO/IEC 18004, version 40-L); the rest is slack for prefixes. */
export const defaultScanBytesMax = 8_192;

export interface PlainFraming {
  /** A scan that begins with STX lasts until ETX. Scans without STX are still taken. */
  readonly stx: boolean;
  /** What ends a scan besides the port's silence. Empty: silence alone. */
  readonly terminators: readonly Terminator[];
  /** Whether `]` + letter + letter or digit leads (ISO/IEC 15424): left in place, taken off where present, or demanded. */
  readonly aim: "none" | "optional" | "required";
  /** Bytes between two ends, symbology identifier included; what is longer is dropped whole. */
  readonly scanBytesMax: number;
  /** For TCP device servers: a stream that opens with telnet negotiation doubles FF in the data, so nothing of it is delivered. */
  readonly refuseTelnet: boolean;
}

/** What a reader does out of the box, as far as the makers agree. */
export const defaultPlainFraming: PlainFraming = {
  stx: false,
  terminators: ["cr", "lf", "crlf", "tab"],
  aim: "optional",
  scanBytesMax: defaultScanBytesMax,
  refuseTelnet: false,
};
