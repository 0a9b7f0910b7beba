// Cyclic redundancy checks by their parameters, as the catalogue of CRC algorithms names them.

/** The parameters of the Rocksoft model. `polynomial`, `initial` and `finalXor` have `width` bits, highest power first. */
export interface CrcParameters {
  /** Bits of the checksum, 8 to 32. */
  readonly width: number;
  readonly polynomial: number;
  readonly initial: number;
  /** Lowest bit of each byte first, in and out. */
  readonly isReflected: boolean;
  readonly finalXor: number;
}

const sixteen = (polynomial: number, initial: number, isReflected: boolean, finalXor: number): CrcParameters => ({
  width: 16,
  polynomial,
  initial,
  isReflected,
  finalXor,
});

const thirtyTwo = (polynomial: number): CrcParameters => ({
  width: 32,
  polynomial,
  initial: 0xffffffff,
  isReflected: true,
  finalXor: 0xffffffff,
});

/** The algorithms of readers, by name. */
export const crcAlgorithms = {
  "crc16-ccitt-false": sixteen(0x1021, 0xffff, false, 0),
  "crc16-xmodem": sixteen(0x1021, 0, false, 0), // GM65 class, SMP
  "crc16-aug-ccitt": sixteen(0x1021, 0x1d0f, false, 0), // OSDP
  "crc16-genibus": sixteen(0x1021, 0xffff, false, 0xffff),
  "crc16-x25": sixteen(0x1021, 0xffff, true, 0xffff), // HDLC
  "crc16-mcrf4xx": sixteen(0x1021, 0xffff, true, 0),
  "crc16-kermit": sixteen(0x1021, 0, true, 0),
  "crc16-modbus": sixteen(0x8005, 0xffff, true, 0),
  "crc16-arc": sixteen(0x8005, 0, true, 0),
  "crc16-usb": sixteen(0x8005, 0xffff, true, 0xffff),
  crc32: thirtyTwo(0x04c11db7),
  crc32c: thirtyTwo(0x1edc6f41), // ReaderLink
} as const satisfies Record<string, CrcParameters>;
export type CrcAlgorithm = keyof typeof crcAlgorithms;

export type Crc = (bytes: Uint8Array, start?: number, end?: number) => number;

/**
 * Prepares the table of an algorithm. The function answers the checksum, unsigned, of the bytes `start` (included) to `end`
 * (excluded). Throws `RangeError` for a width outside 8 to 32.
 */
export function makeCrc(parameters: CrcParameters): Crc {
  const { width, isReflected, finalXor } = parameters;
  if (!Number.isInteger(width) || width < 8 || width > 32) throw new RangeError("a CRC has 8 to 32 bits");
  const table = isReflected ? reflectedTable(parameters) : straightTable(parameters);
  if (isReflected) {
    const initial = reverseBits(parameters.initial, width);
    return (bytes, start = 0, end = bytes.length) => {
      let register = initial;
      for (let at = start; at < end; at += 1) {
        register = (register >>> 8) ^ (table[(register ^ (bytes[at] ?? 0)) & 0xff] ?? 0);
      }
      return (register ^ finalXor) >>> 0;
    };
  }
  const shift = 32 - width; // the register stands at the top of 32 bits
  return (bytes, start = 0, end = bytes.length) => {
    let register = parameters.initial << shift;
    for (let at = start; at < end; at += 1) {
      register = (register << 8) ^ (table[(register >>> 24) ^ (bytes[at] ?? 0)] ?? 0);
    }
    return ((register >>> shift) ^ finalXor) >>> 0;
  };
}

function reflectedTable({ polynomial, width }: CrcParameters): Int32Array {
  const reversed = reverseBits(polynomial, width);
  return Int32Array.from({ length: 256 }, (_, byte) => {
    let register = byte;
    for (let bit = 0; bit < 8; bit += 1) register = (register & 1) === 1 ? (register >>> 1) ^ reversed : register >>> 1;
    return register;
  });
}

function straightTable({ polynomial, width }: CrcParameters): Int32Array {
  const aligned = polynomial << (32 - width);
  return Int32Array.from({ length: 256 }, (_, byte) => {
    let register = byte << 24;
    for (let bit = 0; bit < 8; bit += 1) register = register < 0 ? (register << 1) ^ aligned : register << 1;
    return register;
  });
}

function reverseBits(value: number, width: number): number {
  let reversed = 0;
  for (let bit = 0; bit < width; bit += 1) reversed |= ((value >>> bit) & 1) << (width - 1 - bit);
  return reversed >>> 0;
}
