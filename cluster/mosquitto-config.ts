// Configuration of one Mosquitto that takes the broker's place, as text: TLS, limits and an access list from the rights table.
import * as z from "zod";
import { openTopics } from "../protocol/access.ts";
import { identitiesOf, type Members, membersShape } from "./members.ts";
import { directory, port } from "./places.ts";

export const mosquittoDescriptionSchema = z
  .strictObject({
    mqttPort: port.default(8_883),
    directory: directory.default("/etc/mosquitto/tiepdon").describe("Where its files lie"),
    dataDirectory: directory.default("/var/lib/mosquitto").describe("Where it writes what it keeps"),
    queuedMax: z
      .int()
      .min(1_000)
      .max(10_000_000)
      .default(100_000)
      .describe("Messages kept for a subscriber that is away; what comes beyond is acknowledged and dropped"),
    payloadBytesMax: z.int().min(4_096).max(268_435_455).default(32_768).describe("Largest message"),
    sessionDays: z.int().min(1).max(365).default(7).describe("How long a session waits for a subscriber that is away"),
    ...membersShape,
  })
  .describe("A Mosquitto broker");

export type MosquittoDescription = z.infer<typeof mosquittoDescriptionSchema>;

export const mosquittoFiles = {
  config: "tiepdon.conf",
  access: "access.acl",
  certificate: "server.pem",
  key: "server.key",
  authority: "ca.pem",
  revoked: "crl.pem",
} as const;

/** Written every so many seconds, whole and without a sync: a crash loses what came since. */
const autosaveSeconds = 30;
const inFlightMax = 64;

/** A file for `conf.d`. Its receipt is `result`: it acknowledges what it drops and what it has not written. */
export function mosquittoConfig(description: MosquittoDescription): string {
  const at = (file: string) => `${description.directory}/${file}`;
  return [
    "# Made by `tiepdon cluster mosquitto`: change its description, not this file. agent.publish.receipt: result",
    "per_listener_settings false",
    `listener ${description.mqttPort}`,
    `cafile ${at(mosquittoFiles.authority)}`,
    `certfile ${at(mosquittoFiles.certificate)}`,
    `keyfile ${at(mosquittoFiles.key)}`,
    `crlfile ${at(mosquittoFiles.revoked)}`,
    "tls_version tlsv1.2",
    "require_certificate true",
    "use_identity_as_username true",
    "use_username_as_clientid true", // else any certificate could end the hospital's session by its client id
    "allow_anonymous false",
    `acl_file ${at(mosquittoFiles.access)}`,
    "persistence true",
    `persistence_location ${description.dataDirectory}/`,
    `autosave_interval ${autosaveSeconds}`,
    `max_queued_messages ${description.queuedMax}`,
    `max_inflight_messages ${inFlightMax}`,
    `message_size_limit ${description.payloadBytesMax}`,
    `persistent_client_expiration ${description.sessionDays}d`,
    "set_tcp_nodelay true",
    "",
  ].join("\n");
}

/** The access list: what is not in it is acknowledged and dropped, and not delivered. Filters are granted as they are asked for. */
export function mosquittoAccess(members: Members): string {
  const users = identitiesOf(members).map(([name, identity]) => {
    const { publish, read } = openTopics(identity);
    return [
      `user ${name}`,
      ...publish.map((filter) => `topic write ${filter}`),
      ...read.map((filter) => `topic read ${filter}`),
      "",
    ].join("\n");
  });
  return ["# Mỗi người dùng là tên trong chứng thư | each user is the name in a certificate", "", ...users].join("\n");
}
