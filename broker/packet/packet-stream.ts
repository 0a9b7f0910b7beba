// Cuts the bytes of one connection into packets, and lets only whole ones pass that MQTT 3.1.1 allows a client to send.
import { type ClientPacketType, checkBody } from "./packet-fields.ts";
import type { PacketRefusal } from "./packet-refusal.ts";

export interface PacketLimits {
  /** Of what stands behind the remaining length. */
  readonly packetBytesMax: number;
  /** The same of a CONNECT. */
  readonly connectBytesMax: number;
  /** In one SUBSCRIBE or UNSUBSCRIBE. */
  readonly filtersPerPacketMax: number;
}

export interface Passage {
  /** Whole packets, byte for byte as they came. */
  readonly passed: readonly Uint8Array[];
  readonly packets: number;
  /**
   * Of those, what a client may send without ever waiting: all but PUBLISH above QoS 0 and acknowledgements. A SUBSCRIBE or
   * UNSUBSCRIBE counts once for each 16 bytes.
   */
  readonly unpaced: number;
  /** Bytes of the chunk that were looked at: fewer than it has when the packets were as many as may pass at once. */
  readonly taken: number;
  /** The end of the connection: nothing passes after it. */
  readonly refusal: PacketRefusal | undefined;
}

/** The packets by their number, with the flags of the first byte that have to be there (clauses 2.2.1 and 2.2.2). */
const types: readonly (readonly [type: ClientPacketType | "server" | "reserved", flags: number])[] = [
  ["reserved", 0],
  ["connect", 0],
  ["server", 0], // CONNACK
  ["publish", 0], // its flags are DUP, QoS and RETAIN
  ["puback", 0],
  ["pubrec", 0],
  ["pubrel", 2],
  ["pubcomp", 0],
  ["subscribe", 2],
  ["server", 0], // SUBACK
  ["unsubscribe", 2],
  ["server", 0], // UNSUBACK
  ["pingreq", 0],
  ["server", 0], // PINGRESP
  ["disconnect", 0],
  ["reserved", 0],
];

/** Bytes of the remaining length at most (clause 2.2.3). A longer form than need be is allowed in 3.1.1. */
const lengthBytesMax = 4;
/** Bytes of a SUBSCRIBE or UNSUBSCRIBE that count as one packet: each of its filters may want a commit and a look through what is retained. */
const filterBytes = 16;
/** Room for a packet that comes in pieces, in bytes, at first; it grows with what really came. */
const roomAtFirst = 256;

const nothing = new Uint8Array(0);

/**
 *   first byte ─► remaining length ─► body ─► fields ─► passed
 *
 * Works on any split, in linear time; keeps at most twice what came of one packet.
 */
export class PacketStream {
  readonly #limits: PacketLimits;
  #stage: "before-connect" | "after-connect" | "after-disconnect" = "before-connect";
  #clientId: Uint8Array | undefined;
  #refusal: PacketRefusal | undefined;
  /** The present packet; undefined between two packets. */
  #type: ClientPacketType | undefined;
  #qos = 0;
  #lengthBytes = 0;
  #length = 0;
  #isLengthWhole = false;
  #bodyLeft = 0;
  /** What came of it in earlier chunks. */
  #kept = nothing;
  #keptBytes = 0;

  constructor(limits: PacketLimits) {
    this.#limits = limits;
  }

  /** The bytes of the client id, once a CONNECT has passed. */
  get clientId(): Uint8Array | undefined {
    return this.#clientId;
  }

  /** Has a packet begun that is not whole? */
  get isInsidePacket(): boolean {
    return this.#type !== undefined;
  }

