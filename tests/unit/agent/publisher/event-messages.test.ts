// Which MQTT messages carry an event.
import { expect, test } from "vitest";
import { eventMessages } from "../../../../agent/publisher/event-messages.ts";
import { createCheckIn, createRejected } from "../../../../protocol/check-in/create-event.ts";
import { decodeProtobuf } from "../../../../protocol/check-in/decode-protobuf.ts";
import { encodeJson } from "../../../../protocol/check-in/encode-json.ts";
import { deskTopics } from "../../../../protocol/topics.ts";
import { readText } from "../../../fixtures/read-document.ts";

const topics = deskTopics("01234", "quay-01");
const desk = { facility: "01234", desk: "quay-01", boot: "b1" };
const reader = { id: "qr-1", model: "test", certification: "no-registry" };
const arrival = {
  id: "019aa000-0000-7000-8000-000000000001",
  sequence: 1,
  timeMs: Date.UTC(2026, 10, 21),
  clockSynced: true,
};
const reading = readText("001090999901|012345678|Nguyễn Văn Mẫu|15031990|Nam|Số 1, Hà Nội|20052021", "2026-11-21");
if (reading.kind !== "document") throw new Error("the card must be readable");
const event = createCheckIn(reading.document, arrival, desk, reader);
const checkIn = { position: 1, stream: "checkin", id: event.id, json: encodeJson(event) } as const;

test("a check-in goes out in each configured format, never retained", () => {
  const messages = eventMessages(checkIn, ["json", "pb"], topics);
  expect(messages.map(({ topic }) => topic)).toEqual([topics.checkInJson, topics.checkInProtobuf]);
  expect(messages.every(({ retain }) => !retain)).toBe(true);
  expect(messages[0]?.payload).toBe(checkIn.json);
  const payload = messages[1]?.payload;
  expect(payload).toBeInstanceOf(Uint8Array);
  if (payload instanceof Uint8Array) expect(decodeProtobuf(payload)).toEqual(event);
});

test("only what is configured goes out", () => {
  expect(eventMessages(checkIn, ["pb"], topics).map(({ topic }) => topic)).toEqual([topics.checkInProtobuf]);
});

test("a rejected scan goes out as JSON on its own topic", () => {
  const rejection = { reason: "url", resembles: "none", bytes: 20 } as const;
  const json = encodeJson(createRejected(rejection, arrival, desk, reader));
  const messages = eventMessages({ position: 2, stream: "rejected", id: arrival.id, json }, ["pb"], topics);
  expect(messages).toEqual([{ topic: topics.rejectedJson, payload: json, retain: false }]);
});
