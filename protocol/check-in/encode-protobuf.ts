// Writes an event in the CloudEvents protobuf format: the same facts as the JSON form, in fewer bytes.
import type { Writer } from "protobufjs/minimal.js";
import {
  any,
  attributeValue,
  cloudEvent,
  dataPackage,
  mapEntry,
  protobufContentType,
  timestamp,
  typeUrlPrefix,
} from "./cloud-event-fields.ts";
import { type EventType, eventTypes, type PublishedEvent } from "./event.ts";
import { createWriter, lengthDelimited, type MessageWriter, messageWriter, tagOf, varint } from "./protobuf-message.ts";

const block = (number: number): number => tagOf(number, lengthDelimited);

const dataWriters: Readonly<Record<EventType, MessageWriter>> = {
  "vn.tiepdon.checkin.v1": messageWriter(eventTypes["vn.tiepdon.checkin.v1"].message),
  "vn.tiepdon.rejected.v1": messageWriter(eventTypes["vn.tiepdon.rejected.v1"].message),
};

/** The full name of the message that an event's data is, with the prefix that `google.protobuf.Any` wants. */
export const typeUrl = (type: EventType): string => `${typeUrlPrefix}${dataPackage}.${eventTypes[type].message.name}`;

export function encodeProtobuf(event: PublishedEvent): Uint8Array {
  const writer = createWriter();
  writer.uint32(block(cloudEvent.id)).string(event.id);
  writer.uint32(block(cloudEvent.source)).string(event.source);
  writer.uint32(block(cloudEvent.spec_version)).string(event.specversion);
  writer.uint32(block(cloudEvent.type)).string(event.type);
  writeAttribute(writer, "datacontenttype", "ce_string", protobufContentType);
  writeAttribute(writer, "dataschema", "ce_uri", event.dataschema);
  writeAttribute(writer, "clock", "ce_string", event.clock);
  writeAttribute(writer, "sequence", "ce_string", event.sequence);
  writeAttribute(writer, "boot", "ce_string", event.boot);
  writeTime(writer, Date.parse(event.time));
  writer.uint32(block(cloudEvent.proto_data)).fork();
  writer.uint32(block(any.type_url)).string(typeUrl(event.type));
  dataWriters[event.type](writer.uint32(block(any.value)).fork(), event.data).ldelim();
  return writer.ldelim().finish();
}

function writeAttribute(writer: Writer, name: string, kind: "ce_string" | "ce_uri", value: string): void {
  openAttribute(writer, name);
  writer.uint32(block(attributeValue[kind])).string(value);
  writer.ldelim().ldelim();
}

/** The instant alone: the format has no offset, and ours is always +07:00. */
function writeTime(writer: Writer, timeMs: number): void {
  const seconds = Math.floor(timeMs / 1_000);
  openAttribute(writer, "time");
  writer.uint32(block(attributeValue.ce_timestamp)).fork();
  writer.uint32(tagOf(timestamp.seconds, varint)).int64(seconds);
  writer.uint32(tagOf(timestamp.nanos, varint)).int32((timeMs - seconds * 1_000) * 1_000_000);
  writer.ldelim().ldelim().ldelim();
}

/** Leaves the entry and its value open. */
function openAttribute(writer: Writer, name: string): void {
  writer.uint32(block(cloudEvent.attributes)).fork();
  writer.uint32(block(mapEntry.key)).string(name);
  writer.uint32(block(mapEntry.value)).fork();
}