  /**
   * Takes the next bytes, up to the end of the last packet that may pass at once. What passes are views of them, and at
   * most one copy of a packet that came in pieces.
   */
  push(chunk: Uint8Array, packetsMax = Number.POSITIVE_INFINITY): Passage {
    const passed: Uint8Array[] = [];
    let packets = 0;
    let unpaced = 0;
    let begin = 0; // of the run of whole packets in this chunk
    let end = 0; // of that run
    let at = 0;
    while (at < chunk.length && this.#refusal === undefined && packets < packetsMax) {
      if (!this.#isLengthWhole) {
        this.#refusal = this.#takeHeader(chunk[at] ?? 0);
        at += 1;
      } else {
        const taken = Math.min(this.#bodyLeft, chunk.length - at);
        this.#bodyLeft -= taken;
        at += taken;
      }
      if (this.#refusal !== undefined || !this.#isLengthWhole || this.#bodyLeft > 0) continue;
      const isInPieces = this.#keptBytes > 0;
      const packet = isInPieces ? this.#join(chunk.subarray(0, at)) : chunk.subarray(end, at);
      unpaced += this.#unpaced();
      this.#refusal = this.#endPacket(packet.subarray(packet.length - this.#length));
      if (this.#refusal !== undefined) break;
      packets += 1;
      if (isInPieces) {
        passed.push(packet);
        begin = at;
      }
      end = at;
    }
    if (end > begin) passed.push(chunk.subarray(begin, end));
    if (this.#refusal === undefined) this.#keep(chunk.subarray(end, at));
    return { passed, packets, unpaced, taken: at, refusal: this.#refusal };
  }

  /** How much the present packet counts as one that need not be waited for. */
  #unpaced(): number {
    const type = this.#type;
    if (type === "subscribe" || type === "unsubscribe") return Math.ceil(this.#length / filterBytes);
    const isPaced = type === "publish" ? this.#qos > 0 : type?.startsWith("pub") === true;
    return isPaced ? 0 : 1;
  }

  /** One byte of the fixed header: what it says is judged at once, before anything is kept for it. */
  #takeHeader(byte: number): PacketRefusal | undefined {
    if (this.#type === undefined) return this.#begin(byte);
    this.#length += (byte & 0x7f) * 128 ** this.#lengthBytes;
    this.#lengthBytes += 1;
    if (byte >= 0x80) return this.#lengthBytes < lengthBytesMax ? undefined : "length-malformed";
    const { packetBytesMax, connectBytesMax } = this.#limits;
    const bytesMax = this.#type === "connect" ? Math.min(connectBytesMax, packetBytesMax) : packetBytesMax;
    if (this.#length > bytesMax) return "packet-too-long";
    this.#isLengthWhole = true;
    this.#bodyLeft = this.#length;
    return undefined;
  }

  #begin(first: number): PacketRefusal | undefined {
    if (this.#stage === "after-disconnect") return "disconnect-passed";
    const [type, flags] = types[first >> 4] ?? ["reserved", 0];
    if (type === "reserved") return "type-reserved";
    if (type === "server") return "type-of-server";
    if (type !== "connect" && this.#stage === "before-connect") return "connect-missing";
    if (type === "connect" && this.#stage !== "before-connect") return "connect-repeated";
    if (type !== "publish" && (first & 0x0f) !== flags) return "flags-invalid";
    this.#qos = (first & 0x06) >> 1;
    if (type === "publish" && this.#qos === 3) return "qos-invalid";
    if (type === "publish" && this.#qos === 0 && (first & 0x08) !== 0) return "dup-without-qos";
    this.#type = type;
    return undefined;
  }

  #endPacket(body: Uint8Array): PacketRefusal | undefined {
    const type = this.#type ?? "disconnect";
    const { refusal, clientId } = checkBody(type, this.#qos, body, this.#limits.filtersPerPacketMax);
    if (refusal !== undefined) return refusal;
    if (type === "connect") {
      this.#stage = "after-connect";
      this.#clientId = clientId?.slice();
    }
    if (type === "disconnect") this.#stage = "after-disconnect";
    this.#type = undefined;
    this.#lengthBytes = 0;
    this.#length = 0;
    this.#isLengthWhole = false;
    return undefined;
  }

  #keep(piece: Uint8Array): void {
    const bytes = this.#keptBytes + piece.length;
    if (bytes > this.#kept.length) {
      const whole = 1 + lengthBytesMax + (this.#isLengthWhole ? this.#length : 0);
      const room = new Uint8Array(Math.max(bytes, Math.min(whole, Math.max(roomAtFirst, 2 * this.#kept.length))));
      room.set(this.#kept.subarray(0, this.#keptBytes));
      this.#kept = room;
    }
    this.#kept.set(piece, this.#keptBytes);
    this.#keptBytes = bytes;
  }

  #join(rest: Uint8Array): Uint8Array {
    this.#keep(rest);
    const packet = this.#kept.subarray(0, this.#keptBytes);
    this.#kept = nothing;
    this.#keptBytes = 0;
    return packet;
  }
}
