// Reads an event from the CloudEvents protobuf format, for subscribers.
import { any, attributeValue, cloudEvent, mapEntry, timestamp } from "./cloud-event-fields.ts";
import { typeUrl } from "./encode-protobuf.ts";
import { type AttributeName, attributes, type EventType, eventTypes, type PublishedEvent } from "./event.ts";
import { readMessage, textOf, wireFields } from "./protobuf-message.ts";
import { vietnamTime } from "./vietnam-time.ts";

type WireValue = number | Uint8Array;

/** Undefined when the bytes are no event of ours. `datacontenttype` belongs to the encoding and is not kept. */
export function decodeProtobuf(bytes: Uint8Array): PublishedEvent | undefined {
  try {
    return readEvent(bytes);
  } catch {
    return undefined; // protobufjs throws at bytes that are no protobuf, the readers at a missing member
  }
}

function readEvent(bytes: Uint8Array): PublishedEvent {
  const found = new Map<string, string>();
  let payload: Uint8Array | undefined;
  for (const { number, value } of wireFields(bytes)) {
    if (number === cloudEvent.id) found.set("id", textOf(value));
    else if (number === cloudEvent.source) found.set("source", textOf(value));
    else if (number === cloudEvent.spec_version) found.set("specversion", textOf(value));
    else if (number === cloudEvent.type) found.set("type", textOf(value));
    else if (number === cloudEvent.attributes) found.set(...readAttribute(value));
    else if (number === cloudEvent.proto_data) payload = blockOf(value);
  }
  const type = found.get("type") ?? "";
  if (!isEventType(type) || payload === undefined) throw new RangeError("no event of ours");
  const names = Object.keys(attributes) as AttributeName[];
  const envelope = names.map((name) => [name, found.get(name) ?? fail(`no ${name}`)] as const);
  // The readers have checked each member against the tables from which the event's type is made.
  return { ...Object.fromEntries(envelope), data: readData(payload, type) } as PublishedEvent;
}

function readAttribute(entry: WireValue): [name: string, value: string] {
  let name = "";
  let text = "";
  for (const { number, value } of wireFields(blockOf(entry))) {
    if (number === mapEntry.key) name = textOf(value);
    else if (number === mapEntry.value) text = readAttributeValue(blockOf(value));
  }
  return [name, text];
}

function readAttributeValue(bytes: Uint8Array): string {
  for (const { number, value } of wireFields(bytes)) {
    if (number === attributeValue.ce_timestamp) return readTime(blockOf(value));
    if (number === attributeValue.ce_string || number === attributeValue.ce_uri) return textOf(value);
  }
  return "";
}

function readTime(bytes: Uint8Array): string {
  let timeMs = 0;
  for (const { number, value } of wireFields(bytes)) {
    if (number === timestamp.seconds) timeMs += Number(value) * 1_000;
    else if (number === timestamp.nanos) timeMs += Number(value) / 1_000_000;
  }
  return vietnamTime(timeMs);
}

function readData(bytes: Uint8Array, type: EventType): object {
  let name = "";
  let message: Uint8Array | undefined;
  for (const { number, value } of wireFields(bytes)) {
    if (number === any.type_url) name = textOf(value);
    else if (number === any.value) message = blockOf(value);
  }
  if (name !== typeUrl(type)) throw new RangeError("data of another type");
  return readMessage(message ?? new Uint8Array(), eventTypes[type].message);
}

function blockOf(value: WireValue): Uint8Array {
  return value instanceof Uint8Array ? value : fail("a number where a message is due");
}

function isEventType(type: string): type is EventType {
  return Object.hasOwn(eventTypes, type);
}

function fail(what: string): never {
  throw new RangeError(what);
}
