// The packets that are sent without aedes, as bytes (MQTT 3.1.1 clauses 3.3, 3.4 and 3.6).
import type { Qos } from "../store/message.ts";

export interface PublishFields {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: Qos;
  readonly retain: boolean;
  readonly dup: boolean;
  /** Left out of the packet at QoS 0. */
  readonly messageId: number;
}

/** One PUBLISH. Topic and payload were bounded when they came in. */
export function encodePublish({ topic, payload, qos, retain, dup, messageId }: PublishFields): Buffer {
  const topicBytes = Buffer.byteLength(topic);
  const length = 2 + topicBytes + (qos > 0 ? 2 : 0) + payload.length;
  const lengthBytes = length < 0x80 ? 1 : length < 0x4000 ? 2 : length < 0x20_0000 ? 3 : 4;
  const packet = Buffer.allocUnsafe(1 + lengthBytes + length);
  packet[0] = 0x30 | (dup ? 8 : 0) | (qos << 1) | (retain ? 1 : 0);
  let at = 1;
  for (let rest = length, left = lengthBytes; left > 0; left -= 1) {
    packet[at] = (rest & 0x7f) | (left > 1 ? 0x80 : 0); // clause 2.2.3
    rest >>>= 7;
    at += 1;
  }
  at = packet.writeUInt16BE(topicBytes, at);
  at += packet.write(topic, at);
  if (qos > 0) at = packet.writeUInt16BE(messageId, at);
  payload.copy(packet, at);
  return packet;
}

export function encodePubrel(messageId: number): Buffer {
  return Buffer.of(0x62, 0x02, messageId >>> 8, messageId & 0xff);
}

export function encodePuback(messageId: number): Buffer {
  return Buffer.of(0x40, 0x02, messageId >>> 8, messageId & 0xff);
}
