// The schema files that are written from the field tables: their names in docs/schemas, and their text.
import { type EventType, eventTypes } from "./event.ts";
import { eventJsonSchema } from "./json-schema.ts";
import { protoFile } from "./proto-file.ts";

export function schemaFiles(): ReadonlyMap<string, string> {
  const types = Object.keys(eventTypes) as EventType[];
  const files = new Map(
    types.map((type) => [jsonSchemaName(type), `${JSON.stringify(eventJsonSchema(type), null, 2)}\n`]),
  );
  return files.set("tiepdon-checkin-v1.proto", protoFile());
}

/** `urn:tiepdon:schema:checkin:1.0.0` is described in `checkin-1.0.0.schema.json`. */
function jsonSchemaName(type: EventType): string {
  const [name, version] = eventTypes[type].dataschema.split(":").slice(-2);
  return `${name}-${version}.schema.json`;
}
