// Writes an event as CloudEvents JSON, structured mode (CloudEvents 1.0, JSON event format).
import type { PublishedEvent } from "./event.ts";

/** One line of UTF-16 text without a line end; its bytes on the wire are UTF-8. */
export function encodeJson(event: PublishedEvent): string {
  const { data, ...attributes } = event;
  return JSON.stringify({ ...attributes, datacontenttype: "application/json", data });
}
