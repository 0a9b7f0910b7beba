// The fields of each packet that a client may send, as one table with a check for each field (MQTT 3.1.1 chapter 3).
import { BodyReader } from "./body-reader.ts";
import type { PacketRefusal } from "./packet-refusal.ts";
import { hasWildcard, isFilter, textFault } from "./text.ts";

/** One packet while its fields are looked at. */
interface Packet {
  readonly body: BodyReader;
  /** Of a PUBLISH. */
  readonly qos: number;
  readonly filtersMax: number;
  /** Of a CONNECT, from its own byte on. */
  connectFlags: number;
  clientId: Uint8Array | undefined;
}

type Field = (packet: Packet) => PacketRefusal | undefined;

export interface BodyVerdict {
  readonly refusal: PacketRefusal | undefined;
  /** Of a CONNECT whose client id is in order. */
  readonly clientId: Uint8Array | undefined;
}

/** The bits of CONNECT's flags (clause 3.1.2.3). */
const reservedFlag = 0x01;
const willFlag = 0x04;
const willQosBits = 0x18;
const willRetainFlag = 0x20;
const passwordFlag = 0x40;
const userFlag = 0x80;

/** The protocol level of MQTT 3.1.1. */
const protocolLevel = 4;
const protocolNames = { mqtt: "MQTT", ofVersion31: "MQIsdp" } as const;
const dollar = 0x24;

const cutShort = "fields-cut-short";

/** A packet without fields. */
const nothing: readonly Field[] = [];

const packetId: Field = ({ body }) => {
  const id = body.takeInteger();
  if (id === undefined) return cutShort;
  return id === 0 ? "packet-id-zero" : undefined;
};

const packetIdAboveQos0: Field = (packet) => (packet.qos === 0 ? undefined : packetId(packet));

const topicName: Field = ({ body }) =>
  topicFault(body.takeBlock(), "topic-with-wildcard", (topic) => !hasWildcard(topic));
const topicFilter: Field = ({ body }) => topicFault(body.takeBlock(), "filter-invalid", isFilter);

const requestedQos: Field = ({ body }) => {
  const qos = body.takeByte();
  if (qos === undefined) return cutShort;
  return qos > 2 ? "requested-qos-invalid" : undefined; // the six bits above are reserved
};

const payload: Field = ({ body }) => {
  body.takeRest();
  return undefined;
};

/** The group once or more, to the end of the body. */
const oneOrMore =
  (...group: readonly Field[]): Field =>
  (packet) => {
    if (packet.body.isAtEnd) return "filters-missing";
    for (let count = 1; !packet.body.isAtEnd; count += 1) {
      if (count > packet.filtersMax) return "filters-too-many";
      const refusal = firstRefusal(group, packet);
      if (refusal !== undefined) return refusal;
    }
    return undefined;
  };

const protocol: Field = ({ body }) => {
  const name = body.takeBlock();
  if (name === undefined) return cutShort;
  if (isAscii(name, protocolNames.ofVersion31)) return "protocol-level-unsupported"; // it knows return code 1 too
  if (!isAscii(name, protocolNames.mqtt)) return "protocol-unknown";
  const level = body.takeByte();
  if (level === undefined) return cutShort;
  return level === protocolLevel ? undefined : "protocol-level-unsupported";
};

const connectFlags: Field = (packet) => {
  const flags = packet.body.takeByte();
  if (flags === undefined) return cutShort;
  packet.connectFlags = flags;
  if ((flags & reservedFlag) !== 0) return "connect-flag-reserved";
  if ((flags & willFlag) === 0 && (flags & (willQosBits | willRetainFlag)) !== 0) return "will-flags-invalid";
  if ((flags & willQosBits) === willQosBits) return "will-qos-invalid";
  return (flags & userFlag) === 0 && (flags & passwordFlag) !== 0 ? "password-without-user" : undefined;
};

const keepalive: Field = ({ body }) => (body.takeInteger() === undefined ? cutShort : undefined);

const clientId: Field = (packet) => {
  const id = packet.body.takeBlock();
  if (id === undefined) return cutShort;
  packet.clientId = id;
  return plainTextFault(id, "client-id-unclean");
};

const willTopic: Field = ({ body }) => {
  const topic = body.takeBlock();
  const fault = topicFault(topic, "topic-with-wildcard", (name) => !hasWildcard(name));
  if (fault !== undefined) return fault;
  return topic?.[0] === dollar ? "will-topic-reserved" : undefined;
};

const userName: Field = ({ body }) => {
  const name = body.takeBlock();
  return name === undefined ? cutShort : plainTextFault(name, "user-name-unclean");
};

/** Any bytes: a will message, a password. */
const block: Field = ({ body }) => (body.takeBlock() === undefined ? cutShort : undefined);

const ifFlag =
  (flag: number, field: Field): Field =>
  (packet) =>
    (packet.connectFlags & flag) === 0 ? undefined : field(packet);

/** The fields in their order. What is not here a client may not send. */
const fieldsOf = {
  connect: [
    ...[protocol, connectFlags, keepalive, clientId],
    ...[ifFlag(willFlag, willTopic), ifFlag(willFlag, block)],
    ...[ifFlag(userFlag, userName), ifFlag(passwordFlag, block)],
  ],
  publish: [topicName, packetIdAboveQos0, payload],
  puback: [packetId],
  pubrec: [packetId],
  pubrel: [packetId],
  pubcomp: [packetId],
  subscribe: [packetId, oneOrMore(topicFilter, requestedQos)],
  unsubscribe: [packetId, oneOrMore(topicFilter)],
  pingreq: nothing,
  disconnect: nothing,
} as const satisfies Record<string, readonly Field[]>;

export type ClientPacketType = keyof typeof fieldsOf;

/** Looks at a whole body. `qos` is that of a PUBLISH. */
export function checkBody(type: ClientPacketType, qos: number, body: Uint8Array, filtersMax: number): BodyVerdict {
  const packet: Packet = { body: new BodyReader(body), qos, filtersMax, connectFlags: 0, clientId: undefined };
  const refusal = firstRefusal(fieldsOf[type], packet) ?? (packet.body.isAtEnd ? undefined : "bytes-left-over");
  return { refusal, clientId: refusal === undefined ? packet.clientId : undefined };
}

function firstRefusal(fields: readonly Field[], packet: Packet): PacketRefusal | undefined {
  for (const field of fields) {
    const refusal = field(packet);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

function plainTextFault(text: Uint8Array, unclean: PacketRefusal): PacketRefusal | undefined {
  const fault = textFault(text);
  return fault === "text-unclean" ? unclean : fault;
}

function topicFault(
  topic: Uint8Array | undefined,
  invalid: PacketRefusal,
  isValid: (topic: Uint8Array) => boolean,
): PacketRefusal | undefined {
  if (topic === undefined) return cutShort;
  if (topic.length === 0) return "topic-empty";
  return plainTextFault(topic, "topic-unclean") ?? (isValid(topic) ? undefined : invalid);
}

function isAscii(bytes: Uint8Array, text: string): boolean {
  return bytes.length === text.length && bytes.every((byte, index) => byte === text.charCodeAt(index));
}
