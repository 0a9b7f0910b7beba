// Stands before aedes' parser, which buffers packets of up to 256 MB: looks at each packet's length as it arrives.
import type { Socket } from "node:net";

/** Bytes of the remaining length at most (MQTT 3.1.1 clause 2.2.3). */
const lengthBytesMax = 4;

/** Follows the packets of one connection through its chunks, without keeping any of them. */
export class PacketGate {
  readonly #packetBytesMax: number;
  /** Bytes of the present packet's body that are still to come; undefined inside its header. */
  #bodyLeft: number | undefined;
  /** Bytes of the present header seen so far, and the length they say. */
  #headerBytes = 0;
  #length = 0;

  constructor(packetBytesMax: number) {
    this.#packetBytesMax = packetBytesMax;
  }

  /** False for a chunk in which a packet begins that is too long, or whose length is malformed. */
  admits(chunk: Uint8Array): boolean {
    let at = 0;
    while (at < chunk.length) {
      if (this.#bodyLeft !== undefined) {
        const taken = Math.min(this.#bodyLeft, chunk.length - at);
        at += taken;
        this.#bodyLeft -= taken;
        if (this.#bodyLeft === 0) this.#bodyLeft = undefined;
        continue;
      }
      if (!this.#takeHeaderByte(chunk[at] ?? 0)) return false;
      at += 1;
    }
    return true;
  }

  #takeHeaderByte(byte: number): boolean {
    this.#headerBytes += 1;
    if (this.#headerBytes === 1) return true; // packet type and flags
    this.#length += (byte & 0x7f) * 128 ** (this.#headerBytes - 2);
    if (byte >= 0x80) return this.#headerBytes <= lengthBytesMax;
    const length = this.#length;
    this.#headerBytes = 0;
    this.#length = 0;
    if (length > this.#packetBytesMax) return false;
    if (length > 0) this.#bodyLeft = length;
    return true;
  }
}

/** Closes the connection at the first packet that is too long. Aedes fetches its bytes by `read()`, so that is the gate. */
export function guardPackets(socket: Socket, packetBytesMax: number): void {
  const gate = new PacketGate(packetBytesMax);
  const read = socket.read.bind(socket);
  socket.read = (size?: number) => {
    const chunk: Buffer | null = read(size);
    if (chunk === null || gate.admits(chunk)) return chunk;
    socket.destroy(new Error("packet too long"));
    return null;
  };
}
