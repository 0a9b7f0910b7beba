// What a cluster of nats-servers is generated from: its machines, and who may connect; one schema with the reason of each setting.
import * as z from "zod";
import { facilityPattern, namePattern } from "../protocol/topics.ts";

const port = z.int().min(1).max(65_535);
const host = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9.:-]{0,252}$/, "tên máy hoặc IP | a host name or an IP address")
  .describe("Name or address by which desks and the other servers reach it; it stands in its certificate");
const directory = z.string().regex(/^\/[A-Za-z0-9._/-]*$/, "đường dẫn tuyệt đối | an absolute path of plain letters");
const facility = z
  .string()
  .transform((code) => code.toLowerCase())
  .pipe(z.string().regex(facilityPattern, "mã CSKCB gồm 5 ký tự | facility code of five characters, such as 01234"));
const deskName = z.string().regex(namePattern, "1–32 chữ thường, số, gạch nối | 1–32 of a–z, 0–9, hyphen");
/** A name that a certificate may carry and a distinguished name takes without quotes. */
const userName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/, "tên trong chứng thư | the name in the user's certificate");

const node = z.strictObject({
  name: z.string().regex(namePattern, "1–32 chữ thường, số, gạch nối | 1–32 of a–z, 0–9, hyphen"),
  host,
  mqttPort: port.optional(),
  routePort: port.optional(),
  clientPort: port.optional(),
  monitorPort: port.optional(),
  directory: directory.optional(),
  dataDirectory: directory.optional(),
});

export const natsDescriptionSchema = z
  .strictObject({
    name: z.string().regex(namePattern, "1–32 chữ thường, số, gạch nối | 1–32 of a–z, 0–9, hyphen").default("tiepdon"),
    natsVersion: z
      .enum(["2.9", "2.10"])
      .default("2.10")
      .describe("The oldest server of the cluster: 2.9 (Debian 12), or 2.10 and later, which can sync every message"),
    nodes: z
      .array(node)
      .refine((nodes) => [1, 3, 5].includes(nodes.length), {
        error: "1 (thử), 3 hoặc 5 máy | 1 (for a trial), 3 or 5 servers: a majority must be left when one is gone",
      })
      .refine((nodes) => new Set(nodes.map(({ name }) => name)).size === nodes.length, {
        error: "hai máy trùng tên | two servers share a name",
      }),
    mqttPort: port.default(8_883).describe("MQTT over TLS, for desks and hospital software"),
    routePort: port.default(6_222).describe("Between the servers, mutual TLS under an authority of their own"),
    clientPort: port.default(4_222).describe("NATS' own protocol, on loopback; no user of this file may use it"),
    monitorPort: port.default(8_222).describe("Monitoring over HTTP, on loopback; it names users, but no event"),
    directory: directory.default("/etc/tiepdon-nats").describe("Where the files of a node lie on its machine"),
    dataDirectory: directory.default("/var/lib/tiepdon-nats").describe("Where a node keeps its streams"),
    fileStoreMb: z
      .int()
      .min(100)
      .max(10_000_000)
      .default(20_000)
      .describe("Disk for queues on each node; when it is full nothing is acknowledged and desks keep their check-ins"),
    payloadBytesMax: z
      .int()
      .min(4_096)
      .max(8_388_608)
      .default(32_768)
      .describe("Largest message; a signed list of readers may need more (2.9 does not hold MQTT clients to it)"),
    ackSeconds: z
      .int()
      .min(5)
      .max(600)
      .default(30)
      .describe("After this time an unacknowledged message is delivered again"),
    inFlightMax: z
      .int()
      .min(1)
      .max(1_024)
      .default(64)
      .describe("Messages that a subscriber may leave unacknowledged for each of its filters"),
    connectionsMax: z
      .int()
      .min(10)
      .max(100_000)
      .optional()
      .describe("For each node; twice all users by default, since every one of them may come to the node that is left"),
    subject: z
      .string()
      .regex(/^[^"\\\p{Cc}]{1,200}$/u, "không có dấu nháy | without quotes")
      .refine((subject) => subject.includes("CN={name}"), { error: "phải chứa CN={name} | must contain CN={name}" })
      .default("CN={name}")
      .describe(
        "Subject of client certificates; an authority of another kind may add parts, such as CN={name},O=BV 38xxx",
      ),
    facilities: z
      .array(
        z.strictObject({
          facility: facility.describe("Facility code (mã CSKCB)"),
          desks: z
            .union([z.int().min(1).max(999), z.array(deskName).min(1).max(999)])
            .describe("Names of the desks, or how many: quay-01, quay-02, …"),
        }),
      )
      .min(1)
      .max(100)
      .refine((all) => new Set(all.map((one) => one.facility)).size === all.length, {
        error: "hai cơ sở trùng mã | two facilities share a code",
      }),
    users: z
      .array(
        z.strictObject({
          name: userName,
          role: z.enum(["his", "it", "gateway"]),
          facility: facility.optional().describe("Without it: all facilities of this cluster"),
        }),
      )
      .max(1_000)
      .default([])
      .refine((users) => new Set(users.map(({ name }) => name)).size === users.length, {
        error: "hai người dùng trùng tên | two users share a name",
      })
      .describe("Hospital software, IT and gateways, each by the name in its certificate"),
  })
  .describe("A cluster of nats-servers");

export type NatsDescription = z.infer<typeof natsDescriptionSchema>;
export type NatsNode = NatsDescription["nodes"][number];

/** The desks of a facility by name. */
export function deskNames(desks: number | readonly string[]): readonly string[] {
  if (typeof desks !== "number") return desks;
  return Array.from({ length: desks }, (_, index) => `quay-${String(index + 1).padStart(2, "0")}`);
}
