// What can be configured of a broker: one schema, with the default and the reason of each setting.
import * as z from "zod";
import { lockOutConfigSchema } from "./access/lock-out-config.ts";
import { auditConfigSchema } from "./audit/audit-config.ts";
import { enrolmentConfigSchema } from "./authority/enrolment-config.ts";
import { isLoopback } from "./loopback.ts";
import { observationConfigSchema } from "./observation/observation-config.ts";
import { tlsConfigSchema } from "./tls/tls-config.ts";

const count = (least: number, most: number, standard: number) => z.int().min(least).max(most).default(standard);

const limits = z
  .strictObject({
    packetBytesMax: count(1_024, 1_048_576, 32_768).describe(
      "A longer MQTT packet is refused before it is read; a check-in has about 2 KiB",
    ),
    connectBytesMax: count(1_024, 1_048_576, 8_192).describe(
      "The same for CONNECT, which anybody may send: client id, will, user and password of ours have 300 bytes",
    ),
    packetSeconds: count(1, 300, 20).describe(
      "From the first byte of a packet to its last; a slower client holds memory for nothing",
    ),
    filtersPerPacketMax: count(1, 1_000, 100).describe(
      "Filters in one SUBSCRIBE or UNSUBSCRIBE; more of them in one packet are no honest client's",
    ),
    packetsAtOnceMax: count(16, 10_000, 32).describe(
      "Packets of one connection that are worked on at once; its next ones are read when these are answered, so that a flood waits and not the desks",
    ),
    unpacedPerSecondMax: count(10, 100_000, 500).describe(
      "Packets a second of one connection that it need not wait for (PINGREQ, QoS 0, each 16 bytes of SUBSCRIBE); beyond it nothing is read for a while",
    ),
    bytesPerSecondMax: count(65_536, 1_073_741_824, 16_777_216).describe(
      "Bytes a second of one connection, beyond which nothing is read for a while; a desk that empties its spool needs less",
    ),
    topicBytesMax: count(64, 4_096, 256).describe("Length of a topic or filter; ours have about 60 bytes"),
    topicLevelsMax: count(8, 100, 16).describe("Levels of a topic or filter; ours have at most 8"),
    clientIdBytesMax: count(23, 1_024, 128).describe("Length of a client id; ours are facility:desk"),
    connectionsMax: count(1, 20_000, 500).describe("Open connections; a facility has about 50 desks"),
    connectionsReserved: count(0, 20_000, 100).describe(
      "Of connectionsMax, with tls: only for clients with a certificate, so that others can't keep the desks out",
    ),
    connectionsPerAddressMax: count(1, 20_000, 250).describe(
      "Open connections of one IPv4 address or IPv6 network: all desks may stand behind one router, but not fill the broker",
    ),
    connectsPerSecondPerAddress: count(1, 10_000, 20).describe(
      "New connections of one address, once it has opened connectionsPerAddressMax: a flood may not keep the broker busy",
    ),
    connectionsPerUserMax: count(1, 1_000, 20).describe(
      "Connected clients of one user or certificate; a desk has one, the hospital's software a few",
    ),
    sessionsMax: count(1, 20_000, 500).describe("Sessions that are kept for absent clients"),
    sessionsPerUserMax: count(1, 20_000, 50).describe(
      "Kept sessions of one user; the hospital's software has a few, and no account may take those of all",
    ),
    filtersPerSessionMax: count(1, 1_000, 50).describe("Subscriptions of one client"),
    retainedMax: count(100, 1_000_000, 10_000).describe("Retained messages; a desk has about 10"),
    retainedPerDeskMax: count(10, 10_000, 200).describe(
      "Retained messages below one desk; a desk with ten readers has about 25, and none may take the room of all",
    ),
    inFlightMax: count(1, 1_000, 16).describe(
      "Messages on their way to one subscriber without its PUBACK: bounds what is sent twice after a break",
    ),
    inboundQos2Max: count(1, 1_000, 100).describe("QoS 2 messages of one client that wait for its PUBREL"),
    queuedMessagesMax: count(1_000, 10_000_000, 1_000_000).describe(
      "Messages kept for one absent subscriber (a month of a large hospital); beyond it that session ends, with an alarm",
    ),
    queuedBytesMax: count(1_048_576, 1_099_511_627_776, 4_294_967_296).describe(
      "Topics and payloads kept for one absent subscriber: twice a million check-ins; beyond it that session ends, with an alarm",
    ),
    queuedHoursMax: count(1, 8_760, 720).describe(
      "A session whose oldest message waits longer ends: its client comes, but takes nothing",
    ),
    storeBytesMax: count(16_777_216, 1_099_511_627_776, 17_179_869_184).describe(
      "What all kept messages may take on the disk; beyond it new ones are refused, and the desks keep them",
    ),
    diskFreeBytesMin: count(0, 1_099_511_627_776, 268_435_456).describe(
      "Space that the broker leaves free on its disk, for the system and its log; 0 takes all there is",
    ),
    queuedUnkeptMax: count(16, 100_000, 1_000).describe(
      "Messages that wait in memory for a subscriber without a kept session; beyond it that client is disconnected",
    ),
    unsentBytesMax: count(65_536, 67_108_864, 1_048_576).describe(
      "Unsent bytes on one connection, beyond which QoS 0 messages for it are dropped and counted",
    ),
    connectSeconds: count(1, 120, 10).describe("From the connection to its CONNECT"),
    drainSeconds: count(1, 120, 5).describe("How long a client may leave the broker's answers unread"),
    keepaliveSecondsMax: count(10, 65_535, 1_200).describe(
      "Longer ones, and none at all, are refused: a dead client has to be noticed",
    ),
    sessionHours: count(1, 8_760, 168).describe("A session whose client stays away longer ends, with its queue"),
  })
  .prefault({})
  .describe("Bounds; the defaults fit a hospital of 50 desks");

