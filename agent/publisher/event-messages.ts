// The MQTT messages that carry one event of the spool, in the formats that were configured.
import { encodeProtobuf } from "../../protocol/check-in/encode-protobuf.ts";
import type { DeskTopics } from "../../protocol/topics.ts";
import type { SpoolEntry } from "../spool/spool.ts";
import type { Message } from "./mqtt-link.ts";

export type EventFormat = "json" | "pb";

/** Events are never retained: a late subscriber must not get a patient of yesterday. */
export function eventMessages(entry: SpoolEntry, formats: readonly EventFormat[], topics: DeskTopics): Message[] {
  if (entry.stream === "rejected") return [{ topic: topics.rejectedJson, payload: entry.json, retain: false }];
  return formats.map((format) =>
    format === "json"
      ? { topic: topics.checkInJson, payload: entry.json, retain: false }
      : { topic: topics.checkInProtobuf, payload: encodeProtobuf(JSON.parse(entry.json)), retain: false },
  );
}
