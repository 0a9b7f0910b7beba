// The lines of an export: what a broker keeps, as JSON that another broker takes in, of this version or a later one.
import * as z from "zod";
import { isTopicFilter, isTopicName } from "../topic/topic-filter.ts";

export const exportFormat = "tiepdon-broker-export";
export const exportVersion = 1;

/** The widest that a configuration allows. */
const topicBytesMax = 4_096;
const topicLevelsMax = 100;
const clientIdBytesMax = 1_024;

const qos = z.union([z.literal(0), z.literal(1), z.literal(2)]);
const milliseconds = z.int().min(0);
const clientId = z
  .string()
  .min(1)
  .refine((id) => Buffer.byteLength(id) <= clientIdBytesMax && !/[\p{Cc}\uFFFD]/u.test(id));
/** Topics that begin with `$` are the broker's own. */
const topic = z.string().refine((name) => isTopicName(name, topicBytesMax, topicLevelsMax) && !name.startsWith("$"));
const filter = z.string().refine((text) => isTopicFilter(text, topicBytesMax, topicLevelsMax));
const count = z.int().min(0);

const receiver = z.strictObject({
  clientId,
  qos,
  /** Under which it was sent before; null if it was not. */
  messageId: z.int().min(1).max(65_535).nullable(),
  /** QoS 2: the subscriber has it, and PUBREL is what it waits for. */
  released: z.boolean(),
});

export const exportLineSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("header"),
    format: z.literal(exportFormat),
    version: z.int(),
    exportedAt: z.iso.datetime(),
  }),
  z.strictObject({
    kind: z.literal("session"),
    clientId,
    user: z.string().max(128),
    /** Null for a client that is connected. */
    offlineSince: milliseconds.nullable(),
    subscriptions: z.array(z.strictObject({ filter, qos })),
  }),
  z.strictObject({ kind: z.literal("retained"), topic, qos, payload: z.base64().min(1) }),
  z.strictObject({
    kind: z.literal("message"),
    topic,
    qos,
    /** Queued because of a new subscription to a retained message. */
    retain: z.boolean(),
    /** Null where the clock was not set. */
    keptAt: milliseconds.nullable(),
    receivers: z.array(receiver).min(1),
    payload: z.base64(),
  }),
  /** QoS 2: a message of this publisher was taken, and must not be taken again under this id. */
  z.strictObject({ kind: z.literal("taken"), clientId, messageId: z.int().min(1).max(65_535) }),
  z.strictObject({
    kind: z.literal("end"),
    ...{ sessions: count, retained: count, messages: count, taken: count },
  }),
]);

export type ExportLine = z.infer<typeof exportLineSchema>;
export type MessageLine = Extract<ExportLine, { kind: "message" }>;
export type SessionLine = Extract<ExportLine, { kind: "session" }>;

/** How many lines of each kind there are; what the last line says. */
export interface LineCounts {
  sessions: number;
  retained: number;
  messages: number;
  taken: number;
}

export const noLines = (): LineCounts => ({ sessions: 0, retained: 0, messages: 0, taken: 0 });
