// Writes the JSON Schema of an event from the field tables (draft 2020-12).
import { attributes, type EventType, eventTypes } from "./event.ts";
import type { Field, Message } from "./field-table.ts";

type Schema = Readonly<Record<string, unknown>>;

/** Members that the tables do not name are allowed: minor versions add them, and subscribers ignore them. */
export function eventJsonSchema(type: EventType): Schema {
  const { dataschema, message } = eventTypes[type];
  const texts = Object.entries(attributes).map(([name, { pattern, description }]) => [
    name,
    { type: "string", pattern, description },
  ]);
  const properties = {
    ...Object.fromEntries(texts),
    type: { const: type, description: attributes.type.description },
    dataschema: { type: "string", pattern: everyMinorOf(dataschema), description: attributes.dataschema.description },
    datacontenttype: { const: "application/json", description: "How data is written" },
    data: messageSchema(message),
  };
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id: dataschema,
    title: type,
    description: `${message.description}. A CloudEvents 1.0 event in JSON, structured mode.`,
    type: "object",
    required: Object.keys(properties),
    properties,
  };
}

/** Schema 1.0.0 also describes what a 1.1.0 event shares with it. */
function everyMinorOf(dataschema: string): string {
  return `^${dataschema.slice(0, dataschema.indexOf("."))}\\.\\d+\\.\\d+$`;
}

function messageSchema({ description, fields }: Message): Schema {
  const entries = Object.entries(fields);
  return {
    type: "object",
    description,
    required: entries.filter(([, field]) => field.required).map(([name]) => name),
    properties: Object.fromEntries(entries.map(([name, field]) => [name, fieldSchema(field)])),
  };
}

function fieldSchema(field: Field): Schema {
  const { description } = field;
  switch (field.kind) {
    case "text":
      return {
        type: "string",
        ...(field.values === undefined ? {} : { enum: field.values }),
        ...(field.pattern === undefined ? {} : { pattern: field.pattern }),
        ...(field.charactersMax === undefined ? {} : { maxLength: field.charactersMax }),
        description,
      };
    case "texts":
      return {
        type: "array",
        items: { type: "string", ...(field.pattern === undefined ? {} : { pattern: field.pattern }) },
        uniqueItems: true,
        description,
      };
    case "count":
      return {
        type: "integer",
        ...(field.values === undefined ? { minimum: 0 } : { enum: field.values }),
        description,
      };
    case "message":
      return { ...messageSchema(field.message), description };
  }
}
