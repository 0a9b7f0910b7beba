// The files of one nats-server of a cluster, as text: its configuration, and the users that all servers share.
import { identitiesOf } from "./members.ts";
import type { NatsDescription, NatsNode } from "./nats-description.ts";
import { permissionsOf } from "./nats-permissions.ts";

/** Names of the files beside each other in a node's directory. */
export const natsFiles = {
  config: "nats-server.conf",
  users: "users.conf",
  /** What MQTT clients see and are judged by: the facility's authority. */
  certificate: "server.pem",
  key: "server.key",
  authority: "ca.pem",
  /** What the servers show each other: an authority that signed nothing else, so that no desk can join as a server. */
  routeCertificate: "route.pem",
  routeKey: "route.key",
  routeAuthority: "route-ca.pem",
} as const;

/** Bytes that may wait for one slow connection before it is cut; it comes back and gets from its queue what it missed. */
const pendingBytesMax = 16_777_216;
/** MQTT keeps its streams on the disk; without a bound NATS would take three quarters of the memory for others. */
const memoryStoreBytesMax = 67_108_864;
/** Streams are kept on this many servers: a majority of three survives one. */
const replicasMax = 3;

/** `nats-server.conf` of one node. Holds no secret; keys are files beside it. */
export function nodeConfig(description: NatsDescription, node: NatsNode): string {
  const { name, nodes } = description;
  const at = (file: string) => quoted(`${node.directory ?? description.directory}/${file}`);
  const own = placeOf(description, node);
  const tls = (certificate: string, key: string, authority: string, demand: string) =>
    `{ cert_file: ${at(certificate)}, key_file: ${at(key)}, ca_file: ${at(authority)}, ${demand}: true, timeout: 5 }`;
  const cluster = [
    "",
    "cluster {",
    `  name: ${quoted(name)}`,
    `  listen: ${quoted(`${everyAddress(node)}:${own.routePort}`)}`,
    `  tls ${tls(natsFiles.routeCertificate, natsFiles.routeKey, natsFiles.routeAuthority, "verify")}`,
    "  routes: [",
    ...nodes.map((other) => {
      const place = placeOf(description, other);
      return `    ${quoted(`nats-route://${bracketed(other.host)}:${place.routePort}`)}`;
    }),
    "  ]",
    "}",
  ];
  return [
    `# nats-server ${description.natsVersion}, máy ${node.name} | node ${node.name}; made by \`tiepdon cluster nats\`: change its description, not this file`,
    `server_name: ${quoted(node.name)}`,
    `listen: "127.0.0.1:${own.clientPort}" # không ai dùng | nobody may use it`,
    `http: "127.0.0.1:${own.monitorPort}"`,
    `max_connections: ${description.connectionsMax ?? 2 * (identitiesOf(description).length + 10)}`,
    `max_payload: ${description.payloadBytesMax}`,
    `max_pending: ${pendingBytesMax}`,
    "",
    "jetstream {",
    `  store_dir: ${quoted(node.dataDirectory ?? description.dataDirectory)}`,
    `  max_file_store: ${description.fileStoreMb * 1_000_000}`,
    `  max_memory_store: ${memoryStoreBytesMax}`,
    ...(description.natsVersion === "2.9"
      ? ["  # 2.9: ghi đĩa mỗi phút, quầy đặt receipt: result | synced each minute: desks set receipt: result"]
      : ["  sync_interval: always # PUBACK = đã ghi đĩa | PUBACK = on the disk of a majority"]),
    "}",
    "",
    "mqtt {",
    `  listen: ${quoted(`${everyAddress(node)}:${own.mqttPort}`)}`,
    `  tls ${tls(natsFiles.certificate, natsFiles.key, natsFiles.authority, "verify_and_map")}`,
    `  ack_wait: "${description.ackSeconds}s"`,
    `  max_ack_pending: ${description.inFlightMax}`,
    `  stream_replicas: ${Math.min(nodes.length, replicasMax)}`,
    "}",
    ...(nodes.length === 1 ? [] : cluster),
    "",
    `include ${quoted(natsFiles.users)}`,
    "",
  ].join("\n");
}

/** `users.conf`, the same on every node: who may connect, by the name in the certificate, and what each may do. */
export function usersConfig(description: NatsDescription): string {
  const users = identitiesOf(description).map(([name, identity]) => {
    const { publish, subscribe } = permissionsOf(identity);
    return [
      `      { user: ${quoted(description.subject.replace("{name}", () => name))}, allowed_connection_types: ["MQTT"], permissions: {`,
      `        publish: [${publish.map(quoted).join(", ")}]`,
      `        subscribe: [${subscribe.map(quoted).join(", ")}]`,
      "      } }",
    ].join("\n");
  });
  return [
    "# Không có mật khẩu, mỗi người dùng là một chứng thư | each user is a certificate, none has a password",
    "accounts {",
    "  TIEPDON {",
    "    jetstream: enabled",
    "    users: [",
    ...users,
    "    ]",
    "  }",
    "  SYS {}",
    "}",
    "system_account: SYS",
    "",
  ].join("\n");
}

/** What `agent.mqtt.url` has to say. */
export function brokerUrls(description: NatsDescription): readonly string[] {
  return description.nodes.map((node) => `mqtts://${bracketed(node.host)}:${placeOf(description, node).mqttPort}`);
}

const placeOf = (description: NatsDescription, node: NatsNode) => ({
  mqttPort: node.mqttPort ?? description.mqttPort,
  routePort: node.routePort ?? description.routePort,
  clientPort: node.clientPort ?? description.clientPort,
  monitorPort: node.monitorPort ?? description.monitorPort,
});

/** `[::]` takes IPv4 too, but not on a machine where IPv6 is switched off. */
const everyAddress = ({ host }: NatsNode): string => (host.includes(":") ? "[::]" : "0.0.0.0");

/** An IPv6 address in a URL stands in brackets. */
const bracketed = (host: string): string => (host.includes(":") ? `[${host}]` : host);

/** A string of the configuration; the description's patterns let no quote or backslash in. */
const quoted = (text: string): string => `"${text}"`;
