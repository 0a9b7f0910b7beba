// Writes an event as CloudEvents JSON, structured mode (CloudEvents 1.0, JSON event format).
import type { AttributeName, PublishedEvent } from "./event.ts";

/** One line of text without a line end; its bytes on the wire are UTF-8. */
export function encodeJson(event: PublishedEvent): string {
  return JSON.stringify({
    specversion: event.specversion,
    id: event.id,
    source: event.source,
    type: event.type,
    time: event.time,
    clock: event.clock,
    sequence: event.sequence,
    boot: event.boot,
    datacontenttype: "application/json",
    dataschema: event.dataschema,
    data: event.data,
  } satisfies Record<AttributeName | "datacontenttype" | "data", unknown>);
}
