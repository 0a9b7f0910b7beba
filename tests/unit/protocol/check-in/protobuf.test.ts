// Our protobuf bytes, read with the committed .proto files by protobufjs itself.
import { fileURLToPath } from "node:url";
import { Root } from "protobufjs";
import { describe, expect, it } from "vitest";
import { decodeProtobuf } from "../../../../protocol/check-in/decode-protobuf.ts";
import { encodeProtobuf } from "../../../../protocol/check-in/encode-protobuf.ts";
import type { PublishedEvent } from "../../../../protocol/check-in/event.ts";
import { protoName } from "../../../../protocol/check-in/proto-file.ts";
import { card, checkIn, checkInByCertifiedReader, insuranceCard, rejected } from "./sample-events.ts";

const schemas = new URL("../../../../docs/schemas/", import.meta.url);
const load = (name: string): Root => new Root().loadSync(fileURLToPath(new URL(name, schemas)), { keepCase: true });
const envelope = load("cloudevents-v1.proto").lookupType("io.cloudevents.v1.CloudEvent");
const messages = load("tiepdon-checkin-v1.proto");

/** The same members under the names of the .proto. */
function inProtoNames(value: unknown): unknown {
  if (Array.isArray(value) || typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [protoName(name), inProtoNames(member)]));
}

const events: readonly [name: string, event: PublishedEvent][] = [
  ["an identity card", checkIn(card, { aim: "]Q1", operator: "nv-07" })],
  ["an insurance card", checkIn(insuranceCard)],
  ["a card with several warnings", checkIn({ ...card, warnings: ["not-nfc", "sex-unknown"] })],
  ["a bare number", checkIn({ ...card, format: "number-pin", person: { number: "001090999901" }, warnings: [] })],
  ["a time between two milliseconds of a float", checkIn(card, { timeMs: 1_795_221_015_001 })],
  ["a certified reader", checkInByCertifiedReader()],
  ["a rejected scan", rejected()],
];

describe.each(events)("%s", (_name, event) => {
  it("is a CloudEvent by the committed .proto", () => {
    const seen = envelope.toObject(envelope.decode(encodeProtobuf(event)), { longs: Number });
    expect(seen).toMatchObject({ id: event.id, source: event.source, spec_version: "1.0", type: event.type });
    const timeMs = Date.parse(event.time);
    const { attributes } = seen;
    expect(attributes).toEqual({
      datacontenttype: { ce_string: "application/protobuf" },
      dataschema: { ce_uri: event.dataschema },
      clock: { ce_string: event.clock },
      sequence: { ce_string: event.sequence },
      boot: { ce_string: event.boot },
      time: { ce_timestamp: { seconds: Math.floor(timeMs / 1_000), nanos: (timeMs % 1_000) * 1_000_000 } },
    });
  });

  it("holds the data as the message that its type URL names", () => {
    const { proto_data: protoData } = envelope.toObject(envelope.decode(encodeProtobuf(event)));
    const { type_url: typeUrl, value } = protoData;
    const message = messages.lookupType(String(typeUrl).replace("type.googleapis.com/", ""));
    expect(message.toObject(message.decode(value), { arrays: true })).toEqual(
      inProtoNames({ ...event.data, ...("warnings" in event.data ? { warnings: [...event.data.warnings] } : {}) }),
    );
  });

  it("comes back whole", () => {
    expect(decodeProtobuf(encodeProtobuf(event))).toEqual(event);
  });

  it("is read by an older subscriber that knows fewer fields, and not at all when cut short", () => {
    const bytes = encodeProtobuf(event);
    const unknownField = Uint8Array.of(0x7a, 0x01, 0x41); // field 15, one byte of text
    expect(decodeProtobuf(Buffer.concat([bytes, unknownField]))).toEqual(event);
    expect(decodeProtobuf(bytes.subarray(0, -1))).toBeUndefined();
  });
});

it("refuses what is no event of ours", () => {
  const other = envelope.encode({ id: "1", source: "x", spec_version: "1.0", type: "com.example.v1" }).finish();
  expect(decodeProtobuf(other)).toBeUndefined();
  expect(decodeProtobuf(new Uint8Array())).toBeUndefined();
});