const settings = z.strictObject({
  host: z
    .string()
    .min(1)
    .default("127.0.0.1")
    .describe("Address to listen on; 0.0.0.0 opens the broker to the network"),
  port: z.int().min(0).max(65_535).default(1883).describe("TCP port; 0 takes a free one"),
  plain: z
    .boolean()
    .default(true)
    .describe("Listen without TLS too, on host and port; false with tls leaves TLS alone"),
  plainBeyondLoopback: z
    .boolean()
    .default(false)
    .describe(
      "Allow plain on a host that other machines reach: passwords and patients' data cross the network readable",
    ),
  tls: tlsConfigSchema.optional(),
  enrolment: enrolmentConfigSchema.optional(),
  usersFile: z.string().min(1).optional().describe("File of users; default users.json in the data directory"),
  unusedDays: z
    .int()
    .min(0)
    .max(3_650)
    .default(45)
    .describe("An account that was not used for so long can't log in (`tiepdon broker user enable`); 0 = never closed"),
  lockOut: lockOutConfigSchema,
  audit: auditConfigSchema,
  openTo: z
    .enum(["users", "everyone"])
    .default("users")
    .describe("everyone: no password, every topic, nothing protected; for trials with invented patients only"),
  refusedFilters: z
    .array(z.string().min(1))
    .default([])
    .describe("With openTo everyone: filters that nobody may subscribe to"),
  qos2: z.boolean().default(false).describe("Accept QoS 2; check-ins use QoS 1 and an event id"),
  observation: observationConfigSchema,
  limits,
});

/** Do other machines reach one of these hosts? */
const isReached = (...hosts: (string | undefined)[]): boolean =>
  hosts.some((host) => host !== undefined && !isLoopback(host));

export const brokerConfigSchema = settings
  .refine(({ plain, tls }) => plain || tls !== undefined, {
    path: ["plain"],
    error: "plain: false cần có tls | plain: false needs tls",
  })
  .refine(({ plain, host, plainBeyondLoopback }) => !plain || isLoopback(host) || plainBeyondLoopback, {
    path: ["host"],
    error:
      "ngoài máy này cần tls và plain: false, hoặc plainBeyondLoopback: true | beyond this machine: tls with plain: false, or plainBeyondLoopback: true",
  })
  .refine(({ openTo, plain, host, tls }) => openTo === "users" || !isReached(plain ? host : undefined, tls?.host), {
    path: ["openTo"],
    error: "everyone chỉ dùng trong máy này | everyone is for this machine alone: host (and tls.host) 127.0.0.1",
  })
  .refine(({ enrolment, tls }) => enrolment === undefined || tls !== undefined, {
    path: ["enrolment"],
    error: "enrolment cần có tls | enrolment needs tls",
  });

export type BrokerConfig = z.infer<typeof brokerConfigSchema>;
export type BrokerLimits = BrokerConfig["limits"];
