// The events that a desk publishes: CloudEvents 1.0 attributes around the data of the field tables.
import type { MessageOf } from "./field-table.ts";
import { checkInMessage, rejectedMessage } from "./fields.ts";

/** How the CloudEvents protobuf format carries an attribute: in a field of its own, or in the map under a value of one kind. */
type Carrier = { readonly field: 1 | 2 | 3 | 4 } | { readonly value: "ce_string" | "ce_uri" | "ce_timestamp" };

interface Attribute {
  readonly description: string;
  readonly pattern: string;
  readonly carrier: Carrier;
}

/**
 * The attributes, all required, in the order of the JSON form; each is text. `datacontenttype` is not among them: it
 * belongs to the encoding and is written by it.
 */
export const attributes = {
  specversion: { carrier: { field: 3 }, pattern: "^1\\.0$", description: "Version of CloudEvents" },
  id: {
    carrier: { field: 1 },
    pattern: "^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$",
    description: "UUIDv7 made when the scan was taken: the same id twice is the same event. Not for sorting",
  },
  source: {
    carrier: { field: 2 },
    pattern: "^urn:tiepdon:[0-9a-z]{5}:[0-9a-z-]{1,32}$",
    description: "urn:tiepdon:<facility>:<desk>",
  },
  type: { carrier: { field: 4 }, pattern: "^vn\\.tiepdon\\.[a-z]+\\.v1$", description: "What happened" },
  time: {
    carrier: { value: "ce_timestamp" },
    pattern: "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}\\+07:00$",
    description: "When the scan was taken, in Asia/Ho_Chi_Minh (RFC 3339)",
  },
  clock: {
    carrier: { value: "ce_string" },
    pattern: "^(synced|unsynced)$",
    description: "Whether the desk's clock could be trusted for time",
  },
  sequence: {
    carrier: { value: "ce_string" },
    pattern: "^\\d{10}$",
    description: "Counts the desk's events without gaps, also over restarts; as text it sorts in order",
  },
  boot: { carrier: { value: "ce_string" }, pattern: "^\\S+$", description: "This start of the desk's agent" },
  dataschema: {
    carrier: { value: "ce_uri" },
    pattern: "^urn:tiepdon:schema:[a-z]+:\\d+\\.\\d+\\.\\d+$",
    description: "Schema of data, with its version",
  },
} as const satisfies Record<string, Attribute>;

export type AttributeName = keyof typeof attributes;

/** What each type of event carries. Minor versions only add members; subscribers ignore what they do not know. */
export const eventTypes = {
  "vn.tiepdon.checkin.v1": { dataschema: "urn:tiepdon:schema:checkin:1.0.0", message: checkInMessage },
  "vn.tiepdon.rejected.v1": { dataschema: "urn:tiepdon:schema:rejected:1.0.0", message: rejectedMessage },
} as const;
export type EventType = keyof typeof eventTypes;

export type DataOf<Type extends EventType> = MessageOf<(typeof eventTypes)[Type]["message"]>;
export type EventOf<Type extends EventType> = { readonly [Name in Exclude<AttributeName, "type">]: string } & {
  readonly type: Type;
  readonly data: DataOf<Type>;
};

/** A patient arrived at a desk with a document. */
export type CheckInEvent = EventOf<"vn.tiepdon.checkin.v1">;
/** Something was scanned that is no document. Holds no personal data. */
export type RejectedEvent = EventOf<"vn.tiepdon.rejected.v1">;
export type PublishedEvent = CheckInEvent | RejectedEvent;
