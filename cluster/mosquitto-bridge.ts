// Configuration of the bridges by which a province's Mosquitto fetches the arrivals of its facilities, as text.
import * as z from "zod";
import { topicRoot } from "../protocol/topics.ts";
import { facility } from "./members.ts";
import { directory, host, port } from "./places.ts";

/** What a province may fetch: events alone, never what a desk is commanded. */
const streams = ["checkin/json", "checkin/pb", "rejected/json", "state"] as const;

export const bridgeDescriptionSchema = z
  .strictObject({
    name: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/, "tên trong chứng thư | the name in the certificate")
      .describe("The province's name at every facility: of its certificate there, and of a user of role his"),
    directory: directory
      .default("/etc/mosquitto/tiepdon")
      .describe("Where the certificates lie, one set for each facility"),
    streams: z.array(z.enum(streams)).min(1).default(["checkin/json"]).describe("What is fetched"),
    facilities: z
      .array(z.strictObject({ facility, host, port: port.default(8_883) }))
      .min(1)
      .max(1_000)
      .refine((all) => new Set(all.map((one) => one.facility)).size === all.length, {
        error: "hai cơ sở trùng mã | two facilities share a code",
      }),
  })
  .describe("Bridges of a province's Mosquitto to its facilities");

export type BridgeDescription = z.infer<typeof bridgeDescriptionSchema>;

/** A file for `conf.d` of the province's Mosquitto: one connection to each facility. */
export function bridgeConfig(description: BridgeDescription): string {
  return [
    "# Made by `tiepdon cluster bridge`: change its description, not this file.",
    ...description.facilities.map((one) => connectionTo(one, description)),
  ].join("\n\n");
}

function connectionTo(one: BridgeDescription["facilities"][number], description: BridgeDescription): string {
  const at = (ending: string) => `${description.directory}/${one.facility}${ending}`;
  return [
    `connection ${one.facility}`,
    `address ${one.host}:${one.port}`,
    `remote_clientid ${description.name}`, // our broker lets a certificate's name alone be its client id
    `local_clientid tiepdon.${one.facility}`,
    "cleansession false", // the facility's broker keeps what comes while the province is away
    "bridge_protocol_version mqttv311",
    "try_private false", // bit 7 of the protocol level is not MQTT 3.1.1: our broker answers CONNACK 1
    "notifications false", // they go to $SYS, which is closed
    "bridge_attempt_unsubscribe false",
    "start_type automatic",
    "restart_timeout 2 30",
    "keepalive_interval 30",
    `bridge_cafile ${at("-ca.pem")}`,
    `bridge_certfile ${at(".pem")}`,
    `bridge_keyfile ${at(".key")}`,
    ...description.streams.map((stream) => `topic ${topicRoot}/${one.facility}/+/${stream} in 1`),
    "",
  ].join("\n");
}
