// Every reason why a packet is refused before the engine sees it, with the statement of MQTT 3.1.1 behind it.

/** Return codes of CONNACK (MQTT 3.1.1 clause 3.2.2.3). */
const unacceptableLevel = 1;
const identifierRejected = 2;
const badUserOrPassword = 4;
const notAuthorised = 5;

interface RefusalRule {
  /** The conformance statement, or the limit that the packet is over. */
  readonly because: string;
  /** Code of the CONNACK that goes before the end; without one the connection just closes (4.8.0-1). */
  readonly returnCode?: number;
}

/** Stable names: they are counted, logged and read by people. */
export const packetRefusals = {
  "type-reserved": { because: "MQTT-4.8.0-1" },
  "type-of-server": { because: "MQTT-4.8.0-1" },
  "flags-invalid": { because: "MQTT-2.2.2-2" },
  "qos-invalid": { because: "MQTT-3.3.1-4" },
  "dup-without-qos": { because: "MQTT-3.3.1-2" },
  "length-malformed": { because: "MQTT-4.8.0-1" },
  "packet-too-long": { because: "packetBytesMax" },
  "packet-too-slow": { because: "packetSeconds" },
  "connect-missing": { because: "MQTT-3.1.0-1" },
  "connect-repeated": { because: "MQTT-3.1.0-2" },
  "disconnect-passed": { because: "MQTT-3.14.4-2" },
  "fields-cut-short": { because: "MQTT-4.8.0-1" },
  "bytes-left-over": { because: "MQTT-4.8.0-1" },
  "protocol-unknown": { because: "MQTT-3.1.2-1" },
  "protocol-level-unsupported": { because: "MQTT-3.1.2-2", returnCode: unacceptableLevel },
  "connect-flag-reserved": { because: "MQTT-3.1.2-3" },
  "will-flags-invalid": { because: "MQTT-3.1.2-11" },
  "will-qos-invalid": { because: "MQTT-3.1.2-14" },
  "will-topic-reserved": { because: "clause 4.7.2", returnCode: notAuthorised },
  "password-without-user": { because: "MQTT-3.1.2-22" },
  "client-id-unclean": { because: "MQTT-3.1.3-9", returnCode: identifierRejected },
  "user-name-unclean": { because: "clause 1.5.3", returnCode: badUserOrPassword },
  "text-malformed": { because: "MQTT-1.5.3-1" },
  "text-with-nul": { because: "MQTT-1.5.3-2" },
  "topic-unclean": { because: "clause 1.5.3" },
  "topic-empty": { because: "MQTT-4.7.3-1" },
  "topic-with-wildcard": { because: "MQTT-4.7.1-1" },
  "filter-invalid": { because: "MQTT-4.7.1-2" },
  "filters-missing": { because: "MQTT-3.8.3-3" },
  "filters-too-many": { because: "filtersPerPacketMax" },
  "requested-qos-invalid": { because: "MQTT-3.8.3-4" },
  "packet-id-zero": { because: "MQTT-2.3.1-1" },
} as const satisfies Record<string, RefusalRule>;

export type PacketRefusal = keyof typeof packetRefusals;

/** The return code that CONNACK gives for it, or undefined where nothing is answered. */
export function returnCodeOf(refusal: PacketRefusal): number | undefined {
  const rule: RefusalRule = packetRefusals[refusal];
  return rule.returnCode;
}
