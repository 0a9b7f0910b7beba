// Writes the .proto file of the events' data from the field tables (proto3).
import { dataPackage, typeUrlPrefix } from "./cloud-event-fields.ts";
import { eventTypes } from "./event.ts";
import type { Field, Message } from "./field-table.ts";

const heading = `// What stands in proto_data of a Tiepdon event; the event around it is cloudevents-v1.proto.
// Written from the field tables by "npm run schemas": do not edit. Field numbers are never used again.
syntax = "proto3";

package ${dataPackage};
`;

/** Each message once, those that an event's data begins with last. */
export function protoFile(): string {
  const found = new Map<string, Message>();
  for (const { message } of Object.values(eventTypes)) collect(message, found);
  return [heading, ...Array.from(found.values(), messageText)].join("\n");
}

function collect(message: Message, found: Map<string, Message>): void {
  for (const field of Object.values(message.fields)) if (field.kind === "message") collect(field.message, found);
  found.set(message.name, message);
}

function messageText(message: Message): string {
  const events = Object.entries(eventTypes).filter(([, event]) => event.message.name === message.name);
  const inEvent = events.map(([type]) => `// Data of ${type}, as ${typeUrlPrefix}${dataPackage}.${message.name}.\n`);
  const lines = Object.entries(message.fields).map(([name, field]) => fieldText(name, field));
  return `// ${message.description}.\n${inEvent.join("")}message ${message.name} {\n${lines.join("")}}\n`;
}

function fieldText(name: string, field: Field): string {
  const snake = protoName(name);
  const jsonName = camelCase(snake) === name ? "" : ` [json_name = "${name}"]`;
  return `  // ${commentOf(field)}\n  ${typeText(field)} ${snake} = ${field.number}${jsonName};\n`;
}

function commentOf(field: Field): string {
  const values = "values" in field && field.values !== undefined ? ` One of ${field.values.join(", ")}.` : "";
  return `${field.description}.${values}`;
}

function typeText(field: Field): string {
  switch (field.kind) {
    case "text":
      return field.required ? "string" : "optional string";
    case "texts":
      return "repeated string";
    case "count":
      return field.required ? "uint32" : "optional uint32";
    case "message":
      return field.message.name;
  }
}

/** A member's name in protobuf: `birthDate` is `birth_date`, `HO_TEN` is `ho_ten`. */
export function protoName(name: string): string {
  if (name === name.toUpperCase()) return name.toLowerCase();
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function camelCase(snake: string): string {
  return snake.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
