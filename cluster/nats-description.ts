// What a cluster of nats-servers is generated from: its machines, and who may connect; one schema with the reason of each setting.
import * as z from "zod";
import { namePattern } from "../protocol/topics.ts";
import { membersShape } from "./members.ts";
import { directory, host, port } from "./places.ts";

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
      .describe(
        "Largest message; a signed list of readers may need more (servers before 2.14 do not hold MQTT clients to it)",
      ),
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
    ...membersShape,
  })
  .describe("A cluster of nats-servers");

export type NatsDescription = z.infer<typeof natsDescriptionSchema>;
export type NatsNode = NatsDescription["nodes"][number];
